import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../n8n/exchangeError';

/** The keys of the envelope that an item carries from node to node, so that each step can say whose data it is about. */
const ENVELOPE = [
	'memberId',
	'members',
	'tenant',
	'groupId',
	'patientId',
	'jobId',
	'statusUrl',
	'transactionTime',
] as const;

/** The envelope of an input item, without keys that it does not have. */
export function envelope(json: IDataObject): IDataObject {
	return Object.fromEntries(ENVELOPE.filter((key) => json[key] !== undefined).map((key) => [key, json[key]]));
}

const ERROR_KEYS = ['error', 'message', 'details'];

/**
 * The JSON of an input item.
 * @throws ExchangeError where the item is the error of an earlier node, passed on by its On Error setting
 */
export function inputJson(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const { json } = context.getInputData()[itemIndex];
	if (json.error && Object.keys(json).every((key) => ERROR_KEYS.includes(key))) {
		throw new ExchangeError('The input item is the error of an earlier step, not a member', {
			whatToDo: `Set On Error of that node to 'Continue (using error output)', so that its errors leave by an output of their own.`,
		});
	}
	return json;
}

type Signs = (json: IDataObject) => boolean;

const has =
	(...keys: string[]): Signs =>
	(json) =>
		keys.every((key) => json[key] !== undefined);

/** What the items of each output of these nodes have, and those of the others not. The first that fits counts. */
const SIGNS: ReadonlyArray<[output: string, signs: Signs]> = [
	['Matched of Member Match', has('matchedAt', 'outcome')],
	['Not Matched of Member Match', has('memberId', 'outcome', 'reason', 'consentPolicy')],
	['Still Running of Wait For Export', has('jobId', 'status', 'nextPollAt')],
	['Failed of Wait For Export', has('jobId', 'outcome', 'reason', 'batches')],
	['Completed of Wait For Export', has('jobId', 'batchCount', 'requiresAccessToken')],
	['Start Export', has('jobId', 'requestedAt')],
	['Batch Report of Fetch Batch', has('outcome', 'resources', 'rejectedLines')],
	['Resources of Fetch Batch', has('resourceType')],
];

/** The output of these nodes that an item came from, judged by its columns; undefined where it is none of theirs. */
export function outputOf(json: IDataObject): string | undefined {
	return SIGNS.find(([, fits]) => fits(json))?.[0];
}
