import { ExchangeError } from '../exchangeError';
import type { Query } from './payerApi';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** Media type of FHIR resources. */
export const FHIR_JSON = 'application/fhir+json';

/** Headers of a request for an output file (FHIR Bulk Data, "Output File Request"). */
export const FILE_HEADERS = { Accept: 'application/fhir+ndjson', 'Accept-Encoding': 'gzip, identity' };

/**
 * The Gateway URL (or FHIR Base URL) of a credential, ready to put a path behind it.
 *
 * @param label what the credential's form calls it
 * @param example shown where it is wrong
 * @returns without trailing slashes, query and fragment
 * @throws ExchangeError where it is no address, carries a password, or is `http:` to anything but this computer
 */
export function gatewayBase(
	gatewayUrl: unknown,
	label = 'Gateway URL',
	example = 'https://gateway.1up.health',
): string {
	const url = parsedUrl(typeof gatewayUrl === 'string' ? gatewayUrl.trim() : '');
	const refuse = (says: string): never => {
		throw new ExchangeError(`The credential's '${label}' ${says}`, {
			whatToDo: `Open the credential and enter the address of the ${label === 'Gateway URL' ? 'gateway' : 'payer'}, e.g. ${example}`,
			concerns: 'run',
		});
	};
	if (!url || !['http:', 'https:'].includes(url.protocol)) return refuse('is not a web address');
	if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password');
	if (url.protocol === 'http:' && !isLoopback(url)) {
		return refuse('must begin with https: (http: is for a gateway on this computer only)');
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Whether an address is of this computer. */
export function isLoopback({ hostname }: URL): boolean {
	return LOOPBACK.test(hostname);
}

/** Each name and value encoded once, a name as often as it occurs; empty where there are none. */
export function searchOf(query: Query): string {
	const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
	return search.length > 0 ? `?${search.join('&')}` : '';
}

/** The address, or undefined where the text is none. */
export function parsedUrl(text: string, base?: string): URL | undefined {
	return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** Whether an address lies below a gateway: same origin, and a path below the gateway's own. */
export function isBelow(gateway: string, url: string): boolean {
	const [base, target] = [parsedUrl(gateway), parsedUrl(url)];
	if (!base || !target || target.username !== '' || target.password !== '') return false;
	return base.origin === target.origin && target.pathname.startsWith(`${base.pathname.replace(/\/+$/, '')}/`);
}
