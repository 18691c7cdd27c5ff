import { isObject, textOf } from '../fhir/json';
import { hasUserInfo, isLoopback, isPrivateHost, isHttpUrl, tryParseUrl } from '../http/addresses';
import { retryAfterMs } from '../http/backoff';
import { AccessTokenError } from '../http/errors';
import type { PayerReply } from '../http/reply';
import { isPassing } from './tokenRefusals';

/** URL of a FHIR server's SMART configuration (SMART App Launch 2.2, "Conformance"). */
export function discoveryUrl(fhirBase: string): string {
	return `${fhirBase}/.well-known/smart-configuration`;
}

/** What a SMART configuration says about the token endpoint. */
export interface DiscoveredEndpoint {
	url: string;
	/** Algorithms for signed assertions (RFC 8414 section 2); undefined if it states none. */
	algorithms?: string[];
}

/**
 * The token endpoint from a SMART configuration, if it is on the host of the FHIR server: a URL elsewhere is only the payer's claim, and the
 * client's secret or assertion would go there. A relative URL is resolved against the FHIR base, as SMART requires.
 * @param withCertificate whether the client has a certificate: the endpoint for such clients comes first (RFC 8705 section 5)
 * @throws AccessTokenError that names the field to fill
 */
export function discoveredEndpoint(
	reply: PayerReply,
	fhirBase: string,
	withCertificate = false,
): DiscoveredEndpoint {
	const configuration = isObject(reply.json) ? reply.json : {};
	const aliases = configuration.mtls_endpoint_aliases;
	const alias = withCertificate && isObject(aliases) ? textOf(aliases.token_endpoint) : undefined;
	const found = alias ?? textOf(configuration.token_endpoint);
	if (reply.status === 200 && found) {
		const algorithms = textsOf(configuration.token_endpoint_auth_signing_alg_values_supported);
		return {
			url: ownTokenUrl(tokenUrlOf(found, fhirBase), fhirBase),
			...(algorithms.length > 0 && { algorithms }),
		};
	}
	throw new AccessTokenError(
		reply.status === 200
			? `The payer's SMART configuration names no token endpoint. Fill in the Token URL.`
			: `The payer has no SMART configuration at the FHIR Base URL (HTTP ${reply.status}). Check the FHIR Base URL, or fill in the Token URL.`,
		isPassing(reply.status),
		retryAfterMs(reply.headers['retry-after'], Date.now()),
	);
}

const MAX_ALGORITHMS = 50;

function textsOf(value: unknown): string[] {
	return Array.isArray(value) ? value.slice(0, MAX_ALGORITHMS).flatMap((each) => textOf(each) ?? []) : [];
}

/** Validates a token URL. @throws AccessTokenError if the assertion or secret must not be sent there */
export function tokenUrlOf(text: string, fhirBase: string): string {
	const base = tryParseUrl(`${fhirBase}/`);
	const url = tryParseUrl(text.trim(), base?.href);
	const problem = endpointProblem(url, base?.hostname);
	if (url === undefined || problem !== undefined)
		throw new AccessTokenError(`The Token URL ${problem ?? NO_ADDRESS}.`);
	return url.href.split('#')[0];
}

const NO_ADDRESS = 'is no web address';

/** Why no signature or secret may be sent to an address; completes "The Token URL …". @param ownHost host name of the FHIR base */
export function endpointProblem(url: URL | undefined, ownHost: string | undefined): string | undefined {
	if (!url || !isHttpUrl(url) || hasUserInfo(url)) return NO_ADDRESS;
	const isOwnHost = url.hostname === ownHost;
	if (url.protocol === 'http:' && !(isOwnHost && isLoopback(url))) return 'must begin with https:';
	return isPrivateHost(url) && !isOwnHost ? 'lies inside a private network' : undefined;
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
