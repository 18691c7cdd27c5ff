import { TEXT_LIMITS } from '../../fhir/limits';
import { createHash } from 'crypto';
import { JOB_ID_PATTERN } from '../../fhir/ids';
import { findInText, hasUserInfo, hostForError, isBelow, isHttpUrl, tryParseUrl } from '../../http/addresses';
import { ExchangeError } from '../../n8n/exchangeError';
import { otherHostAdvice } from '../../http/errors';
import { listedFileUrl } from '../fileHosts';
import type { JobReference } from '../payer';
import { isDeletableJob, isFileAddress, isJobAddress } from '../addressForms';
import { onOwnOrigin } from '../ownOrigin';
import type { StandardSettings } from './settings';

/** URLs returned by the payer: which of them may be requested, and which job they identify. */

/** Query parameters that often contain the job id. */
const JOB_ID_QUERY = /^_?job_?(?:id)?$|^id$/i;
/** A text that is a URL or an absolute path, or a URL inside a sentence. */
const ADDRESS = /^\/\S+$|https?:\/\/[^\s"'<>]+/;

/**
 * Extracts a job from a URL, or from a sentence that contains one.
 * @param settings with a status path, if the payer's URL cannot be used
 * @throws ExchangeError if the URL is on another host, or cannot be that of a job
 */
export function jobFromText(settings: JobSettings, text: string): JobReference | undefined {
	const { fhirBase, statusPath } = settings;
	const match = findInText(ADDRESS, text);
	// A relative Content-Location is resolved against the FHIR base (RFC 9110 section 8.7; tolerated, not in Bulk Data).
	const url = match === undefined ? undefined : tryParseUrl(match, `${fhirBase}/`);
	// Written out, an address can become nine times as long.
	if (!url || url.href.length > TEXT_LIMITS.address) return undefined;
	const jobId = jobIdFromUrl(url);
	const statusUrl = statusPath
		? `${fhirBase}/${statusPath.replaceAll('{jobId}', encodeURIComponent(jobId))}`
		: url.href;
	// In the midst of a sentence, an address elsewhere or of another form is no job, but part of the payer's words.
	const isInWords = match !== text.trim();
	const own = onOwnOrigin(fhirBase, new URL(statusUrl));
	if (isInWords && !(own !== undefined && isJobAddress(fhirBase, new URL(own)))) return undefined;
	return { jobId, statusUrl: jobUrl(settings, statusUrl) };
}

/**
 * The address of a job's status.
 * @throws ExchangeError if it is on another host, or cannot be that of a job
 */
export function jobUrl(settings: JobSettings, url: string | undefined): string {
	const own = ownUrl(
		settings.fhirBase,
		url,
		'export job',
		'statusPath' in settings ? STATUS_PATH_ADVICE : '',
	);
	if (isJobAddress(settings.fhirBase, new URL(own)) || isOfStatusPath(settings, own)) return own;
	throw wrongFormError('export job');
}

/** The address to delete a job. @throws ExchangeError as `jobUrl`, and if it could be that of a resource */
export function jobDeletionUrl(settings: JobSettings, url: string | undefined): string {
	const own = jobUrl(settings, url);
	if (isDeletableJob(settings.fhirBase, new URL(own)) || isOfStatusPath(settings, own)) return own;
	throw wrongFormError('export job');
}

/** The address of a further page of a manifest. @throws ExchangeError if it is on another host, or of another form */
export function manifestUrl(settings: JobSettings, url: string): string {
	const own = ownUrl(settings.fhirBase, url, 'manifest');
	const address = new URL(own);
	if (isJobAddress(settings.fhirBase, address) || isFileAddress(settings.fhirBase, address)) return own;
	throw wrongFormError('manifest');
}

const STATUS_PATH_ADVICE =
	"If the payer tells of its jobs at the FHIR Base URL too, enter the 'Status Path' of the credential. ";

/** The settings that say where jobs are. */
type JobSettings = Pick<StandardSettings, 'fhirBase' | 'statusPath'>;

/** Whether a URL is the credential's Status Path with a job id in it. */
function isOfStatusPath({ fhirBase, statusPath }: JobSettings, url: string): boolean {
	if (statusPath === undefined) return false;
	const [before, ...after] = `${fhirBase}/${statusPath}`.split('{jobId}');
	if (!url.startsWith(before)) return false;
	const jobId = url.slice(before.length).split(/[/?&=#]/)[0];
	return JOB_ID_PATTERN.test(jobId) && url === [before, ...after].join(jobId);
}

function wrongFormError(what: string): ExchangeError {
	return new ExchangeError(`The address of the ${what} is not one of an export`, {
		whatToDo: `It could be that of a resource, a search or an operation of the payer's FHIR server. Nothing was asked there. Connect the step before this one, and leave its columns with addresses as they are. If the payer does keep its jobs there, enter the Status Path in the credential.`,
	});
}

/** The job id from a URL: a query parameter, else the last path segment, else a hash of the URL. */
function jobIdFromUrl(url: URL): string {
	const named = [...url.searchParams].find(([name]) => JOB_ID_QUERY.test(name))?.[1];
	const last = url.pathname.split('/').filter(Boolean).at(-1) ?? '';
	const id = [named, last].find(
		(each) => each !== undefined && !each.startsWith('$') && JOB_ID_PATTERN.test(each),
	);
	return id ?? createHash('sha256').update(url.href).digest('hex').slice(0, 16);
}

/**
 * The address on the payer's own origin.
 * @param setting what to do if the payer does keep it there; empty if no setting helps
 * @throws ExchangeError for an address elsewhere
 */
function ownUrl(fhirBase: string, url: string | undefined, what: string, setting = ''): string {
	const target = tryParseWebUrl(url ?? '');
	const own = target && onOwnOrigin(fhirBase, target);
	if (own !== undefined) return own;
	throw new ExchangeError(
		target ? onAnotherHost(what, target) : `The address of the ${what} is no web address`,
		{
			whatToDo: `Nothing was asked there, since the token goes to the host of the FHIR Base URL only. ${setting}Check the address in the input item, or with the payer.`,
		},
	);
}

/**
 * Where an output file is fetched: on the payer's own origin, or without the token on an allowed file host.
 * @throws ExchangeError for any other address
 */
export function fileAddress(
	{ fhirBase, fileHosts, level }: Pick<StandardSettings, 'fhirBase' | 'fileHosts' | 'level'>,
	url: string,
): { url: string; isOwn: boolean; isEverything?: boolean } {
	const isOwn = isBelow(new URL(fhirBase).origin, url);
	const listed = isOwn ? undefined : listedFileUrl(fileHosts, url);
	if (listed !== undefined) return { url: listed, isOwn: false };
	const target = tryParseWebUrl(url);
	if (target && !hasUserInfo(target) && onOwnOrigin(fhirBase, target) === undefined) {
		throw new ExchangeError(onAnotherHost('file', target), {
			whatToDo: `Nothing was asked there. ${otherHostAdvice(target)}`,
		});
	}
	const own = ownUrl(fhirBase, url, 'file');
	if (level === 'patientEverything' && isEverything(fhirBase, new URL(own)))
		return { url: own, isOwn: true, isEverything: true };
	if (isFileAddress(fhirBase, new URL(own))) return { url: own, isOwn: true };
	throw wrongFormError('file');
}

const EVERYTHING = /^\/Patient\/[A-Za-z0-9.-]{1,64}\/\$everything$/;

/** Whether an address is `Patient/{id}/$everything` of the payer. */
function isEverything(fhirBase: string, { origin, pathname }: URL): boolean {
	const address = origin + pathname;
	return address.startsWith(`${fhirBase}/`) && EVERYTHING.test(address.slice(fhirBase.length));
}

/** The address of a further page of a Bundle. @throws ExchangeError for an address elsewhere, or of an operation */
export function bundlePageUrl(fhirBase: string, url: string): string {
	const own = ownUrl(fhirBase, url, 'page');
	const { origin, pathname } = new URL(own);
	const address = `${origin}${pathname}`.replace(/\/$/, '');
	const last = address.split('/').at(-1) ?? '';
	const isRead = !/^(?:\$|%24)/.test(last) || /^(?:\$|%24)everything$/.test(last);
	if (isRead && (address === fhirBase || address.startsWith(`${fhirBase}/`))) return own;
	throw wrongFormError('page');
}

function onAnotherHost(what: string, url: URL): string {
	const host = hostForError(url);
	return `The ${what} is on another host${host === undefined ? '' : ` (${host})`}`;
}

/** Parses an http(s) URL. Other schemes, such as `file:`, have no host to report. */
function tryParseWebUrl(text: string): URL | undefined {
	const url = tryParseUrl(text);
	return url && isHttpUrl(url) ? url : undefined;
}
