import type { Pace } from './pace';

/** A request to a payer, before the token is added. */
export interface PayerRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Absolute, below the payer's base URL; without a token it may be on one of its file hosts. */
	url: string;
	headers: Record<string, string>;
	body?: object;
	/** Set where the payer says that the token must not be sent (Bulk Data manifest, `requiresAccessToken: false`). */
	withoutToken?: boolean;
}

/** Name and value of a query parameter; a name may occur several times. */
export type Query = Array<[name: string, value: string]>;

/** Whom requests are for, and with which credential and at what pace they leave. */
export interface Destination {
	/** n8n credential type that signs the requests. */
	credentialType: string;
	/** The token goes to addresses below this one and nowhere else. Without a trailing slash. */
	baseUrl: string;
	/** What the credential's form calls the address that it holds, for errors. */
	addressField: string;
	/** Hosts (`name` or `name:port`) from which files may be fetched without a token. */
	fileHosts: readonly string[];
	/** The speed of the whole node run. */
	pace: Pace;
}

/** Media type of FHIR resources. */
export const FHIR_JSON = 'application/fhir+json';

/** Headers of a request for an output file (FHIR Bulk Data, "Output File Request"). */
export const FILE_HEADERS = { Accept: 'application/fhir+ndjson', 'Accept-Encoding': 'gzip, identity' };

/** Each name and value encoded once, a name as often as it occurs; empty where there are none. */
export function searchOf(query: Query): string {
	const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
	return search.length > 0 ? `?${search.join('&')}` : '';
}
