import { createHash } from 'crypto';
import { JOB_ID_PATTERN } from '../../fhir/ids';
import { hasUserInfo, isBelow, isHttpUrl, tryParseUrl } from '../../http/addresses';
import { ExchangeError } from '../../n8n/exchangeError';
import type { JobReference } from '../payer';
import type { StandardSettings } from './settings';

/** Addresses that the payer gives: which of them may be asked, and which job they name. */

/** Where many servers put the id of a job in its address. */
const JOB_ID_QUERY = /^_?job_?(?:id)?$|^id$/i;
/** A text that is an address as a whole, which may leave out its host; or an address in a sentence. */
const ADDRESS = /^\/\S+$|https?:\/\/[^\s"'<>]+/;

/**
 * The job that a text names by an address, whole or in a sentence.
 * @param statusPath where a job is asked for, if not at the address that the payer gives
 * @throws ExchangeError where the address is on another host
 */
export function jobAt(
	fhirBase: string,
	statusPath: string | undefined,
	text: string,
): JobReference | undefined {
	const found = ADDRESS.exec(text)?.[0].replace(/[.,;:!)\]}]+$/, '');
	// A relative Content-Location is read against the FHIR base (RFC 9110 section 8.7; robustness, no rule of Bulk Data).
	const url = found === undefined ? undefined : tryParseUrl(found, `${fhirBase}/`);
	if (!url) return undefined;
	const jobId = jobIdIn(url);
	const statusUrl = statusPath
		? `${fhirBase}/${statusPath.replaceAll('{jobId}', encodeURIComponent(jobId))}`
		: url.href;
	return { jobId, statusUrl: ownUrl(new URL(fhirBase).origin, statusUrl, 'export job') };
}

/** The id of a job by its address: a query parameter that is called so, else the last part of the path, else a hash of all. */
function jobIdIn(url: URL): string {
	const named = [...url.searchParams].find(([name]) => JOB_ID_QUERY.test(name))?.[1];
	const last = url.pathname.split('/').filter(Boolean).at(-1) ?? '';
	const id = [named, last].find(
		(each) => each !== undefined && !each.startsWith('$') && JOB_ID_PATTERN.test(each),
	);
	return id ?? createHash('sha256').update(url.href).digest('hex').slice(0, 16);
}

/** An address on the payer's own host. @throws ExchangeError for any other */
export function ownUrl(origin: string, url: string | undefined, what: string): string {
	const target = webUrl(url ?? '');
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
 * The address of an output file: on the payer's own host, or where no token is needed on one of its file hosts.
 * @throws ExchangeError for any other
 */
export function fileUrl(
	settings: StandardSettings,
	origin: string,
	url: string,
	requiresAccessToken: boolean,
): string {
	const target = webUrl(url);
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

/** An address of the web: one such as `file:` names no host. */
function webUrl(text: string): URL | undefined {
	const url = tryParseUrl(text);
	return url && isHttpUrl(url) ? url : undefined;
}
