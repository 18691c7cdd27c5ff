import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isManifest } from '../shared/exportJob/manifest';
import { findingsError } from '../shared/n8n/findings';
import {
	inputJson,
	JOB_ID,
	notFromOutput,
	pathParameter,
	rawParameter,
	STATUS_URL,
	tenantParameter,
} from '../shared/exchange/itemFields';
import type { PolledJob } from '../shared/exportJob/statusPoll';
import type { JobReference, Payer } from '../shared/payers/payer';
import { textOf } from '../shared/fhir/json';
import { readText } from '../shared/fhir/values';

/** One export job of the run. Its troubles count on when the item comes back in. */
export interface Job extends PolledJob {
	itemIndex: number;
	/** memberId or members, tenant, groupId and jobId, which travel with every item of this job. */
	envelope: IDataObject;
	firstLookAt: number;
}

/**
 * Reads a job from an input item: from Start Export, or from the output Still Running.
 * @param now ms since 1970
 * @throws ExchangeError where the item names no job
 */
export function readJob(context: IExecuteFunctions, connection: Payer, itemIndex: number, now: number): Job {
	const json = inputJson(context, itemIndex);
	const manifest = json.finished === true && isManifest(json.response) ? json.response : undefined;
	const reference = referenceOf(context, connection, itemIndex, json, manifest !== undefined);
	const { tenant, jobId, statusUrl } = reference;
	const { memberId, members, groupId, patientId } = json;
	const nextPollAt = typeof json.nextPollAt === 'string' ? Date.parse(json.nextPollAt) : NaN;
	return {
		itemIndex,
		envelope: {
			...(memberId !== undefined && { memberId }),
			...(members !== undefined && { members }),
			...(tenant !== undefined && { tenant }),
			...(groupId !== undefined && { groupId }),
			...(patientId !== undefined && { patientId }),
			jobId,
			...(statusUrl !== undefined && { statusUrl }),
		},
		...reference,
		manifest,
		firstLookAt: nextPollAt > now ? nextPollAt : now,
		polls: typeof json.polls === 'number' ? json.polls : 0,
		troubles: typeof json.troubles === 'number' ? json.troubles : 0,
		status: typeof json.status === 'string' ? json.status : 'Not asked yet',
		progress: json.progress,
	};
}

/** The job as the payer wants it named. @throws ExchangeError where the item does not name one */
function referenceOf(
	context: IExecuteFunctions,
	connection: Payer,
	itemIndex: number,
	json: IDataObject,
	isFinished: boolean,
): JobReference {
	const tenant = tenantParameter(context, connection, itemIndex);
	const known = textOf(json.jobId) ?? '';
	if (isFinished) return { tenant, jobId: known };
	if (connection.jobsBy === 'jobId') return { tenant, jobId: pathParameter(context, JOB_ID, itemIndex) };
	const statusUrl = readText(rawParameter(context, 'statusUrl', itemIndex));
	const job = typeof statusUrl === 'string' ? connection.jobFrom(statusUrl, {}) : undefined;
	if (job) return { ...job, jobId: known || job.jobId };
	const wanted = statusUrl === undefined ? undefined : 'the address at which the payer tells of the export';
	throw findingsError('The request', [notFromOutput(context, STATUS_URL, itemIndex, wanted)]);
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
