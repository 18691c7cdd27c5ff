import type { IDataObject } from 'n8n-workflow';
import { withoutBlanks } from '../json';
import type { JobState } from './jobState';
import { saysTrouble, type BatchCounts, type Manifest } from './manifest';

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
export function finishedItems(envelope: IDataObject, manifest: Manifest): FinishedItems {
	const { files, transactionTime, resourceCount, requiresAccessToken } = manifest;
	const common = { transactionTime, resourceCount };
	const missing = whatIsMissing(manifest);
	const completed = files.map((file, index) =>
		withoutBlanks<IDataObject>({
			...envelope,
			batch: index + 1,
			batchCount: files.length,
			type: file.type,
			url: file.url,
			count: file.count,
			requiresAccessToken,
			...common,
		}),
	);
	if (missing) {
		const outcome = files.length > 0 ? 'partial' : 'failed';
		const errors = manifest.errorFiles.map((file) => withoutBlanks<IDataObject>({ ...file }));
		return { completed, failed: [failedItem(envelope, outcome, missing, manifest.batches, errors)] };
	}
	const empty = withoutBlanks<IDataObject>({ ...envelope, batchCount: 0, requiresAccessToken, ...common });
	return { completed: files.length > 0 ? completed : [empty], failed: [] };
}

/** The Failed item of a job that the payer gave up or does not know. */
export function failedJobItem(
	envelope: IDataObject,
	state: Extract<JobState, { reason: string }>,
): IDataObject {
	const batches = 'batches' in state ? state.batches : undefined;
	return { ...failedItem(envelope, 'failed', state.reason, batches, []), httpStatus: state.httpStatus };
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

function whatIsMissing(manifest: Manifest): string | undefined {
	const { batches, errorFiles, files, withoutAddress, status, resourceCount } = manifest;
	const says: string[] = [];
	if (saysTrouble(status)) says.push(`The payer says that the export ended as ${status}.`);
	if ((batches?.failed ?? 0) > 0) {
		says.push(`${batches?.failed} of ${batches?.total ?? '?'} batches failed at the payer.`);
	}
	if (errorFiles.length > 0) {
		says.push(
			`The payer lists ${errorFiles.length} ${errorFiles.length === 1 ? 'file' : 'files'} of complaints.`,
		);
	}
	if (withoutAddress > 0) {
		says.push(
			`The payer lists ${withoutAddress} ${withoutAddress === 1 ? 'file' : 'files'} without an address.`,
		);
	}
	if (files.length === 0 && (resourceCount ?? 0) > 0) {
		says.push(`The payer counts ${resourceCount} resources, but lists no file.`);
	}
	if (says.length === 0) return undefined;
	says.push(
		files.length > 0 ? 'What Completed gives is whole; ask the payer for the rest.' : 'No file came of it.',
	);
	return says.join(' ');
}
