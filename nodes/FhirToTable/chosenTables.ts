import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject, tryParseJson } from '../shared/fhir/json';
import { ExchangeError, rethrown } from '../shared/n8n/exchangeError';
import { optionsOf, parameterValue } from '../shared/n8n/parameters';
import { ViewError } from '../shared/sqlOnFhir/viewError';
import { ALL_TABLES, OWN_VIEW } from './form';
import { ownTable, shippedTable, type TableRows } from './tableRows';
import { CLAIM_TABLES, TABLES } from './tables';

/** The tables that the node is set to make. @throws ExchangeError if the view of one's own is none */
export function chosenTables(context: IExecuteFunctions): TableRows[] {
	const chosen: unknown = context.getNodeParameter('table', 0);
	if (chosen === OWN_VIEW) return [tableOfOwnView(context)];
	const isSimple = context.getNodeParameter('simplify', 0, false) === true;
	const tables = TABLES.filter(({ value }) => chosen === ALL_TABLES || value === chosen);
	const isOnce = isOneClaimOnce(context);
	return tables.map((table) => shippedTable(table, isSimple, isOnce && CLAIM_TABLES.includes(table.value)));
}

/** Whether the option One Claim Once is on, and a table of claims is to be made. */
export function isOneClaimOnce(context: IExecuteFunctions): boolean {
	const chosen: unknown = context.getNodeParameter('table', 0);
	const isOfClaims = chosen === ALL_TABLES || CLAIM_TABLES.some((table) => table === chosen);
	return isOfClaims && optionsOf(context, 0).oneClaimOnce === true;
}

function tableOfOwnView(context: IExecuteFunctions): TableRows {
	const entered = parameterValue(context, 'view', 'View', 0);
	const definition = typeof entered === 'string' ? tryParseJson(entered) : entered;
	if (!isObject(definition)) {
		throw viewProblem('it is no JSON object', 'Paste the JSON of a ViewDefinition (SQL on FHIR v2) into it.');
	}
	try {
		return ownTable(definition, optionsOf(context, 0).originColumns === true);
	} catch (error) {
		if (error instanceof ViewError) {
			throw rethrown(viewProblem(error.message, 'Correct the view and run again.'));
		}
		throw rethrown(error);
	}
}

function viewProblem(problem: string, whatToDo: string): ExchangeError {
	return new ExchangeError(`'View' cannot be used: ${problem}`, {
		whatToDo: `${whatToDo} Nothing was read.`,
		concerns: 'run',
	});
}
