import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Paces } from './pace';
import type { SignInPause } from './signInPause';
import type { PayerTls } from './tls';
import type { AnswerTimes, Trouble } from './trouble';

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
	/**
	 * Set for a file, which alone may be redirected: the request for the address that a redirect names.
	 * @throws ExchangeError if no file may be fetched from there
	 */
	redirectedTo?(url: string): PayerRequest;
	/**
	 * Set where the answer is a Bundle in pages: the request for the page that `link.next` names.
	 * @throws ExchangeError if that is not the payer's
	 */
	nextPage?(url: string): PayerRequest;
	/** Called with the end of the server's certificate (ms since 1970), where n8n lets it be seen. Only for a request without the token. */
	onCertificate?(validUntil: number): void;
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
	/** Set if relative addresses of answers stay as they came, because the payer's requests are built from their paths. */
	keepsRelativeUrls?: boolean;
	/** Certificates of the credential, for requests below the base URL. */
	tls?: PayerTls;
	/** The rates at which requests are sent, shared by all runs with this credential. */
	paces: Paces;
	/** The pause of the token endpoint, shared by all runs with this credential. */
	signInPause: SignInPause;
	/** Since when the payer gives this run no proper answer. */
	trouble: Trouble;
	/** When its hosts answered last, shared by all runs with this credential. */
	answerTimes: AnswerTimes;
	/** Whether an address belongs to another payer that the same credential knows. It is not asked then, not even without a token. */
	isOfAnotherPayer?(url: string): boolean;
	/** The fields of the credential for one request, where n8n is not to take those that it stores. */
	requestCredentials?(): ICredentialDataDecryptedObject;
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
