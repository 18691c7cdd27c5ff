import { isObject, textOf } from '../fhir/json';
import { hasPassword, isLoopback, isPrivateHost, isWeb, parsedUrl } from '../http/addresses';
import { AccessTokenError } from '../http/errors';
import type { PayerReply } from '../http/reply';

/** Where a FHIR server describes how to sign in (SMART App Launch 2.2, "Conformance"). */
export function discoveryUrl(fhirBase: string): string {
	return `${fhirBase}/.well-known/smart-configuration`;
}

/**
 * The token endpoint of a discovery document, where it is on the host of the FHIR server: an address elsewhere is the payer's word alone, and
 * the client's proof would go there. A relative address is read against the FHIR base, as SMART asks clients to.
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
	);
}

/** @throws AccessTokenError where the assertion or secret should not be sent there */
export function tokenUrlOf(text: string, fhirBase: string): string {
	const base = parsedUrl(`${fhirBase}/`);
	const url = parsedUrl(text.trim(), base?.href);
	const refuse = (says: string) => new AccessTokenError(`The Token URL ${says}.`);
	if (!url || !isWeb(url) || hasPassword(url)) throw refuse('is no web address');
	const isOwnHost = url.hostname === base?.hostname;
	if (url.protocol === 'http:' && !(isOwnHost && isLoopback(url))) throw refuse('must begin with https:');
	if (isPrivateHost(url) && !isOwnHost) throw refuse('lies inside a private network');
	return url.href.split('#')[0];
}

const LONGEST_SHOWN = 200;

/** @throws AccessTokenError that gives an address on another host, for a person to check and enter */
function ownTokenUrl(url: string, fhirBase: string): string {
	const { hostname, origin, pathname } = new URL(url);
	if (hostname === new URL(fhirBase).hostname) return url;
	const shown = (origin + pathname).replace(/[^\w:/.~-]/g, '_').slice(0, LONGEST_SHOWN);
	throw new AccessTokenError(
		`The payer names a token endpoint on another host: ${shown}. Check with the payer that it is theirs, then enter it as the Token URL.`,
	);
}
