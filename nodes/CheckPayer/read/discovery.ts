import { isObject, textOf } from '../../shared/fhir/json';
import { hostForError, tryParseUrl } from '../../shared/http/addresses';
import type { Asked } from '../ask/ask';

/** Ways in which a client may show who it is at a token endpoint (RFC 7591, RFC 8705). */
const METHODS = [
	'private_key_jwt',
	'client_secret_basic',
	'client_secret_post',
	'tls_client_auth',
	'self_signed_tls_client_auth',
] as const;
export type SignInMethod = (typeof METHODS)[number];

/** What a SMART configuration says (SMART App Launch 2.2, "Conformance"). */
export interface SmartFacts {
	isThere: boolean;
	/** The token endpoint: on the host that is asked, or elsewhere. */
	tokenEndpoint: 'own host' | 'other host' | 'none';
	/** The other host, as far as it may be shown. */
	tokenHost?: string;
	/** Those that we know; undefined if it states none. */
	methods?: SignInMethod[];
}

const MAX_ENTRIES = 50;

/** @param base the address that was asked */
export function readSmart(asked: Asked | undefined, base: string): SmartFacts {
	const none: SmartFacts = { isThere: false, tokenEndpoint: 'none' };
	if (asked === undefined || asked instanceof Error || asked.status !== 200 || !isObject(asked.json))
		return none;
	const endpoint = textOf(asked.json.token_endpoint);
	const url = endpoint === undefined ? undefined : tryParseUrl(endpoint, `${base}/`);
	const isOwn = url?.hostname === tryParseUrl(base)?.hostname;
	const stated = asked.json.token_endpoint_auth_methods_supported;
	const listed: unknown[] = Array.isArray(stated) ? stated.slice(0, MAX_ENTRIES) : [];
	const methods = METHODS.filter((method) => listed.includes(method));
	return {
		isThere: true,
		tokenEndpoint: url === undefined ? 'none' : isOwn ? 'own host' : 'other host',
		...(url && !isOwn && { tokenHost: hostForError(url) }),
		...(methods.length > 0 && { methods }),
	};
}

/** Whether the payer offers UDAP (`.well-known/udap`: 404 or 204 is none). Nothing of the document is believed here. */
export function offersUdap(asked: Asked | undefined): 'yes' | 'no' | 'not stated' {
	if (asked === undefined || asked instanceof Error) return 'not stated';
	const versions = isObject(asked.json) ? asked.json.udap_versions_supported : undefined;
	if (asked.status === 200 && Array.isArray(versions)) return versions.includes('1') ? 'yes' : 'no';
	return [204, 404, 410].includes(asked.status) ? 'no' : 'not stated';
}
