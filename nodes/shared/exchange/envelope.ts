import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isErrorItem } from '../n8n/errorItems';
import { ExchangeError } from '../n8n/exchangeError';
import { readPayerKey } from './payerKey';

/** The envelope: keys that an item carries from node to node, so that each step knows whose data it handles. */
const ENVELOPE_KEYS = [
	'memberId',
	'members',
	'payer',
	'payerName',
	'fhirBase',
	'personHashes',
	'tenant',
	'groupId',
	'patientId',
	'consentEnd',
	'jobId',
	'statusUrl',
	'transactionTime',
] as const;

const OF_THE_PAYER: readonly string[] = ['payer', 'payerName', 'fhirBase'];

/** The envelope keys of an input item; absent keys are left out, and so is a column `payer` that is not ours. */
export function envelope(json: IDataObject): IDataObject {
	const namesPayer = readPayerKey(json) !== undefined;
	const keys = ENVELOPE_KEYS.filter(
		(key) => json[key] !== undefined && (namesPayer || !OF_THE_PAYER.includes(key)),
	);
	return Object.fromEntries(keys.map((key) => [key, json[key]]));
}

/**
 * The JSON of an input item.
 * @throws ExchangeError if the item is the error of an earlier node, passed on by its On Error setting
 */
export function inputJson(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const { json } = context.getInputData()[itemIndex];
	if (isErrorItem(json)) {
		throw new ExchangeError('The input item is the error of an earlier step, not a member', {
			whatToDo: `Set On Error of that node to 'Continue (using error output)', so that its errors leave by an output of their own.`,
		});
	}
	return json;
}

type Matcher = (json: IDataObject) => boolean;

const hasKeys =
	(...keys: string[]): Matcher =>
	(json) =>
		keys.every((key) => json[key] !== undefined);

/** Columns by which items of each output of this package are recognized. The first match wins. */
const OUTPUTS: ReadonlyArray<[output: string, signs: Matcher]> = [
	['Matched of Member Match', hasKeys('matchedAt', 'outcome')],
	['Not Matched of Member Match', hasKeys('memberId', 'outcome', 'reason', 'consentPolicy')],
	['Still Running of Wait For Export', hasKeys('jobId', 'status', 'nextPollAt')],
	['Failed of Wait For Export', hasKeys('jobId', 'outcome', 'reason', 'batches')],
	['Completed of Wait For Export', hasKeys('jobId', 'batchCount', 'requiresAccessToken')],
	['Start Export', hasKeys('jobId', 'requestedAt')],
	['Batch Report of Fetch Batch', hasKeys('outcome', 'resources', 'rejectedLines')],
	[
		'Not Started of Start Export',
		(json) => hasKeys('outcome', 'reason', 'nextStep')(json) && json.jobId === undefined,
	],
	['Resources of Fetch Batch', hasKeys('resourceType')],
];

/** The output of this package that an item came from, judging by its columns; undefined if none matches. */
export function sourceOutput(json: IDataObject): string | undefined {
	return OUTPUTS.find(([, fits]) => fits(json))?.[0];
}
