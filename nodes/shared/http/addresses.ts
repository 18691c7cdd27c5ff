import { TEXT_LIMITS } from '../fhir/limits';
import { ExchangeError } from '../n8n/exchangeError';
import type { Destination, PayerRequest } from './request';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** How a credential's form names the base URL; used in errors. */
export interface BaseUrlField {
	label: string;
	/** Whose URL it is, e.g. `payer`. */
	owner: string;
	example: string;
}

/**
 * Reads the base URL of a credential.
 *
 * @returns without trailing slashes, query and fragment
 * @throws ExchangeError if it is not a web URL, contains a user name or password, or is `http:` and not loopback
 */
export function baseUrlOf(entered: unknown, { label, owner, example }: BaseUrlField): string {
	const url = tryParseUrl(typeof entered === 'string' ? entered.trim() : '');
	const refuse = (problem: string): never => {
		throw new ExchangeError(`The credential's '${label}' ${problem}`, {
			whatToDo: `Open the credential and enter the address of the ${owner}, e.g. ${example}`,
			concerns: 'run',
		});
	};
	if (!url || !isHttpUrl(url)) return refuse('is not a web address');
	if (hasUserInfo(url)) return refuse('must not hold a user name or password');
	if (url.protocol === 'http:' && !isLoopback(url)) {
		return refuse('must begin with https: (http: is for a gateway on this computer only)');
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Whether a URL points to this computer. */
export function isLoopback({ hostname }: URL): boolean {
	return LOOPBACK.test(hostname);
}

/** Parses a URL; undefined if the text is not one. */
export function tryParseUrl(text: string, base?: string): URL | undefined {
	// Not URL.canParse: once optimized, it calls addresses with letters beyond ASCII none (observed in Node.js 20).
	try {
		return new URL(text, base);
	} catch {
		return undefined;
	}
}

const PUNCTUATION = '.,;:!)]}';

/**
 * What a pattern finds in a text of the payer: its first group, else all of it, without the punctuation that follows it in a sentence. Only
 * as much of the text is read as an address can have; what is cut there counts as not found.
 */
export function findInText(pattern: RegExp, text: string): string | undefined {
	const match = pattern.exec(text.slice(0, TEXT_LIMITS.address));
	if (!match) return undefined;
	const found = match.at(1) ?? match[0];
	let end = found.length;
	while (end > 0 && PUNCTUATION.includes(found[end - 1])) end -= 1;
	const isCut = end === found.length && match.index + match[0].length === TEXT_LIMITS.address;
	return isCut && text.length > TEXT_LIMITS.address ? undefined : found.slice(0, end);
}

/** Whether a host is an IP address, without the brackets of an address of version 6. */
export function isIPAddress(host: string): boolean {
	return /^[\d.]+$/.test(host) || host.includes(':');
}

/** Whether the scheme is `http:` or `https:`. */
export function isHttpUrl({ protocol }: URL): boolean {
	return protocol === 'http:' || protocol === 'https:';
}

/** Whether a URL contains a user name or password. */
export function hasUserInfo({ username, password }: URL): boolean {
	return username !== '' || password !== '';
}

/** Whether a URL is below a base URL: same origin, and a path below the base path. */
export function isBelow(baseUrl: string, url: string): boolean {
	const [base, target] = [tryParseUrl(baseUrl), tryParseUrl(url)];
	if (!base || !target || hasUserInfo(target)) return false;
	return base.origin === target.origin && target.pathname.startsWith(`${base.pathname.replace(/\/+$/, '')}/`);
}

/** Whether a request may be sent: with the token only below the base URL, without it also to the allowed file hosts over https. */
export function isAllowedUrl(
	{ baseUrl, fileHosts, isOfAnotherPayer }: Pick<Destination, 'baseUrl' | 'fileHosts' | 'isOfAnotherPayer'>,
	{ url, withoutToken }: Pick<PayerRequest, 'url' | 'withoutToken'>,
): boolean {
	if (isOfAnotherPayer?.(url)) return false;
	const target = tryParseUrl(url);
	const isListed = target?.protocol === 'https:' && fileHosts.includes(target.host);
	return isBelow(baseUrl, url) || (withoutToken === true && isListed);
}

/** A host name's part that is an ordinary word: few digits, so no id or date. */
const PLAIN_LABEL = /^[a-z-]{0,18}\d?[a-z-]{1,18}$/;
const TOP_LEVEL = /^[a-z]{2,7}$/;

/**
 * A host that the payer chose, for an error: its last two parts, since the others can hold anything. Undefined if these look like an id or a
 * date. This computer, and an IP address, are shown whole.
 */
export function hostForError(url: URL): string | undefined {
	const { hostname } = url;
	if (isLoopback(url) || /^[\d.]+$/.test(hostname) || hostname.startsWith('[')) return hostname;
	const [topLevel, domain, ...others] = hostname.split('.').reverse();
	if (domain === undefined || !TOP_LEVEL.test(topLevel) || !PLAIN_LABEL.test(domain)) return undefined;
	return `${others.length > 0 ? '….' : ''}${domain}.${topLevel}`;
}

/** Private addresses (RFC 1918, 6598, 3927, 4193, 4291, 6890) and names used only inside a network (RFC 6761, 6762, 8375). */
const PRIVATE_IPV4 =
	/^(?:0|10|127)\.|^169\.254\.|^192\.168\.|^192\.0\.[02]\.|^198\.1[89]\.|^172\.(?:1[6-9]|2\d|3[01])\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^(?:22[4-9]|2[34]\d|25[0-5])\./;
const PRIVATE_IPV6 = /^\[(?:::|f[cd]|fe[89ab]|ff|64:ff9b:)/i;
const PRIVATE_HOST_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa)\.?$/;

/** Whether a host is a private address or name. What a public name resolves to is checked by n8n. */
export function isPrivateHost(url: URL): boolean {
	const { hostname } = url;
	const isName = /[a-z]/i.test(hostname) && !hostname.startsWith('[');
	return (
		isLoopback(url) ||
		PRIVATE_IPV4.test(hostname) ||
		PRIVATE_IPV6.test(hostname) ||
		(isName && (PRIVATE_HOST_NAME.test(hostname) || !hostname.includes('.')))
	);
}
