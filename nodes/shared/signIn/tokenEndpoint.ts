import { isObject, textOf } from '../fhir/json';
import { hasUserInfo, isLoopback, isPrivateHost, isHttpUrl, tryParseUrl } from '../http/addresses';
import { retryAfterMs } from '../http/backoff';
import { AccessTokenError } from '../http/errors';
import type { PayerReply } from '../http/reply';

/** URL of a FHIR server's SMART configuration (SMART App Launch 2.2, "Conformance"). */
export function discoveryUrl(fhirBase: string): string {
	return `${fhirBase}/.well-known/smart-configuration`;
}

/**
 * The token endpoint from a SMART configuration, if it is on the host of the FHIR server: a URL elsewhere is only the payer's claim, and the
 * client's secret or assertion would go there. A relative URL is resolved against the FHIR base, as SMART requires.
 * @throws AccessTokenError that names the field to fill
 */
export function discoveredTokenUrl(reply: PayerReply, fhirBase: string): string {
	const found = isObject(reply.json) ? textOf(reply.json.token_endpoint) : undefined;
	if (reply.status === 200 && found) return ownTokenUrl(tokenUrlOf(found, fhirBase), fhirBase);
	throw new AccessTokenError(
		reply.status === 200
			? `The payer's SMART configuration names no token endpoint. Fill in the Token URL.`
			: `The payer has no SMART configuration at the FHIR Base URL (HTTP ${reply.status}). Check the FHIR Base URL, or fill in the Token URL.`,
		reply.status === 429 || reply.status >= 500,
		retryAfterMs(reply.headers['retry-after'], Date.now()),
	);
}

/** Validates a token URL. @throws AccessTokenError if the assertion or secret must not be sent there */
export function tokenUrlOf(text: string, fhirBase: string): string {
	const base = tryParseUrl(`${fhirBase}/`);
	const url = tryParseUrl(text.trim(), base?.href);
	const refuse = (problem: string) => new AccessTokenError(`The Token URL ${problem}.`);
	if (!url || !isHttpUrl(url) || hasUserInfo(url)) throw refuse('is no web address');
	const isOwnHost = url.hostname === base?.hostname;
	if (url.protocol === 'http:' && !(isOwnHost && isLoopback(url))) throw refuse('must begin with https:');
	if (isPrivateHost(url) && !isOwnHost) throw refuse('lies inside a private network');
	return url.href.split('#')[0];
}

const MAX_URL_SHOWN = 200;

/** @throws AccessTokenError that shows a URL on another host, for a person to check and enter */
function ownTokenUrl(url: string, fhirBase: string): string {
	const { hostname, origin, pathname } = new URL(url);
	if (hostname === new URL(fhirBase).hostname) return url;
	const shown = (origin + pathname).replace(/[^\w:/.~-]/g, '_').slice(0, MAX_URL_SHOWN);
	throw new AccessTokenError(
		`The payer names a token endpoint on another host: ${shown}. Check with the payer that it is theirs, then enter it as the Token URL.`,
	);
}
