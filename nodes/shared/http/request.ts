import type { Pace } from './pace';
import type { PayerTls } from './tls';

/** A request to a payer, before the token is added. */
export interface PayerRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Absolute URL below the payer's base URL; without a token it may also be on an allowed file host. */
	url: string;
	headers: Record<string, string>;
	/** Sent as JSON; a string as it is. */
	body?: object | string;
	/** Set if the token must not be sent (Bulk Data manifest, `requiresAccessToken: false`). */
	withoutToken?: boolean;
}

/** Name and value of a query parameter; a name may occur several times. */
export type Query = Array<[name: string, value: string]>;

/** Where requests go, with which credential and at what rate. */
export interface Destination {
	/** n8n credential type that signs the requests. */
	credentialType: string;
	/** The token is sent only to URLs below this one. Without a trailing slash. */
	baseUrl: string;
	/** Label of the credential's URL field; used in errors. */
	addressField: string;
	/** Hosts (`name` or `name:port`) from which files may be fetched without a token. */
	fileHosts: readonly string[];
	/** Certificates of the credential, for requests below the base URL. */
	tls?: PayerTls;
	/** The request rate of the node run. */
	pace: Pace;
	/** Called before each request, repeated attempts included; throws if it must not be sent any more. */
	beforeRequest?(): void;
}

/** Media type of FHIR resources. */
export const FHIR_JSON = 'application/fhir+json';

/** Headers of a request for an output file (FHIR Bulk Data, "Output File Request"). */
export const FILE_HEADERS = { Accept: 'application/fhir+ndjson', 'Accept-Encoding': 'gzip, identity' };

/** Encodes a query string, with `?`; repeated names stay repeated. Empty if there are no parameters. */
export function queryString(query: Query): string {
	const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
	return search.length > 0 ? `?${search.join('&')}` : '';
}
