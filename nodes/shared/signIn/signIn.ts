import type {
	ICredentialDataDecryptedObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { isObject, textOf } from '../fhir/json';
import { TEST_TIMEOUT_MS } from '../fhir/limits';
import { isBelow } from '../http/addresses';
import { AccessTokenError } from '../http/errors';
import type { PayerReply } from '../http/reply';
import { requestTls, type PayerTls } from '../http/tls';
import { rethrown } from '../n8n/exchangeError';
import { readToken, tokenLifetime, type SignInMessages } from './accessToken';
import { CERTIFICATE_FIELD_NAMES } from './certificateFields';
import { readTls } from './clientCertificate';
import { GRANTS } from './grantedScope';
import { TokenCache } from './tokenCache';
import { postForm, type TokenRequest } from './tokenRequests';

/** What differs between credentials of the client-credentials flow (RFC 6749 section 4.4). */
export interface SignInScheme {
	/** The credential fields that the token depends on. */
	fields: readonly string[];
	messages: SignInMessages;
	/** The token is sent only to URLs below this one. @throws ExchangeError if the field is invalid */
	baseUrl(credentials: ICredentialDataDecryptedObject): string;
	/**
	 * Builds a token request. Called for each request, because a signed assertion can be used only once.
	 * @param helper for a scheme that has to discover the token endpoint
	 * @param tls certificates of the credential, for requests to the payer's own host
	 * @throws AccessTokenError that names the field to correct
	 */
	tokenRequest(
		credentials: ICredentialDataDecryptedObject,
		helper: IHttpRequestHelper,
		tls: PayerTls | undefined,
	): Promise<TokenRequest> | TokenRequest;
}

/** The two credential functions that n8n calls. */
export interface SignIn {
	/**
	 * Sets a valid token in the decrypted credential of this request. Returns nothing, because n8n would store it. On the
	 * retry after a 401, the credential still contains the rejected token.
	 */
	preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<Record<string, never>>;
	/** Adds the token to a request to the payer. A request to any other URL is rejected, whichever node sends it. */
	authenticate(
		this: void,
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions>;
}

/**
 * The sign-in of a credential type. n8n creates one instance of a credential type per process, so there is one token cache.
 * @param chosen the scheme, or what chooses it by the fields
 */
export function createSignIn(
	chosen: SignInScheme | ((credentials: ICredentialDataDecryptedObject) => SignInScheme),
): SignIn {
	const cache = new TokenCache();
	const schemeOf = typeof chosen === 'function' ? chosen : () => chosen;
	return {
		async preAuthentication(credentials) {
			const scheme = schemeOf(credentials);
			const rejected = textOf(credentials.accessToken) ?? '';
			const tls = usableTls(credentials);
			const key = [...scheme.fields, ...CERTIFICATE_FIELD_NAMES].map((name) => credentials[name]);
			credentials.accessToken = await cache.token(key, rejected, async () => {
				let reply: PayerReply | undefined;
				try {
					const request = await scheme.tokenRequest(credentials, this, tls);
					reply = await postForm(this, { ...request, tls });
					const token = readToken(reply, scheme.messages, secretsOf(credentials));
					GRANTS.record(credentials, reply);
					return { token, expiresIn: tokenLifetime(reply) };
				} catch (error) {
					const isOutage = cache.hasGiven(key) && !isVerdict(reply) && error instanceof AccessTokenError;
					throw rethrown(isOutage ? error.passing() : error);
				}
			});
			return {};
		},
		async authenticate(credentials, requestOptions) {
			const baseUrl = schemeOf(credentials).baseUrl(credentials);
			const url = new URL(requestOptions.url, requestOptions.baseURL).href;
			if (!isBelow(baseUrl, url)) throw new AccessTokenError(`This credential is sent to ${baseUrl} only.`);
			const token = String(credentials.accessToken ?? '');
			const headers = { ...requestOptions.headers, Authorization: `Bearer ${token}` };
			const { options } = requestTls(usableTls(credentials));
			return await Promise.resolve(guarded({ ...requestOptions, ...options, headers }));
		},
	};
}

/**
 * Whether the endpoint itself says why it gives no token. To a client with the same settings it has given one before: any other answer, a page or a
 * broken TLS connection, comes from what stands in front of it while it restarts.
 */
function isVerdict(reply: PayerReply | undefined): boolean {
	return isObject(reply?.json) && textOf(reply.json.error) !== undefined;
}

/** @throws AccessTokenError if a certificate cannot be used; nothing has been sent */
export function usableTls(credentials: ICredentialDataDecryptedObject): PayerTls | undefined {
	const read = readTls(credentials);
	if ('problem' in read) throw new AccessTokenError(read.problem);
	return read.tls;
}

/** What a token endpoint must not be quoted with: all that was entered but the names of options and the addresses. */
export function secretsOf({
	clientId,
	clientSecret,
	privateKey,
	keyId,
	accessToken,
	jwksUrl,
	privateKeyPassphrase,
	clientCertificatePassphrase,
}: ICredentialDataDecryptedObject): unknown[] {
	const texts = [
		...[clientId, clientSecret, privateKey, keyId, accessToken, jwksUrl],
		...[privateKeyPassphrase, clientCertificatePassphrase],
	].flatMap((each) => textOf(each) ?? []);
	// As they stand in a form, too.
	const [id, secret] = [textOf(clientId) ?? '', textOf(clientSecret) ?? ''];
	const basic = Buffer.from(`${id}:${secret}`);
	return [...texts, basic.toString('base64'), basic.toString('base64url')].flatMap((text) => [
		text,
		encodeURIComponent(text),
		encodeURIComponent(encodeURIComponent(text)),
		new URLSearchParams({ text }).toString().slice('text='.length),
	]);
}

/**
 * The request with what n8n's Test needs: it follows redirects, and takes token or secret along to other hosts, unless it is told not to,
 * and waits 5 minutes. The nodes' own requests are streamed, and have their time.
 */
export function guarded(options: IHttpRequestOptions): IHttpRequestOptions {
	const timeout =
		options.encoding === 'stream'
			? options.timeout
			: Math.min(options.timeout ?? TEST_TIMEOUT_MS, TEST_TIMEOUT_MS);
	return { ...options, disableFollowRedirect: true, ...(timeout !== undefined && { timeout }) };
}

/** A required field. @throws AccessTokenError that names it if it is empty */
export function requiredField(
	credentials: ICredentialDataDecryptedObject,
	name: string,
	label: string,
): string {
	const value = credentials[name];
	if (typeof value !== 'string' || value.trim() === '') throw new AccessTokenError(`Fill in the ${label}.`);
	return value;
}

/** n8n calls `preAuthentication` if this field is empty, or after a 401. Nothing is ever stored in it. */
export const ACCESS_TOKEN_FIELD: INodeProperties = {
	displayName: 'Access Token',
	name: 'accessToken',
	type: 'hidden',
	typeOptions: { expirable: true, password: true },
	default: '',
};
