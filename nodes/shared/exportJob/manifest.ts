import type { IDataObject } from 'n8n-workflow';
import { countOf, isObject, nextLink, omitEmpty, statedCount } from '../fhir/json';
import { MANIFEST_LIMITS, TEXT_LIMITS } from '../fhir/limits';
import { freeText, instantOf, instantText, shortText } from '../fhir/values';
import type { PayerReply } from '../http/reply';
import { withAbsoluteUrls } from './relativeUrls';
import { eachOnce, fileJson, mergeFiles, readFiles, type ManifestFile } from './manifestFiles';

export type { ManifestFile } from './manifestFiles';

/** Number of batches of a job by state (1up). */
export interface BatchCounts {
	running?: number;
	complete?: number;
	failed?: number;
	total?: number;
}

/** The manifest of a finished export. */
export interface Manifest {
	files: ManifestFile[];
	/** Files of transaction Bundles with the deletions since the last export (Bulk Data 2 and later). */
	deletedFiles: ManifestFile[];
	/** URL of the next page of the manifest (Bulk Data 3, `link`); empty if there is one, but without a usable URL. */
	nextPage?: string;
	/** Set if the list is not whole: the number of pages read, and the reason. */
	truncated?: { pages: number; reason: string };
	/** Number of entries without a usable URL, which cannot be fetched. */
	withoutAddress: number;
	/** The same of the files of deletions, and of the files of OperationOutcomes; undefined if there is none. */
	deletedWithoutAddress?: number;
	errorsWithoutAddress?: number;
	/** Files of OperationOutcomes about what could not be exported, in whichever list they stand. */
	errorFiles: ManifestFile[];
	transactionTime?: string;
	/** True if absent from the manifest: the token is then sent to the payer's own origin only. */
	requiresAccessToken: boolean;
	resourceCount?: number;
	batches?: BatchCounts;
	/** The payer's status of the job (1up). */
	status?: string;
	/** Resource type by which the files are organized in blocks (Bulk Data 3). */
	organizedBy?: string;
	/** When the file URLs expire, in milliseconds since 1970 (header `Expires`). */
	expiresAt?: number;
}

/** Whether a payer's job status means that something failed or is missing. */
export function indicatesFailure(status: string | undefined): boolean {
	return status !== undefined && /fail|error|cancel|abort|expire|reject|partial|incomplete/i.test(status);
}

/**
 * Reads the body of a finished export: a manifest of Bulk Data 1 to 3 (`error`) or 4 (`outcome`), with 1up's own fields.
 * Unknown keys are ignored. Without `output`, or with null in its place, it lists no file; what else a manifest must have tells it then.
 * @returns undefined if it is not a manifest (FHIR Bulk Data, "Response - Complete Status")
 */
export function readManifest(body: unknown): Manifest | undefined {
	if (!isObject(body)) return undefined;
	const isWithoutOutput = (body.output ?? undefined) === undefined && body.resourceType === undefined;
	const hasBatches = (readBatches(body.batches)?.complete ?? 0) > 0;
	const isManifest = isWithoutOutput && !hasBatches && instantText(body.transactionTime) !== undefined;
	return Array.isArray(body.output) || isOnlyFile(body) || isManifest ? buildManifest(body) : undefined;
}

/** Whether the only file stands in the place of the list. */
function isOnlyFile({ output, resourceType }: IDataObject): boolean {
	return resourceType === undefined && isObject(output) && typeof output.url === 'string';
}

/** Reads the manifest of a response, and its `Expires` header. Relative addresses are made absolute. */
export function manifestFromReply({
	json,
	headers,
	url,
}: Pick<PayerReply, 'json' | 'headers' | 'url'>): Manifest | undefined {
	const manifest = readManifest(json);
	const absolute = manifest && withAbsoluteUrls(manifest, url);
	return absolute && { ...absolute, expiresAt: parseExpires(headers.expires, Date.now()) };
}

/** The manifest of a job that reports an empty result and lists no files. */
export function manifestWithoutFiles(body: IDataObject): Manifest {
	return buildManifest({ ...body, output: [] });
}

/** An HTTP date (RFC 9110 section 5.6.7). */
const HTTP_DATE = /^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/;

/**
 * When the files of a finished export expire (FHIR Bulk Data, "Response - Complete Status", header `Expires`), in
 * milliseconds since 1970. A time in the past is ignored, because servers also use the header to disable caching.
 */
export function parseExpires(header: string | undefined, now: number): number | undefined {
	const text = header?.trim() ?? '';
	const at = HTTP_DATE.test(text) ? Date.parse(text) : NaN;
	return at > now ? at : undefined;
}

