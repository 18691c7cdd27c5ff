import type { IDataObject } from 'n8n-workflow';
import { countOf, isObject, objectsOf, textOf } from '../fhir/json';
import type { PayerReply } from '../http/reply';

/** One output file of a finished export: a batch. */
export interface ManifestFile {
	type?: string;
	url: string;
	/** Number of resources, where the payer states it. */
	count?: number;
	/** Address of the file in which the last block of this one goes on (Bulk Data 3, `organizeOutputBy`). */
	continuesInFile?: string;
}

/** How many batches of a job are in which state (1up). */
export interface BatchCounts {
	running?: number;
	complete?: number;
	failed?: number;
	total?: number;
}

/** What a finished export consists of. */
export interface Manifest {
	files: ManifestFile[];
	/** Files of transaction Bundles that name what was deleted since the last export (Bulk Data 2 and later). */
	deletedFiles: ManifestFile[];
	/** Address of the next part of a manifest that comes in parts (Bulk Data 3, `link`). */
	nextPage?: string;
	/** Set where a further part could not be read: how many were, and why not the next. */
	cutAfter?: { pages: number; reason: string };
	/** Entries of the list without an address: they cannot be fetched. */
	withoutAddress: number;
	/** Files of OperationOutcomes that say what could not be exported. */
	errorFiles: ManifestFile[];
	transactionTime?: string;
	/** Missing in the manifest counts as true: the token then goes to the payer's own origin only. */
	requiresAccessToken: boolean;
	resourceCount?: number;
	batches?: BatchCounts;
	/** The payer's own word for the state of the job (1up). */
	status?: string;
	/** Resource type by whose instances the files are organized in blocks (Bulk Data 3). */
	organizedBy?: string;
	/** When the addresses of the files end, in milliseconds since 1970 (header `Expires`). */
	expiresAt?: number;
}

/** Whether a payer's word for the state of a job says that not all went well. */
export function saysTrouble(status: string | undefined): boolean {
	return status !== undefined && /fail|error|cancel|abort|expire|reject|partial|incomplete/i.test(status);
}

/**
 * Reads the body of a finished export: a manifest of Bulk Data 1 to 3 (`error`) or 4 (`outcome`), with 1up's own fields. Unknown keys
 * are ignored.
 *
 * @returns undefined where it lists no output files (FHIR Bulk Data, "Response - Complete Status"): then it is no manifest
 */
export function readManifest(body: unknown): Manifest | undefined {
	return isObject(body) && Array.isArray(body.output) ? manifestOf(body) : undefined;
}

/** The same of an answer, whose header says until when its files are there. */
export function manifestIn({ json, headers }: Pick<PayerReply, 'json' | 'headers'>): Manifest | undefined {
	const manifest = readManifest(json);
	return manifest && { ...manifest, expiresAt: expiryOf(headers.expires, Date.now()) };
}

/** The manifest of a job that says of itself that it holds nothing, and therefore lists nothing. */
export function manifestWithoutFiles(body: IDataObject): Manifest {
	return manifestOf({ ...body, output: [] });
}

/** As HTTP writes a date (RFC 9110 section 5.6.7). */
const HTTP_DATE = /^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/;

/**
 * When the files of a finished export go (FHIR Bulk Data, "Response - Complete Status", header `Expires`), in milliseconds since
 * 1970. A time that is over by the arrival of the answer says nothing: servers use the same header to forbid caching.
 */
export function expiryOf(header: string | undefined, now: number): number | undefined {
	const text = header?.trim() ?? '';
	const at = HTTP_DATE.test(text) ? Date.parse(text) : NaN;
	return at > now ? at : undefined;
}

function manifestOf(body: IDataObject): Manifest {
	const files = readFiles(body.output);
	return {
		files,
		withoutAddress: objectsOf(body.output).length - files.length,
		deletedFiles: readFiles(body.deleted),
		nextPage: objectsOf(body.link)
			.filter((link) => link.relation === 'next')
			.map((link) => textOf(link.url))
			.find(Boolean),
		errorFiles: [...readFiles(body.error), ...readFiles(body.outcome)],
		transactionTime: textOf(body.transactionTime),
		requiresAccessToken: body.requiresAccessToken !== false,
		resourceCount: countOf(body.resourceCount),
		batches: readBatches(body.batches),
		status: textOf(body.status),
		organizedBy: textOf(body.outputOrganizedBy),
	};
}

/** The batch counts of a status body; undefined where it has none. */
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
 * One manifest of its parts, in their order. What the first part says of the whole export counts. A file that an earlier part has
 * listed already is not listed again: parts may have been written while the job ran.
 */
export function joinManifests([first, ...rest]: [Manifest, ...Manifest[]]): Manifest {
	const all = [first, ...rest];
	return {
		...first,
		files: joined(all.map((each) => each.files)),
		errorFiles: joined(all.map((each) => each.errorFiles)),
		deletedFiles: joined(all.map((each) => each.deletedFiles)),
		withoutAddress: all.reduce((sum, each) => sum + each.withoutAddress, 0),
		nextPage: undefined,
		expiresAt: earliest(all),
	};
}

function joined(lists: readonly ManifestFile[][]): ManifestFile[] {
	const listed = new Set<string>();
	return lists.flatMap((files) => {
		const more = files.filter(({ url }) => !listed.has(url));
		more.forEach(({ url }) => listed.add(url));
		return more;
	});
}

/** So that each file is fetched in time, whichever part it stands in. */
function earliest(manifests: readonly Manifest[]): number | undefined {
	const times = manifests.map(({ expiresAt }) => expiresAt).filter((at) => at !== undefined);
	return times.length > 0 ? Math.min(...times) : undefined;
}

function readFiles(value: unknown): ManifestFile[] {
	return objectsOf(value).flatMap((file) => {
		const url = textOf(file.url);
		const continuesInFile = textOf(file.continuesInFile);
		return url
			? [
					{
						type: textOf(file.type),
						url,
						count: countOf(file.count),
						...(continuesInFile && { continuesInFile }),
					},
				]
			: [];
	});
}
