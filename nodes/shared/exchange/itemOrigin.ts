import type { IDataObject } from 'n8n-workflow';

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
