import type { IDataObject } from 'n8n-workflow';
import { countOf, isObject, objectsOf, omitEmpty } from '../fhir/json';
import { MANIFEST_LIMITS, TEXT_LIMITS } from '../fhir/limits';
import { freeText, instantOf, instantText, shortText } from '../fhir/values';
import type { PayerReply } from '../http/reply';
import { withAbsoluteUrls } from './relativeUrls';

/** One output file of a finished export: a batch. */
export interface ManifestFile {
	type?: string;
	url: string;
	/** Number of resources, if stated by the payer. */
	count?: number;
	/** URL of the file that continues the last block of this one (Bulk Data 3, `organizeOutputBy`). */
	continuesInFile?: string;
}

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
	/** Files of OperationOutcomes about what could not be exported. */
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
 * Unknown keys are ignored.
 * @returns undefined if there is no list of output files, so it is not a manifest (FHIR Bulk Data, "Response - Complete
 *   Status")
 */
export function readManifest(body: unknown): Manifest | undefined {
	return isObject(body) && Array.isArray(body.output) ? buildManifest(body) : undefined;
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
	const files = readFiles(body.output);
	return {
		files,
		withoutAddress: objectsOf(body.output).length - files.length,
		deletedFiles: readFiles(body.deleted),
		nextPage: nextPageOf(body),
		errorFiles: [...readFiles(body.error), ...readFiles(body.outcome)],
		transactionTime: instantText(body.transactionTime),
		requiresAccessToken: body.requiresAccessToken !== false,
		resourceCount: countOf(body.resourceCount),
		batches: readBatches(body.batches),
		status: freeText(body.status),
		organizedBy: shortText(body.outputOrganizedBy, TEXT_LIMITS.code),
	};
}

function nextPageOf(body: IDataObject): string | undefined {
	const link = objectsOf(body.link).find(({ relation }) => relation === 'next');
	return link && (shortText(link.url, TEXT_LIMITS.address) ?? '');
}

/**
 * A manifest in the standard's form, as an item carries it; `readManifest` reads it back. It holds what was read, and no other words of the
 * payer.
 */
export function manifestJson(manifest: Manifest): IDataObject {
	const { files, deletedFiles, errorFiles, batches, nextPage, expiresAt } = manifest;
	const entries = (all: readonly ManifestFile[]) => all.map(fileJson);
	// Entries without an address stay what they are: missing.
	const missing = Array.from({ length: Math.min(manifest.withoutAddress, MAX_MISSING_LISTED) }, () => ({}));
	return {
		...omitEmpty<IDataObject>({
			transactionTime: manifest.transactionTime,
			requiresAccessToken: manifest.requiresAccessToken,
			resourceCount: manifest.resourceCount,
			status: manifest.status,
			batches: batches && { ...batches },
			outputOrganizedBy: manifest.organizedBy,
			expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
			deleted: entries(deletedFiles),
			error: entries(errorFiles),
			link: nextPage === undefined ? undefined : [{ relation: 'next', url: nextPage }],
		}),
		output: [...entries(files), ...missing],
	};
}

const MAX_MISSING_LISTED = 1000;

/** As an object literal in the usual case: of 200,000 files, anything else takes most of a second. */
function fileJson(file: ManifestFile): IDataObject {
	const { type, url, count, continuesInFile } = file;
	if (type === undefined || continuesInFile !== undefined) return omitEmpty<IDataObject>({ ...file });
	return count === undefined ? { type, url } : { type, url, count };
}

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

function mergeFiles(lists: readonly ManifestFile[][]): ManifestFile[] {
	const listed = new Set<string>();
	return lists.flatMap((files) => {
		const newFiles = files.filter(({ url }) => !listed.has(url));
		newFiles.forEach(({ url }) => listed.add(url));
		return newFiles;
	});
}

/** The earliest expiry, so that every file is fetched in time. */
function earliestExpiry(manifests: readonly Manifest[]): number | undefined {
	const earliest = manifests.reduce(
		(first, { expiresAt = Infinity }) => Math.min(first, expiresAt),
		Infinity,
	);
	return earliest === Infinity ? undefined : earliest;
}

function readFiles(value: unknown): ManifestFile[] {
	const files: ManifestFile[] = [];
	for (const file of objectsOf(value)) {
		const url = shortText(file.url, TEXT_LIMITS.address);
		if (url === undefined) continue;
		const continuesInFile = shortText(file.continuesInFile, TEXT_LIMITS.address);
		files.push({
			type: typeName(file.type),
			url,
			count: countOf(file.count),
			...(continuesInFile !== undefined && { continuesInFile }),
		});
	}
	return files;
}

/** The name of a type, of any version of FHIR; anything else that a payer writes there is no type. */
function typeName(value: unknown): string | undefined {
	const text = shortText(value, TEXT_LIMITS.code);
	return text !== undefined && /^[A-Za-z][A-Za-z0-9.-]*$/.test(text) ? text : undefined;
}
