import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isManifest } from '../shared/exportJob/manifest';
import { inputJson, JOB_ID, pathParameter, TENANT } from '../shared/parameters';
import type { Connection } from '../shared/payerApis/payerApi';

/** One export job of the run, and what was last heard of it. */
export interface Job {
	itemIndex: number;
	/** memberId, tenant, groupId and jobId, which travel with every item of this job. */
	envelope: IDataObject;
	tenant: string;
	jobId: string;
	/** Set where the kick-off itself already brought the manifest. */
	manifest?: IDataObject;
	firstLookAt: number;
	polls: number;
	/** Server errors and missing answers in a row; they count on when the item comes back in. */
	troubles: number;
	status: string;
	progress: unknown;
}

/**
 * Reads a job from an input item: from Start Export, or from the output Still Running.
 * @param now ms since 1970
 * @throws ExchangeError where the item names no job
 */
export function readJob(
	context: IExecuteFunctions,
	connection: Connection,
	itemIndex: number,
	now: number,
): Job {
	const json = inputJson(context, itemIndex);
	const tenant = pathParameter(context, TENANT, itemIndex, connection.defaultTenant);
	const manifest = json.finished === true && isManifest(json.response) ? json.response : undefined;
	const jobId = manifest ? String(json.jobId ?? '') : pathParameter(context, JOB_ID, itemIndex);
	const { memberId, groupId } = json;
	const nextPollAt = typeof json.nextPollAt === 'string' ? Date.parse(json.nextPollAt) : NaN;
	return {
		itemIndex,
		envelope: {
			...(memberId !== undefined && { memberId }),
			tenant,
			...(groupId !== undefined && { groupId }),
			jobId,
		},
		tenant,
		jobId,
		manifest,
		firstLookAt: nextPollAt > now ? nextPollAt : now,
		polls: typeof json.polls === 'number' ? json.polls : 0,
		troubles: typeof json.troubles === 'number' ? json.troubles : 0,
		status: typeof json.status === 'string' ? json.status : 'Not asked yet',
		progress: json.progress,
	};
}

/** The input item, ready to come back in: what was last heard, and when the payer wants to be asked again. */
export function stillRunning(context: IExecuteFunctions, job: Job, nextLookAt: number): IDataObject {
	const { response, troubles, ...json } = context.getInputData()[job.itemIndex].json;
	// The kick-off's raw answer does not travel past the node that got it; troubles are over once the payer answers.
	void [response, troubles];
	return {
		...json,
		status: job.status,
		...(job.progress !== undefined && { progress: job.progress as string }),
		polls: job.polls,
		...(job.troubles > 0 && { troubles: job.troubles }),
		nextPollAt: new Date(nextLookAt).toISOString(),
	};
}
