import { createHash } from 'crypto';
import { JOB_ID_PATTERN } from '../../fhir/ids';
import { findInText, hasUserInfo, isBelow, isHttpUrl, tryParseUrl } from '../../http/addresses';
import { ExchangeError } from '../../n8n/exchangeError';
import type { JobReference } from '../payer';
import type { StandardSettings } from './settings';

/** URLs returned by the payer: which of them may be requested, and which job they identify. */

/** Query parameters that often contain the job id. */
const JOB_ID_QUERY = /^_?job_?(?:id)?$|^id$/i;
/** A text that is a URL or an absolute path, or a URL inside a sentence. */
const ADDRESS = /^\/\S+$|https?:\/\/[^\s"'<>]+/;

/**
 * Extracts a job from a URL, or from a sentence that contains one.
 * @param statusPath path of the status endpoint, if the payer's URL cannot be used
 * @throws ExchangeError if the URL is on another host
 */
export function jobFromText(
	fhirBase: string,
	statusPath: string | undefined,
	text: string,
): JobReference | undefined {
	const match = findInText(ADDRESS, text);
	// A relative Content-Location is resolved against the FHIR base (RFC 9110 section 8.7; tolerated, not in Bulk Data).
	const url = match === undefined ? undefined : tryParseUrl(match, `${fhirBase}/`);
	if (!url) return undefined;
	const jobId = jobIdFromUrl(url);
	const statusUrl = statusPath
		? `${fhirBase}/${statusPath.replaceAll('{jobId}', encodeURIComponent(jobId))}`
		: url.href;
	return { jobId, statusUrl: ownUrl(new URL(fhirBase).origin, statusUrl, 'export job') };
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

/** Validates that a URL is on the payer's host. @throws ExchangeError for any other URL */
export function ownUrl(origin: string, url: string | undefined, what: string): string {
	const target = tryParseWebUrl(url ?? '');
	if (target && isBelow(origin, target.href)) return target.href.split('#')[0];
	throw new ExchangeError(
		target
			? `The ${what} is on another host (${target.host})`
			: `The address of the ${what} is no web address`,
		{
			whatToDo: `Nothing was asked there, since the token goes to the host of the FHIR Base URL only. Check the address in the input item, or with the payer.`,
		},
	);
}

/**
 * Validates the URL of an output file: on the payer's host or, if no token is needed, on an allowed file host.
 * @throws ExchangeError for any other URL
 */
export function fileUrl(
	settings: StandardSettings,
	origin: string,
	url: string,
	requiresAccessToken: boolean,
): string {
	const target = tryParseWebUrl(url);
	if (!target || hasUserInfo(target) || isBelow(origin, target.href)) {
		return ownUrl(origin, url, 'file');
	}
	const refuse = (whatToDo: string) =>
		new ExchangeError(`The file is on another host (${target.host})`, {
			whatToDo: `${whatToDo} Nothing was asked there.`,
		});
	if (requiresAccessToken) {
		throw refuse(
			'The payer wants the token there, but the token goes to the host of the FHIR Base URL only. Ask the payer for files on its own host, or for files that need no token.',
		);
	}
	if (target.protocol !== 'https:') throw refuse('Files on other hosts are fetched over https only.');
	if (!settings.fileHosts.includes(target.host)) {
		throw refuse(
			`If this is where the payer keeps its files, add ${target.host} to 'Allowed File Hosts' of the credential.`,
		);
	}
	return target.href.split('#')[0];
}

/** Parses an http(s) URL. Other schemes, such as `file:`, have no host to report. */
function tryParseWebUrl(text: string): URL | undefined {
	const url = tryParseUrl(text);
	return url && isHttpUrl(url) ? url : undefined;
}
