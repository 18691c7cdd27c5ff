import type { IDataObject } from 'n8n-workflow';
import type { FailedJob, FinishedJob, PolledJob } from '../shared/exportJob/jobState';
import type { BatchCounts, Manifest } from '../shared/exportJob/manifest';
import { omitEmpty } from '../shared/fhir/json';

/** The items that a finished export becomes. */
export interface FinishedItems {
	/** One for each output file; one with `batchCount: 0` where a complete export holds none. */
	completed: IDataObject[];
	/** One where something of the export is missing. */
	failed: IDataObject[];
}

/**
 * What leaves Wait For Export for a finished job. Completed is what the manifest lists; what it says is missing leaves by
 * Failed at the same time.
 *
 * @param envelope memberId, tenant, groupId, jobId
 */
export function finishedItems(envelope: IDataObject, end: FinishedJob): FinishedItems {
	const { manifest, errors, missing } = end;
	const { transactionTime, resourceCount, requiresAccessToken, organizedBy, expiresAt } = manifest;
	const remarks = errors.areSerious ? undefined : errors.summary;
	const about = {
		requiresAccessToken,
		transactionTime,
		resourceCount,
		organizedBy,
		expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
		remarks,
	};
	const completed = batchItems(envelope, manifest, about);
	if (end.state !== 'completed') {
		const reason = missing ?? '';
		return { completed, failed: [failedItem(envelope, end.state, reason, manifest.batches, errors.errors)] };
	}
	const empty = omitEmpty<IDataObject>({ ...envelope, batchCount: 0, ...about });
	return { completed: completed.length > 0 ? completed : [empty], failed: [] };
}

/** One item for each file, numbered by its place in the manifest: output files first, then files of deletions. */
function batchItems(envelope: IDataObject, manifest: Manifest, about: IDataObject): IDataObject[] {
	const files = [...manifest.files, ...manifest.deletedFiles.map((file) => ({ ...file, deleted: true }))];
	const batchOf = new Map<string, number>();
	files.forEach(({ url }, index) => {
		if (!batchOf.has(url)) batchOf.set(url, index + 1);
	});
	return files.map(({ continuesInFile, ...file }, index) =>
		omitEmpty<IDataObject>({
			...envelope,
			batch: index + 1,
			batchCount: files.length,
			...file,
			continuesInBatch: continuesInFile === undefined ? undefined : batchOf.get(continuesInFile),
			...about,
		}),
	);
}

/** The Failed item of a job that the payer gave up or does not know. */
export function failedJobItem(
	envelope: IDataObject,
	{ reason, batches, httpStatus }: FailedJob,
): IDataObject {
	return {
		...failedItem(envelope, 'failed', reason, batches, []),
		...(httpStatus !== undefined && { httpStatus }),
	};
}

/** The input item, ready to come back in: what was last heard, and when the payer wants to be asked again (ms since 1970). */
export function stillRunningItem(item: IDataObject, job: PolledJob, nextPollAt: number): IDataObject {
	const { response, troubles, ...json } = item;
	// The kick-off's raw answer does not travel past the node that got it; troubles are over once the payer answers.
	void [response, troubles];
	return {
		...json,
		status: job.status,
		...(typeof job.progress === 'string' && { progress: job.progress }),
		polls: job.polls,
		...(job.troubles > 0 && { troubles: job.troubles }),
		nextPollAt: new Date(nextPollAt).toISOString(),
	};
}

function failedItem(
	envelope: IDataObject,
	outcome: 'failed' | 'partial',
	reason: string,
	batches: BatchCounts | undefined,
	errors: IDataObject[],
): IDataObject {
	return { ...envelope, outcome, reason, batches: batches ? { ...batches } : null, errors };
}
