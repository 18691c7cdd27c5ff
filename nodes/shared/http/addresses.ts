import { ExchangeError } from '../n8n/exchangeError';
import type { Destination, PayerRequest } from './request';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** How a credential's form speaks of the base URL, for errors. */
export interface BaseUrlField {
	label: string;
	/** Whose address it is, e.g. `payer`. */
	whose: string;
	example: string;
}

/**
 * The base URL of a credential, ready to put a path behind it.
 *
 * @returns without trailing slashes, query and fragment
 * @throws ExchangeError where it is no address, carries a password, or is `http:` to anything but this computer
 */
export function baseUrlOf(entered: unknown, { label, whose, example }: BaseUrlField): string {
	const url = parsedUrl(typeof entered === 'string' ? entered.trim() : '');
	const refuse = (says: string): never => {
		throw new ExchangeError(`The credential's '${label}' ${says}`, {
			whatToDo: `Open the credential and enter the address of the ${whose}, e.g. ${example}`,
			concerns: 'run',
		});
	};
	if (!url || !isWeb(url)) return refuse('is not a web address');
	if (hasPassword(url)) return refuse('must not hold a user name or password');
	if (url.protocol === 'http:' && !isLoopback(url)) {
		return refuse('must begin with https: (http: is for a gateway on this computer only)');
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Whether an address is of this computer. */
export function isLoopback({ hostname }: URL): boolean {
	return LOOPBACK.test(hostname);
}

/** The address, or undefined where the text is none. */
export function parsedUrl(text: string, base?: string): URL | undefined {
	return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** Whether an address is one of the web: `http:` or `https:`. */
export function isWeb({ protocol }: URL): boolean {
	return protocol === 'http:' || protocol === 'https:';
}

/** Whether an address carries a user name or password. */
export function hasPassword({ username, password }: URL): boolean {
	return username !== '' || password !== '';
}

/** Whether an address lies below a base URL: same origin, and a path below the base's own. */
export function isBelow(baseUrl: string, url: string): boolean {
	const [base, target] = [parsedUrl(baseUrl), parsedUrl(url)];
	if (!base || !target || hasPassword(target)) return false;
	return base.origin === target.origin && target.pathname.startsWith(`${base.pathname.replace(/\/+$/, '')}/`);
}

/** Whether a request may leave: with the token to the payer's own host alone, without it to the hosts of its files too. */
export function mayBeAsked(
	{ baseUrl, fileHosts }: Pick<Destination, 'baseUrl' | 'fileHosts'>,
	{ url, withoutToken }: Pick<PayerRequest, 'url' | 'withoutToken'>,
): boolean {
	const target = parsedUrl(url);
	const isListed = target?.protocol === 'https:' && fileHosts.includes(target.host);
	return isBelow(baseUrl, url) || (withoutToken === true && isListed);
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
