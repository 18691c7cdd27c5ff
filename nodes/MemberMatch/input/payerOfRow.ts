import type { IDataObject } from 'n8n-workflow';
import { isEmptyCell } from '../../shared/exchange/columns';
import { columnFinding } from '../../shared/exchange/fieldValues';
import { ownIdOf } from '../../shared/exchange/ownId';
import { asSeen, withoutFillers } from '../../shared/exchange/rosterValues';
import { idText } from '../../shared/fhir/json';
import { readText } from '../../shared/fhir/values';
import { isColumnName } from '../../shared/n8n/columnNames';
import { emptyField, findingsError, type Finding } from '../../shared/n8n/findings';
import type { OpenConnection } from '../../shared/payers/connection';
import type { UnknownPayer } from '../../shared/payers/directory/lookup';
import type { RunPayers } from '../../shared/payers/runPayers';
import type { RowFields } from './rowFields';

const PAYER = { parameter: 'directoryKey', label: 'Payer' } as const;

/**
 * The payer that a row names, or why none is asked for it.
 * @param rosterSays whether any row of the roster says it: then one that does not is like one with an empty cell
 * @throws ExchangeError if the roster has no column that says which payer is asked, or one that is of the own plan
 */
export function payerOfRow(
	payers: RunPayers,
	fields: RowFields,
	rosterSays: () => boolean,
): OpenConnection | UnknownPayer {
	if (!payers.isDirectory) return payers.ofItem({});
	const { value, column, problem } = fields.read(PAYER.parameter);
	if (problem) throw rowError(columnFinding(problem, PAYER.label, PAYER.parameter));
	if (!saysPayer(fields) && !rosterSays())
		throw rowError(emptyField(PAYER.label, PAYER.parameter, fields.source(PAYER.parameter), ADVICE));
	const text = readText(withoutFillers(asSeen(value)));
	const field = column !== undefined && isColumnName(column) ? `The column '${column}'` : 'The row';
	return payers.named(typeof text === 'string' ? text : undefined, field);
}

/** Whether a row has a column of its payer, or the form names it. An empty cell counts: then its payer is not known. */
export function saysPayer(fields: RowFields): boolean {
	const { value, column, problem } = fields.read(PAYER.parameter);
	return problem === undefined && (column !== undefined || !isEmptyCell(value));
}

const ADVICE =
	'It is the key, name or NPI of a payer of the credential Payer Directory, in a column such as Previous Payer.';

function rowError(finding: Finding): Error {
	return findingsError('The match request', [finding]);
}

/** Longer than the name of any payer. */
const MAX_NAME_CHARS = 200;

/** The Not Matched item of a row whose payer is not asked. As `payerName` it has what the row says, for whoever corrects it. */
export function payerUnknownJson({ reason, whatToDo }: UnknownPayer, fields: RowFields): IDataObject {
	const { value } = fields.read('memberId');
	const memberId = idText(value);
	const named = readText(fields.read(PAYER.parameter).value);
	return {
		...(memberId !== undefined && { memberId: ownIdOf(value, memberId) }),
		outcome: 'payer-unknown',
		...(typeof named === 'string' && named.length <= MAX_NAME_CHARS && { payerName: named }),
		reason: `${reason}. Nothing was sent.`,
		nextStep: whatToDo,
	};
}
