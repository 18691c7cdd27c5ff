import type { IDataObject } from 'n8n-workflow';
import { NEXT_STEPS, SPECIAL_STEPS } from '../shared/n8n/nextSteps';
import { consentEndedJson } from '../shared/exchange/consentEnd';
import { listedMembers } from '../shared/exchange/exportMembers';
import { itemPayer } from '../shared/exchange/payerKey';
import type { FailedJob, FinishedJob, PolledJob } from '../shared/exportJob/jobState';
import type { BatchCounts, Manifest, ManifestFile } from '../shared/exportJob/manifest';
import { flagOf, idText, omitEmpty } from '../shared/fhir/json';
import { instantOf } from '../shared/fhir/values';
import { SECOND } from '../shared/n8n/time';

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
 * @param requestedAt when the export was asked for
 */
export function finishedItems(envelope: IDataObject, end: FinishedJob, requestedAt?: string): FinishedItems {
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
		...(end.state === 'partial' && { partial: true }),
		...laterThanRequest(requestedAt, transactionTime),
	};
	const completed = batchItems(envelope, manifest, common);
	if (end.state !== 'completed') {
		const why = { outcome: end.state, reason: missing ?? '', nextStep: NEXT_STEPS[end.state] };
		return { completed, failed: [failedItem(envelope, why, manifest.batches, errors.errors)] };
	}
	const empty = omitEmpty<IDataObject>({ ...envelope, batchCount: 0, ...common });
	return { completed: completed.length > 0 ? completed : [empty], failed: [] };
}

/** A payer's clock may differ from ours by so much. */
const CLOCKS_DIFFER_MS = 5 * SECOND;

/**
 * Whether the payer states that its data is of a time after the request. What changed in between may be missing, and an export since that
 * time would not bring it either.
 */
function laterThanRequest(
	requestedAt: string | undefined,
	transactionTime: string | undefined,
): { transactionTimeAfterRequest?: true; requestedAt?: string } {
	const [asked, stated] = [instantOf(requestedAt), instantOf(transactionTime)];
	const isLater = asked !== undefined && stated !== undefined && stated > asked + CLOCKS_DIFFER_MS;
	return isLater ? { transactionTimeAfterRequest: true, requestedAt } : {};
}

/** One item per file, numbered by its position in the manifest: output files first, then files of deletions. */
function batchItems(envelope: IDataObject, manifest: Manifest, about: IDataObject): IDataObject[] {
	const { files, deletedFiles } = manifest;
	const batchNumbers = numbersByUrl(manifest);
	const [before, after] = [omitEmpty<IDataObject>(envelope), omitEmpty<IDataObject>(about)];
	const common = { ...before, batch: 0, batchCount: files.length + deletedFiles.length };
	// A list can have 200,000 files. A copy of an object with all its keys takes a twentieth of the time that adding keys takes.
	const templates = new Map<string, IDataObject>();
	const items: IDataObject[] = [];
	const add = (file: ManifestFile, isDeleted: boolean) => {
		const { type, url, count, size, checksum, continuesInFile } = file;
		const continuesInBatch = continuesInFile === undefined ? undefined : batchNumbers.get(continuesInFile);
		const has = [type, count, continuesInBatch, size, checksum].map((each) => each !== undefined);
		const key = `${has.join()}${isDeleted}`;
		let template = templates.get(key);
		if (!template) {
			template = {
				...common,
				...(has[0] && { type: '' }),
				url: '',
				...(has[1] && { count: 0 }),
				...(has[3] && { fileSize: 0 }),
				...(has[4] && { checksum: '' }),
				...(isDeleted && { deleted: true }),
				...(has[2] && { continuesInBatch: 0 }),
				...after,
			};
			templates.set(key, template);
		}
		const item: IDataObject = { ...template };
		item.batch = items.length + 1;
		if (has[0]) item.type = type;
		item.url = url;
		if (has[1]) item.count = count;
		if (has[2]) item.continuesInBatch = continuesInBatch;
		if (has[3]) item.fileSize = size;
		if (has[4]) item.checksum = checksum;
		items.push(item);
	};
	for (const file of files) add(file, false);
	for (const file of deletedFiles) add(file, true);
	return items;
}

/** The number of the batch of each address; empty if no file goes on in another. */
function numbersByUrl({ files, deletedFiles }: Manifest): Map<string, number> {
	const numbers = new Map<string, number>();
	if (![...files, ...deletedFiles].some(({ continuesInFile }) => continuesInFile !== undefined))
		return numbers;
	[...files, ...deletedFiles].forEach(({ url }, index) => {
		if (!numbers.has(url)) numbers.set(url, index + 1);
	});
	return numbers;
}

/** The Failed item of a job without a manifest. */
export function failedJobItem(
	envelope: IDataObject,
	{ reason, batches, httpStatus, consentEnded, isUnclear }: FailedJob,
): IDataObject {
	const failed = { outcome: 'failed', reason, nextStep: NEXT_STEPS.failed };
	const unclear = { outcome: 'unclear', reason, nextStep: SPECIAL_STEPS.otherExport };
	const ended =
		consentEnded === undefined ? undefined : consentEndedJson(consentEnded, listedMembers(envelope));
	return {
		...failedItem(envelope, isUnclear ? unclear : (ended ?? failed), batches, []),
		...(httpStatus !== undefined && { httpStatus }),
	};
}

/** The input item with the last known state, ready to be fed back in. @param nextPollAt ms since 1970 */
export function stillRunningItem(
	item: IDataObject,
	job: PolledJob & { envelope: IDataObject },
	nextPollAt: number,
): IDataObject {
	const { response, troubles, troubledSince, ...json } = item;
	// The raw kick-off response is not passed on, except for a manifest; old troubles are replaced by the current ones.
	void [troubles, troubledSince];
	return {
		...json,
		...itemPayer(job.envelope),
		...(flagOf(item.finished) === true && item.manifest === undefined && { manifest: response }),
		status: job.status,
		...(typeof job.progress === 'string' && { progress: job.progress }),
		polls: job.polls,
		...(job.troubledSince !== undefined && {
			troubles: job.troubles,
			troubledSince: new Date(job.troubledSince).toISOString(),
		}),
		nextPollAt: new Date(nextPollAt).toISOString(),
	};
}

/** What people read comes first. */
function failedItem(
	envelope: IDataObject,
	why: { outcome: string; reason: string; nextStep: string },
	batches: BatchCounts | undefined,
	errors: IDataObject[],
): IDataObject {
	const { memberId, ...others } = envelope;
	const memberIds = listedMembers(envelope)?.flatMap((member) => idText(member.memberId) ?? []);
	return {
		...(memberId !== undefined && { memberId }),
		...(memberIds && { memberIds: memberIds.join(', ') }),
		...why,
		...others,
		batches: batches ? { ...batches } : null,
		errors,
	};
}
