import { isResourceType, resourceTypeOf } from '../fhir/resourceTypes';

/**
 * What an address of a payer can be, by its form. Addresses travel in items, and an input row can name any: so a job is asked for or deleted,
 * and a file fetched, only where the address cannot be a FHIR resource, a search or another operation. No guide fixes these forms; those of
 * the servers that are known are in the tests.
 */

/** An encoded slash, backslash, dot, percent or control character, or an invalid `%`: another program could read another path. */
const ENCODED_ESCAPE = /%(?:2f|5c|2e|[01][0-9a-f]|7f|25)|%(?![0-9a-f]{2})/i;
/** Operations that start something, by name. As the last segment they are no job. */
const STARTS_SOMETHING = /^\$(?:[\w-]*-)?(?:export|import|match|delete|purge|expunge|reindex|everything)$/i;
const JOB_WORD = /status|poll|job|operation/i;
/** Without one of these words, nothing shows that an address is that of a job. */
const JOB_SIGN = /status|poll|job|operation|export|bulk|async/i;
/** The name of a type of FHIR in any version, also of one to come. */
const TYPE_NAME = /^[A-Z][A-Za-z]{2,60}$/;
/** Operations that take something away. */
const TAKES_AWAY = /^\$(?:purge|delete|expunge|import|reindex)(?:-|$)/i;
const EXPORT_WORD = /export|bulk|job|file|output|download|manifest/i;
const FILE_WORD = /status|poll|job|file|output|download|result|manifest|binary/i;
const NDJSON_NAME = /\.ndjson(?:\.gz)?$/i;
/** Interactions of a FHIR server that are named by no type. */
const SERVER_WORDS = ['metadata', '.well-known', '_search', '_history'];

/** Whether an address can be that of a job: what a status request asks for. */
export function isJobAddress(fhirBase: string, address: URL): boolean {
	const path = pathOf(fhirBase, address);
	if (!path || isServerInteraction(path.segments, JOB_WORD)) return false;
	const at = path.segments.findIndex((segment, index) => isTypeAt(path, segment, index));
	return at < 0 || isBelowResource(path.segments.slice(at + 1), JOB_WORD);
}

/**
 * Whether a job can be deleted there: no resource type in any spelling stands in the path, and a word of it, or the name of a query
 * parameter, tells of a job, with something behind it that tells which.
 */
export function isDeletableJob(fhirBase: string, address: URL): boolean {
	const path = pathOf(fhirBase, address);
	if (!path || isServerInteraction(path.segments, JOB_WORD)) return false;
	const { segments, isBelowBase } = path;
	const isResource = segments.some(
		(segment, index) => typeNamed(segment) || isTypeAt({ segments, isBelowBase }, segment, index),
	);
	const sign = segments.findIndex((segment) => JOB_SIGN.test(segment));
	const namesOne = (sign >= 0 && sign < segments.length - 1) || address.search.length > 1;
	return !isResource && namesOne && (sign >= 0 || JOB_SIGN.test(address.search));
}

/** Whether an address can be that of an output file, or of a page of a manifest. */
export function isFileAddress(fhirBase: string, address: URL): boolean {
	const path = pathOf(fhirBase, address);
	if (!path || isServerInteraction(path.segments, FILE_WORD)) return false;
	const { segments } = path;
	const at = segments.findIndex((segment, index) => isTypeAt(path, segment, index));
	if (at < 0) return true;
	const rest = segments.slice(at + 1);
	// Some servers keep their files as Binary.
	if (resourceTypeOf(segments[at]) === 'Binary' && rest.length === 1 && !rest[0].startsWith('_')) return true;
	const isSearch = rest.length === 0 && address.search !== '';
	const isNamedByType = segments.slice(0, at).some((segment) => EXPORT_WORD.test(segment));
	if (!isSearch && (isNamedByType || NDJSON_NAME.test(rest.at(-1) ?? ''))) return true;
	return isBelowResource(rest, FILE_WORD);
}

interface Path {
	/** Decoded, without empty ones and parameters (`;x`); those after the FHIR base, if it is below it. */
	segments: string[];
	isBelowBase: boolean;
}

/** @returns undefined if the path can be read in two ways, or leads to the base itself */
function pathOf(fhirBase: string, { pathname }: URL): Path | undefined {
	if (ENCODED_ESCAPE.test(pathname)) return undefined;
	const all = segmentsOf(pathname);
	// Some servers take `..;` for the folder above.
	if (all.some((segment) => segment === '.' || segment === '..')) return undefined;
	const base = segmentsOf(new URL(fhirBase).pathname);
	// Some servers do not distinguish capital letters.
	const isBelowBase = base.every((segment, index) => all[index]?.toLowerCase() === segment.toLowerCase());
	const segments = isBelowBase ? all.slice(base.length) : all;
	return segments.length > 0 ? { segments, isBelowBase } : undefined;
}

function segmentsOf(pathname: string): string[] {
	return pathname
		.split('/')
		.map((segment) => decoded(segment).split(';')[0].trim())
		.filter(Boolean);
}

function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

/** A resource type; in any spelling where FHIR wants one. */
function isTypeAt({ isBelowBase }: Path, segment: string, index: number): boolean {
	if (!isBelowBase || index > 0) return isResourceType(segment);
	return (
		typeNamed(segment) || (TYPE_NAME.test(segment) && !JOB_SIGN.test(segment) && !FILE_WORD.test(segment))
	);
}

/** Whether a segment names a type of R4, also as `Patient.json`. */
function typeNamed(segment: string): boolean {
	return resourceTypeOf(segment.replace(/\.(?:json|xml)$/i, '')) !== undefined;
}

/** An interaction with the whole server, or an operation at the end of the path whose name does not tell of a job or file. */
function isServerInteraction(segments: readonly string[], word: RegExp): boolean {
	const last = segments[segments.length - 1];
	const startsOrEnds = STARTS_SOMETHING.test(last) || TAKES_AWAY.test(last);
	const isOperation = last.startsWith('$') && (startsOrEnds || !word.test(last));
	return isOperation || segments.some((segment) => SERVER_WORDS.includes(segment.toLowerCase()));
}

/** What follows a resource type: `$export-poll-status`, `1/$export/job/2`; not `1`, which is a resource, nor an operation on it. */
function isBelowResource(rest: readonly string[], word: RegExp): boolean {
	return rest.some((segment, index) => {
		const isLast = index === rest.length - 1;
		if (index === 0 && !segment.startsWith('$')) return false;
		return word.test(segment) || (!isLast && STARTS_SOMETHING.test(segment));
	});
}
