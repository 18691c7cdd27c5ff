import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { jobOfItem } from '../shared/exportJob/jobReference';
import { countOf } from '../shared/fhir/json';
import { isSuccess } from '../shared/http/reply';
import { send } from '../shared/http/send';
import { tryAsValue } from '../shared/n8n/items';
import type { OpenConnection } from '../shared/payers/connection';
import type { JobReference } from '../shared/payers/payer';

/** A batch of this run: the item it came of, and its report where it was fetched. */
export interface RunBatch {
	item: IDataObject;
	report?: IDataObject;
}

/** With these a payer says that it does not delete jobs, or has done so already: no fault (Bulk Data, "Delete Request"). */
const NOT_SUPPORTED = [403, 404, 405, 501];

/**
 * Says to the payer that the jobs of this run are no longer needed, and notes on their reports what came of it. A job is deleted only
 * where each of its batches was fetched in this run, whole. Never throws: what goes wrong here takes nothing away from what was
 * fetched.
 */
export async function deleteJobs(
	context: IExecuteFunctions,
	connection: OpenConnection,
	batches: readonly RunBatch[],
): Promise<void> {
	for (const { job, batches: ofJob } of byJob(connection, batches)) {
		const verdict = isWhole(ofJob)
			? await deleteJob(context, connection, job)
			: { jobDeleted: false, jobKept: 'Not every batch of this job was fetched whole in this run.' };
		for (const { report } of ofJob) Object.assign(report ?? {}, verdict);
	}
}

async function deleteJob(
	context: IExecuteFunctions,
	connection: OpenConnection,
	job: JobReference,
): Promise<IDataObject> {
	if (!connection.deleteRequest)
		return { jobDeleted: false, jobKept: 'Jobs of this payer cannot be deleted.' };
	const { deleteRequest } = connection;
	const reply = await tryAsValue(() => send(context, connection, deleteRequest(job), 'reading'));
	if (reply instanceof Error) return { jobDeleted: false, jobKept: `${reply.message}.` };
	if (isSuccess(reply)) return { jobDeleted: true };
	const isKnown = NOT_SUPPORTED.includes(reply.status);
	const what = isKnown ? 'The payer does not delete jobs' : 'The payer did not delete the job';
	return { jobDeleted: false, jobKept: `${what} (HTTP ${reply.status}).` };
}

interface JobBatches {
	job: JobReference;
	batches: RunBatch[];
}

function byJob(connection: OpenConnection, batches: readonly RunBatch[]): JobBatches[] {
	const jobs = new Map<string, JobBatches>();
	for (const batch of batches) {
		const job = jobOfItem(batch.item, connection);
		if (!job) continue;
		const key = job.statusUrl ?? JSON.stringify([job.tenant, job.jobId]);
		const known = jobs.get(key);
		if (known) known.batches.push(batch);
		else jobs.set(key, { job, batches: [batch] });
	}
	return [...jobs.values()];
}

function isWhole(batches: readonly RunBatch[]): boolean {
	const promised = countOf(batches[0].item.batchCount);
	const fetched = batches
		.filter(({ report }) => report?.outcome === 'complete')
		.map(({ item }) => item.batch);
	return fetched.length === batches.length && new Set(fetched).size === Math.max(promised ?? Infinity, 1);
}
