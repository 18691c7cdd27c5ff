import type { IDataObject } from 'n8n-workflow';
import { countOf, isObject, omitEmpty, statedCount, textOf } from '../fhir/json';
import { TEXT_LIMITS } from '../fhir/limits';
import { shortText } from '../fhir/values';

/** One output file of a finished export: a batch, with all that the payer states of it. */
export interface ManifestFile {
	type?: string;
	url: string;
	/** Number of resources. */
	count?: number;
	/** Bytes (Bulk Data 4 `fileSize`; `file_length` of DPC and AB2D). */
	size?: number;
	/** Checksum as written, e.g. `sha256:…` (DPC, AB2D). */
	checksum?: string;
	/** URL of the file that continues the last block of this one (Bulk Data 3, `organizeOutputBy`). */
	continuesInFile?: string;
}

/** A list of files of a manifest. */
export interface FileList {
	files: ManifestFile[];
	/** Number of entries that cannot be fetched, except for those that state that there is nothing in them. */
	withoutAddress: number;
}

/**
 * Reads `output`, `deleted`, `error` or `outcome` of a manifest. Whatever stands there and cannot be read as a file counts as one without
 * an address; nothing and null are an empty list.
 */
export function readFiles(value: unknown): FileList {
	const entries: unknown[] = Array.isArray(value) ? value : (value ?? undefined) === undefined ? [] : [value];
	const files: ManifestFile[] = [];
	let withoutAddress = 0;
	for (const entry of entries) {
		const file = isObject(entry) ? readFileEntry(entry) : undefined;
		if (file) files.push(file);
		else if (!isObject(entry) || statedCount(entry.count) !== 0) withoutAddress += 1;
	}
	return { files: eachOnce(files), withoutAddress };
}

function readFileEntry(entry: IDataObject): ManifestFile | undefined {
	const url = shortText(entry.url, TEXT_LIMITS.address);
	if (url === undefined) return undefined;
	const continuesInFile = shortText(entry.continuesInFile, TEXT_LIMITS.address);
	const type = typeName(entry.type);
	// A number that is written as text counts where the entry is in form otherwise.
	const count = type === undefined ? countOf(entry.count) : statedCount(entry.count);
	const file: ManifestFile = { type, url, count };
	const size =
		sizeOf(entry.fileSize ?? entry.file_length ?? entry.fileLength) ??
		sizeOf(extensionOf(entry, FILE_LENGTH));
	const checksum = checksumOf(entry.checksum) ?? checksumOf(extensionOf(entry, CHECKSUM));
	if (size !== undefined) file.size = size;
	if (checksum !== undefined) file.checksum = checksum;
	if (continuesInFile !== undefined) file.continuesInFile = continuesInFile;
	return file;
}

/** `https://dpc.cms.gov/checksum`, `https://ab2d.cms.gov/checksum`: whoever states it, the name says what it is. */
const CHECKSUM = /(?:^|\/)checksum$/i;
const FILE_LENGTH = /(?:^|\/)file[_-]?(?:length|size)$/i;

/**
 * The value of an extension: in a list of FHIR extensions (DPC, AB2D), or in an object by its name (Bulk Data 1 to 3). Either may stand
 * inside another.
 */
function extensionOf({ extension }: IDataObject, name: RegExp): unknown {
	const open: unknown[] = [extension];
	for (let looked = 0; looked < open.length && looked < MAX_EXTENSIONS; looked += 1) {
		const each = open[looked];
		if (Array.isArray(each)) open.push(...each.slice(0, MAX_EXTENSIONS));
		if (!isObject(each)) continue;
		if (typeof each.url === 'string' && name.test(each.url)) return valueOf(each);
		for (const [key, value] of Object.entries(each).slice(0, MAX_EXTENSIONS)) {
			if (name.test(key)) return isObject(value) ? valueOf(value) : value;
			if (typeof value === 'object') open.push(value);
		}
	}
	return undefined;
}

const MAX_EXTENSIONS = 50;

function valueOf(extension: IDataObject): unknown {
	return Object.entries(extension).find(([key]) => key.startsWith('value'))?.[1];
}

/** A number of bytes. */
function sizeOf(value: unknown): number | undefined {
	const number = statedCount(value);
	return Number.isSafeInteger(number) ? number : undefined;
}

function checksumOf(value: unknown): string | undefined {
	const text = textOf(value);
	// One that is too long for any kind is stated all the same, so it is not left out in silence.
	return text === undefined ? undefined : text.slice(0, MAX_CHECKSUM_CHARS);
}

const MAX_CHECKSUM_CHARS = 200;

/** The entry in the standard's form. As an object literal in the usual case: of 200,000 files, anything else takes most of a second. */
export function fileJson(file: ManifestFile): IDataObject {
	const { type, url, count, size, checksum, continuesInFile } = file;
	const isUsual = size === undefined && checksum === undefined && continuesInFile === undefined;
	if (type === undefined || !isUsual)
		return omitEmpty<IDataObject>({ type, url, count, fileSize: size, checksum, continuesInFile });
	return count === undefined ? { type, url } : { type, url, count };
}

/**
 * Files by their address, each once: fetched twice, it would be given twice. A file that is listed under several types holds them all, so
 * it has no type, and the sum of their counts.
 */
export function eachOnce(files: ManifestFile[]): ManifestFile[] {
	const byUrl = new Map<string, ManifestFile>();
	for (const file of files) {
		const key = addressKey(file.url);
		const known = byUrl.get(key);
		if (!known) byUrl.set(key, file);
		else if (known.type !== file.type) {
			const isCounted = known.count !== undefined && file.count !== undefined;
			known.count = isCounted ? (known.count ?? 0) + (file.count ?? 0) : undefined;
			known.type = undefined;
		} else if (file.count !== undefined) known.count = Math.max(known.count ?? 0, file.count);
	}
	return byUrl.size === files.length ? files : [...byUrl.values()];
}

const SIGNED = /[?&](?:sig|signature|x-(?:amz|goog)-signature)=/i;
/** Parameters of signed addresses (AWS, Google, Azure, CloudFront), which differ each time that one is signed. */
const OF_SIGNATURE =
	/[?&](?:x-(?:amz|goog)-[a-z-]{1,40}|sig|signature|s[eptv]|sk[a-z]{1,3}|expires|policy|key-pair-id|(?:awsaccesskey|googleaccess)id)=[^&#]*/gi;

/** What names the file of an address: all of it but a signature. */
function addressKey(url: string): string {
	return SIGNED.test(url) ? url.replace(OF_SIGNATURE, '') : url;
}

/** The files of several pages, without those that an earlier page lists. */
export function mergeFiles(lists: readonly ManifestFile[][]): ManifestFile[] {
	const listed = new Set<string>();
	return lists.flatMap((files) => {
		const newFiles = files.filter(({ url }) => !listed.has(addressKey(url)));
		newFiles.forEach(({ url }) => listed.add(addressKey(url)));
		return newFiles;
	});
}

/** The name of a type, of any version of FHIR; anything else that a payer writes there is no type. */
function typeName(value: unknown): string | undefined {
	const text = shortText(value, TEXT_LIMITS.code);
	return text !== undefined && /^[A-Za-z][A-Za-z0-9.-]*$/.test(text) ? text : undefined;
}
