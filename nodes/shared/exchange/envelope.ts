import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isErrorItem } from '../n8n/errorItems';
import { ExchangeError } from '../n8n/exchangeError';
import { exchangeState } from './exchange';
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
	return { ...Object.fromEntries(keys.map((key) => [key, json[key]])), ...exchangeState(json) };
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

/** The outputs whose items are told apart. */
export type SourceOutput =
	| 'Matched of Member Match'
	| 'Not Matched of Member Match'
	| 'Start Export'
	| 'Not Started of Start Export'
	| 'Completed of Wait For Export'
	| 'Still Running of Wait For Export'
	| 'Failed of Wait For Export'
	| 'Batch Report of Fetch Batch'
	| 'Resources of Fetch Batch'
	| 'Report of Fetch Documents';

type Matcher = (json: IDataObject) => boolean;

/** A table that holds the columns of all outputs has empty cells. */
const isThere = (value: unknown) => value !== undefined && value !== null && value !== '';

const hasKeys =
	(...keys: string[]): Matcher =>
	(json) =>
		keys.every((key) => isThere(json[key]));

const hasNone =
	(...keys: string[]): Matcher =>
	(json) =>
		!keys.some((key) => isThere(json[key]));

const isEnd = hasKeys('outcome', 'reason');

/** Columns by which items of each output of this package are recognized, also where only the flat ones are left. The first match wins. */
const OUTPUTS: ReadonlyArray<[output: SourceOutput, signs: Matcher]> = [
	['Report of Fetch Documents', hasKeys('documentType', 'attachment', 'outcome')],
	['Matched of Member Match', ({ outcome }) => outcome === 'matched'],
	['Still Running of Wait For Export', hasKeys('jobId', 'status', 'nextPollAt')],
	[
		'Batch Report of Fetch Batch',
		(json) => hasKeys('outcome', 'resources', 'rejected')(json) && hasNone('resourceType')(json),
	],
	['Failed of Wait For Export', (json) => isEnd(json) && hasKeys('jobId')(json)],
	[
		'Not Matched of Member Match',
		(json) => isEnd(json) && hasKeys('memberId')(json) && hasNone('matchedAt', 'groupId', 'patientId')(json),
	],
	['Not Started of Start Export', (json) => isEnd(json) && hasKeys('nextStep')(json)],
	['Completed of Wait For Export', hasKeys('jobId', 'batchCount', 'requiresAccessToken')],
	['Start Export', hasKeys('jobId', 'requestedAt')],
	['Resources of Fetch Batch', hasKeys('resourceType')],
];

/** The output of this package that an item came from, judging by its columns; undefined if none matches. */
export function sourceOutput(json: IDataObject): SourceOutput | undefined {
	return OUTPUTS.find(([, fits]) => fits(json))?.[0];
}
