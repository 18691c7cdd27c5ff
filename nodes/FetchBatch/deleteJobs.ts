import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { jobOfItem } from '../shared/exportJob/jobReference';
import { CONSENT_ENDED } from '../shared/exchange/consentEnd';
import { countOf, flagOf } from '../shared/fhir/json';
import { isSuccess } from '../shared/http/reply';
import { REPEAT } from '../shared/http/repeat';
import { send } from '../shared/http/send';
import { tryAsValue } from '../shared/n8n/items';
import type { OpenConnection } from '../shared/payers/connection';
import type { JobReference } from '../shared/payers/payer';
import type { RunPayers } from '../shared/payers/runPayers';

/** A batch of this run: its input item, and its report if it was fetched. */
export interface RunBatch {
	item: IDataObject;
	report?: IDataObject;
}

/** Statuses of a payer that does not support deletion, or has already deleted the job (Bulk Data, "Delete Request"). */
const DELETE_UNSUPPORTED = [403, 404, 405, 501];

/**
 * Asks the payer to delete the jobs of this run, and adds the result to their reports. A job is deleted only if nothing of it is missing and all its
 * batches were fetched completely in this run, or if its consent has ended, after which none can be fetched. Never throws: a failure here does not affect what was fetched.
 */
export async function deleteJobs(
	context: IExecuteFunctions,
	payers: RunPayers,
	batches: readonly RunBatch[],
): Promise<void> {
	for (const { connection, job, batches: jobBatches } of await groupByJob(payers, batches)) {
		const whyKept = isOverForConsent(jobBatches) ? undefined : reasonToKeep(jobBatches);
		const result =
			whyKept === undefined
				? await deleteJob(context, connection, job)
				: { jobDeleted: false, jobKept: whyKept };
		for (const { report } of jobBatches) Object.assign(report ?? {}, result);
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
	const reply = await tryAsValue(() =>
		send(context, connection, deleteRequest(job), { answer: 'status', repeat: REPEAT.remove }),
	);
	if (reply instanceof Error) return { jobDeleted: false, jobKept: `${reply.message}.` };
	if (isSuccess(reply)) return { jobDeleted: true };
	const isUnsupported = DELETE_UNSUPPORTED.includes(reply.status);
	const what = isUnsupported ? 'The payer does not delete jobs' : 'The payer did not delete the job';
	return { jobDeleted: false, jobKept: `${what} (HTTP ${reply.status}).` };
}

interface JobBatches {
	connection: OpenConnection;
	job: JobReference;
	batches: RunBatch[];
}

async function groupByJob(payers: RunPayers, batches: readonly RunBatch[]): Promise<JobBatches[]> {
	const jobs = new Map<string, JobBatches>();
	for (const batch of batches) {
		const connection = await tryAsValue(() => payers.ofItem(batch.item));
		if (connection instanceof Error) continue;
		const job = jobOfItem(batch.item, connection);
		if (!job) continue;
		const key = JSON.stringify([connection.key, job.statusUrl ?? [job.tenant, job.jobId]]);
		const existing = jobs.get(key);
		if (existing) existing.batches.push(batch);
		else jobs.set(key, { connection, job, batches: [batch] });
	}
	return [...jobs.values()];
}

/** Whether the consent of the job has ended, so that what is missing of it can never be fetched. */
function isOverForConsent(batches: readonly RunBatch[]): boolean {
	return batches.some(({ report }) => report?.outcome === CONSENT_ENDED);
}

/** Of a partial export, the payer may still find what is missing; and what was not fetched can be fetched again. */
function reasonToKeep(batches: readonly RunBatch[]): string | undefined {
	if (batches.some(({ item }) => flagOf(item.partial) === true))
		return 'Something of this export is missing: Wait For Export says what.';
	return isCompletelyFetched(batches)
		? undefined
		: 'Not every batch of this job was fetched whole in this run.';
}

function isCompletelyFetched(batches: readonly RunBatch[]): boolean {
	const batchCount = countOf(batches[0].item.batchCount);
	const fetched = batches
		.filter(({ report }) => report?.outcome === 'complete')
		.map(({ item }) => item.batch);
	return fetched.length === batches.length && new Set(fetched).size === Math.max(batchCount ?? Infinity, 1);
}
