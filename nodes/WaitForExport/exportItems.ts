import type { IDataObject } from 'n8n-workflow';
import { withoutBlanks } from '../shared/fhir/json';
import type { Complaints } from '../shared/exportJob/errorFiles';
import type { JobState } from '../shared/exportJob/statusAnswer';
import { saysTrouble, type BatchCounts, type Manifest } from '../shared/exportJob/manifest';

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
export function finishedItems(
	envelope: IDataObject,
	manifest: Manifest,
	complaints: Complaints,
): FinishedItems {
	const { files, deletedFiles, transactionTime, resourceCount, requiresAccessToken, organizedBy } = manifest;
	const remarks = complaints.areSerious ? undefined : complaints.summary;
	const common = { transactionTime, resourceCount, organizedBy, expiresAt: expiryOf(manifest), remarks };
	const missing = whatIsMissing(manifest, complaints);
	const batchCount = files.length + deletedFiles.length;
	const all = [...files, ...deletedFiles.map((file) => ({ ...file, deleted: true }))];
	const batchOf = (address: string | undefined) =>
		all.findIndex(({ url }) => url === address) + 1 || undefined;
	const completed = all.map(({ continuesInFile, ...file }, index) =>
		withoutBlanks<IDataObject>({
			...envelope,
			batch: index + 1,
			batchCount,
			...file,
			continuesInBatch: batchOf(continuesInFile),
			requiresAccessToken,
			...common,
		}),
	);
	if (missing) {
		const outcome = batchCount > 0 ? 'partial' : 'failed';
		return {
			completed,
			failed: [failedItem(envelope, outcome, missing, manifest.batches, complaints.errors)],
		};
	}
	const empty = withoutBlanks<IDataObject>({ ...envelope, batchCount: 0, requiresAccessToken, ...common });
	return { completed: batchCount > 0 ? completed : [empty], failed: [] };
}

/** The Failed item of a job that the payer gave up or does not know. */
export function failedJobItem(
	envelope: IDataObject,
	state: Extract<JobState, { reason: string }>,
): IDataObject {
	const batches = 'batches' in state ? state.batches : undefined;
	const { httpStatus } = state;
	return {
		...failedItem(envelope, 'failed', state.reason, batches, []),
		...(httpStatus !== undefined && { httpStatus }),
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

function expiryOf({ expiresAt }: Manifest): string | undefined {
	return expiresAt === undefined ? undefined : new Date(expiresAt).toISOString();
}

function whatIsMissing(manifest: Manifest, complaints: Complaints): string | undefined {
	const { batches, files, withoutAddress, status, resourceCount, cutAfter } = manifest;
	const says: string[] = [];
	if (saysTrouble(status)) says.push(`The payer says that the export ended as ${status}.`);
	if ((batches?.failed ?? 0) > 0) {
		says.push(`${batches?.failed} of ${batches?.total ?? '?'} batches failed at the payer.`);
	}
	if (complaints.areSerious && complaints.summary) says.push(complaints.summary);
	if (cutAfter) {
		says.push(`The list of files broke off after part ${cutAfter.pages}: ${cutAfter.reason}.`);
	}
	if (withoutAddress > 0) {
		says.push(
			`The payer lists ${withoutAddress} ${withoutAddress === 1 ? 'file' : 'files'} without an address.`,
		);
	}
	const addresses = new Set(files.map(({ url }) => url));
	const cut = files.filter(({ continuesInFile: next }) => next !== undefined && !addresses.has(next)).length;
	if (cut > 0) {
		says.push(`${cut} ${cut === 1 ? 'file goes' : 'files go'} on in a file that the payer does not list.`);
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
