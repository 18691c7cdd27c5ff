import type { IDataObject } from 'n8n-workflow';
import type { FailedJob, FinishedJob, PolledJob } from '../shared/exportJob/jobState';
import type { BatchCounts, Manifest } from '../shared/exportJob/manifest';
import { omitEmpty } from '../shared/fhir/json';

/** The items of a finished export. */
export interface FinishedItems {
	/** One per output file; one with `batchCount: 0` if a complete export has no files. */
	completed: IDataObject[];
	/** One if something is missing. */
	failed: IDataObject[];
}

/**
 * The items of a finished job: the listed files for Completed and, if something is missing, one item for Failed.
 *
 * @param envelope memberId, tenant, groupId, jobId
 */
export function finishedItems(envelope: IDataObject, end: FinishedJob): FinishedItems {
	const { manifest, errors, missing } = end;
	const { transactionTime, resourceCount, requiresAccessToken, organizedBy, expiresAt } = manifest;
	const remarks = errors.isSerious ? undefined : errors.summary;
	const common = {
		requiresAccessToken,
		transactionTime,
		resourceCount,
		organizedBy,
		expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
		remarks,
	};
	const completed = batchItems(envelope, manifest, common);
	if (end.state !== 'completed') {
		const reason = missing ?? '';
		return { completed, failed: [failedItem(envelope, end.state, reason, manifest.batches, errors.errors)] };
	}
	const empty = omitEmpty<IDataObject>({ ...envelope, batchCount: 0, ...common });
	return { completed: completed.length > 0 ? completed : [empty], failed: [] };
}

/** One item per file, numbered by its position in the manifest: output files first, then files of deletions. */
function batchItems(envelope: IDataObject, manifest: Manifest, about: IDataObject): IDataObject[] {
	const files = [...manifest.files, ...manifest.deletedFiles.map((file) => ({ ...file, deleted: true }))];
	const batchNumbers = new Map<string, number>();
	files.forEach(({ url }, index) => {
		if (!batchNumbers.has(url)) batchNumbers.set(url, index + 1);
	});
	return files.map(({ continuesInFile, ...file }, index) =>
		omitEmpty<IDataObject>({
			...envelope,
			batch: index + 1,
			batchCount: files.length,
			...file,
			continuesInBatch: continuesInFile === undefined ? undefined : batchNumbers.get(continuesInFile),
			...about,
		}),
	);
}

/** The Failed item of a job without a manifest. */
export function failedJobItem(
	envelope: IDataObject,
	{ reason, batches, httpStatus }: FailedJob,
): IDataObject {
	return {
		...failedItem(envelope, 'failed', reason, batches, []),
		...(httpStatus !== undefined && { httpStatus }),
	};
}

/** The input item with the last known state, ready to be fed back in. @param nextPollAt ms since 1970 */
export function stillRunningItem(item: IDataObject, job: PolledJob, nextPollAt: number): IDataObject {
	const { response, troubles, ...json } = item;
	// The raw kick-off response is not passed on, except for a manifest; an old count of troubles is replaced by the current one.
	void troubles;
	return {
		...json,
		...(item.finished === true && item.manifest === undefined && { manifest: response }),
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
