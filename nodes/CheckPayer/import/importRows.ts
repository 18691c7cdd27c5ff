import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isObject, textOf, tryParseJson } from '../../shared/fhir/json';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { parameterValue } from '../../shared/n8n/parameters';
import { readDirectoryBundle, type ImportedDirectory } from './directoryBundle';
import { searchDirectory } from './search';

/**
 * The operation Import: an item for each row, and a last one with the table and with what was left out.
 * @throws ExchangeError if the input holds no Bundle, or the directory does not give its list
 */
export async function importedItems(context: IExecuteFunctions): Promise<IDataObject[]> {
	const value = (name: string, label: string) => textOf(parameterValue(context, name, label, 0));
	if (value('importFrom', 'Import From') !== 'search') return itemsOf(readInput(context));
	return itemsOf(
		await searchDirectory(context, {
			directoryUrl: value('directoryUrl', 'Directory URL'),
			name: value('directoryName', 'Payer Name'),
			npi: value('directoryNpi', 'Payer NPI'),
		}),
	);
}

/** All items together are one directory: they may be the pages of a search. */
function readInput(context: IExecuteFunctions): ImportedDirectory {
	const bundles = context.getInputData().flatMap(({ json }) => bundleOf(json) ?? []);
	if (bundles.length > 0) return readDirectoryBundle(bundles);
	throw new ExchangeError('The input holds no Bundle of a directory', {
		whatToDo:
			'Give this node a FHIR Bundle as JSON: read the file with Extract From File (Extract From JSON), or fetch it with HTTP Request.',
	});
}

/** The Bundle of an item: the item itself, or one of its columns, where other nodes put the content of a file. */
function bundleOf(json: IDataObject): IDataObject | undefined {
	return [json, ...Object.values(json)]
		.map((value) => (typeof value === 'string' && value.includes('"Bundle"') ? tryParseJson(value) : value))
		.filter(isObject)
		.find(({ resourceType }) => resourceType === 'Bundle');
}

function itemsOf({ rows, table, findings }: ImportedDirectory): IDataObject[] {
	const inTable = rows.filter((row) => row.inTable).length;
	const summary = {
		payers: rows.length,
		payersInTable: inTable,
		leftOut: findings.map(({ says }) => `${says}.`),
		table,
	};
	return [...rows.map((row) => ({ ...row })), summary];
}

/** Columns that hold nothing but codes, addresses and our own sentences. */
const FOR_AGENT = [
	'payerKey',
	'npi',
	'fhirBaseUrl',
	'signIn',
	'wantsClientCertificate',
	'certificateEnds',
	'validFrom',
	'validUntil',
	'active',
	'inTable',
	'reviewed',
	'notes',
	'payers',
	'payersInTable',
	'leftOut',
];

/** An item as a language model sees it: without the words of whoever is in the directory, and without the table, which a person reviews. */
export function importedItemForAgent(item: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(item).filter(([column]) => FOR_AGENT.includes(column)));
}
