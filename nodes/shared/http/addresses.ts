import { ExchangeError } from '../n8n/exchangeError';
import type { Payer, PayerRequest, Query } from '../payers/payer';

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

/** Whether a request may leave: with the token to the payer's own host alone, without it to the hosts of its files too. */
export function mayBeAsked(
	{ gateway, fileHosts }: Pick<Payer, 'gateway' | 'fileHosts'>,
	{ url, withoutToken }: Pick<PayerRequest, 'url' | 'withoutToken'>,
): boolean {
	const target = parsedUrl(url);
	const isListed = target?.protocol === 'https:' && fileHosts.includes(target.host);
	return isBelow(gateway, url) || (withoutToken === true && isListed);
}

/** RFC 1918, 6598, 3927, 4193, 4291, 6890, and names that never leave a network (RFC 6761, 6762, 8375). */
const PRIVATE_IPV4 =
	/^(?:0|10|127)\.|^169\.254\.|^192\.168\.|^192\.0\.[02]\.|^198\.1[89]\.|^172\.(?:1[6-9]|2\d|3[01])\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^(?:22[4-9]|2[34]\d|25[0-5])\./;
const PRIVATE_IPV6 = /^\[(?:::|f[cd]|fe[89ab]|ff|64:ff9b:)/i;
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa)\.?$/;

/** Whether a host is named by an address, or a name, of a private network. What a public name resolves to is n8n's to judge. */
export function isPrivateHost(url: URL): boolean {
	const { hostname } = url;
	const isName = /[a-z]/i.test(hostname) && !hostname.startsWith('[');
	return (
		isLoopback(url) ||
		PRIVATE_IPV4.test(hostname) ||
		PRIVATE_IPV6.test(hostname) ||
		(isName && (PRIVATE_NAME.test(hostname) || !hostname.includes('.')))
	);
}