function buildManifest(body: IDataObject): Manifest {
	const output = readFiles(body.output);
	const deleted = readFiles(body.deleted);
	const errors = [readFiles(body.error), readFiles(body.outcome)];
	const isComplaint = ({ type }: ManifestFile) => type === 'OperationOutcome';
	return {
		files: output.files.filter((file) => !isComplaint(file)),
		withoutAddress: output.withoutAddress,
		deletedFiles: deleted.files,
		deletedWithoutAddress: deleted.withoutAddress || undefined,
		nextPage: nextPageOf(body),
		errorFiles: eachOnce([...errors.flatMap(({ files }) => files), ...output.files.filter(isComplaint)]),
		errorsWithoutAddress: errors.reduce((sum, each) => sum + each.withoutAddress, 0) || undefined,
		transactionTime: instantText(body.transactionTime),
		requiresAccessToken: body.requiresAccessToken !== false,
		resourceCount: statedCount(body.resourceCount),
		batches: readBatches(body.batches),
		status: freeText(body.status),
		organizedBy: shortText(body.outputOrganizedBy, TEXT_LIMITS.code),
	};
}

function nextPageOf(body: IDataObject): string | undefined {
	const next = nextLink(body);
	return next === undefined ? undefined : (shortText(next, TEXT_LIMITS.address) ?? '');
}

/**
 * A manifest in the standard's form, as an item carries it; `readManifest` reads it back. It holds what was read, and no other words of the
 * payer.
 */
export function manifestJson(manifest: Manifest): IDataObject {
	const { files, deletedFiles, errorFiles, batches, nextPage, expiresAt } = manifest;
	const entries = (all: readonly ManifestFile[]) => all.map(fileJson);
	// Entries without an address stay what they are: missing.
	const missing = (count = 0) => Array.from({ length: Math.min(count, MAX_MISSING_LISTED) }, () => ({}));
	return {
		...omitEmpty<IDataObject>({
			transactionTime: manifest.transactionTime,
			requiresAccessToken: manifest.requiresAccessToken,
			resourceCount: manifest.resourceCount,
			status: manifest.status,
			batches: batches && { ...batches },
			outputOrganizedBy: manifest.organizedBy,
			expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
			deleted: [...entries(deletedFiles), ...missing(manifest.deletedWithoutAddress)],
			error: [...entries(errorFiles), ...missing(manifest.errorsWithoutAddress)],
			link: nextPage === undefined ? undefined : [{ relation: 'next', url: nextPage }],
		}),
		output: [...entries(files), ...missing(manifest.withoutAddress)],
	};
}

const MAX_MISSING_LISTED = 1000;

/** Reads back what `manifestJson` gives. */
export function manifestFromItem(value: unknown): Manifest | undefined {
	const manifest = readManifest(value);
	return manifest && { ...manifest, expiresAt: instantOf(isObject(value) ? value.expiresAt : undefined) };
}

/** The batch counts of a status body; undefined if it has none. */
export function readBatches(value: unknown): BatchCounts | undefined {
	if (!isObject(value)) return undefined;
	return {
		running: countOf(value.running),
		complete: countOf(value.complete),
		failed: countOf(value.failed),
		total: countOf(value.total),
	};
}

/**
 * Merges the pages of a manifest in order. Export-level fields are those of the first page. Files that an earlier page lists
 * are skipped, because pages may have been written while the job was running.
 */
export function mergePages([first, ...rest]: [Manifest, ...Manifest[]]): Manifest {
	const all = [first, ...rest];
	return {
		...first,
		files: mergeFiles(all.map((each) => each.files)),
		errorFiles: mergeFiles(all.map((each) => each.errorFiles)),
		deletedFiles: mergeFiles(all.map((each) => each.deletedFiles)),
		withoutAddress: all.reduce((sum, each) => sum + each.withoutAddress, 0),
		deletedWithoutAddress: all.reduce((sum, each) => sum + (each.deletedWithoutAddress ?? 0), 0) || undefined,
		errorsWithoutAddress: all.reduce((sum, each) => sum + (each.errorsWithoutAddress ?? 0), 0) || undefined,
		nextPage: undefined,
		expiresAt: earliestExpiry(all),
	};
}

/** Whether a list of files is longer than what is read of one; and the manifest with what may be read of it. */
export function withinFileLimit(manifest: Manifest): { manifest: Manifest; isCut: boolean } {
	const most = MANIFEST_LIMITS.files;
	const { files, deletedFiles, errorFiles } = manifest;
	if (files.length + deletedFiles.length + errorFiles.length <= most) return { manifest, isCut: false };
	const cut = {
		...manifest,
		files: files.slice(0, most),
		deletedFiles: deletedFiles.slice(0, Math.max(most - files.length, 0)),
		errorFiles: errorFiles.slice(0, most),
	};
	return { manifest: cut, isCut: true };
}

/** The earliest expiry, so that every file is fetched in time. */
function earliestExpiry(manifests: readonly Manifest[]): number | undefined {
	const earliest = manifests.reduce(
		(first, { expiresAt = Infinity }) => Math.min(first, expiresAt),
		Infinity,
	);
	return earliest === Infinity ? undefined : earliest;
}
