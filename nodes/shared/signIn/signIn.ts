import type {
	ICredentialDataDecryptedObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { textOf } from '../fhir/json';
import { isBelow } from '../http/addresses';
import { AccessTokenError } from '../http/errors';
import { readToken, tokenLifetime, type SignInWords } from './accessToken';
import { GRANTS } from './grantedScope';
import { TokenCache } from './tokenCache';
import { postForm, type TokenRequest } from './tokenRequests';

/** How one credential signs in: all that differs between credentials of the client-credentials flow (RFC 6749 section 4.4). */
export interface SignInScheme {
	/** Everything in the credential that the token depends on. */
	fields: readonly string[];
	words: SignInWords;
	/** The token goes to addresses below this one and nowhere else. @throws ExchangeError where the field cannot work */
	baseUrl(credentials: ICredentialDataDecryptedObject): string;
	/**
	 * Makes a token request. Called anew for each: a signed statement may be used once.
	 * @param helper for a scheme that has to ask the payer where its token endpoint is
	 * @throws AccessTokenError that names the field to correct
	 */
	tokenRequest(
		credentials: ICredentialDataDecryptedObject,
		helper: IHttpRequestHelper,
	): Promise<TokenRequest> | TokenRequest;
}

/** The two functions of a credential type that n8n calls. */
interface SignIn {
	/**
	 * Puts a good token into the credential as this one request sees it; nothing is returned, since n8n would store it. On the repeat
	 * after a 401 the credential still holds the refused token.
	 */
	preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<Record<string, never>>;
	/** Adds the token to a request to the payer. A request to any other address is refused, whichever node sends it. */
	authenticate(
		this: void,
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions>;
}

/** Makes a credential's way to sign in. n8n makes one object of a credential type for each process, and so one cache of its tokens. */
export function signInWith(scheme: SignInScheme): SignIn {
	const cache = new TokenCache();
	return {
		async preAuthentication(credentials) {
			const refused = textOf(credentials.accessToken) ?? '';
			const key = scheme.fields.map((name) => credentials[name]);
			credentials.accessToken = await cache.token(key, refused, async () => {
				const reply = await postForm(this, await scheme.tokenRequest(credentials, this));
				const token = readToken(reply, scheme.words);
				GRANTS.note(credentials, reply);
				return { token, lives: tokenLifetime(reply) };
			});
			return {};
		},
		async authenticate(credentials, requestOptions) {
			const baseUrl = scheme.baseUrl(credentials);
			const url = new URL(requestOptions.url, requestOptions.baseURL).href;
			if (!isBelow(baseUrl, url)) throw new AccessTokenError(`This credential is sent to ${baseUrl} only.`);
			const token = String(credentials.accessToken ?? '');
			const headers = { ...requestOptions.headers, Authorization: `Bearer ${token}` };
			// n8n's Test follows redirects, and takes the token along to other hosts, unless it is told not to.
			return await Promise.resolve({ ...requestOptions, headers, disableFollowRedirect: true });
		},
	};
}

/** A field that must be filled. @throws AccessTokenError that names it */
export function filled(credentials: ICredentialDataDecryptedObject, name: string, label: string): string {
	const value = credentials[name];
	if (typeof value !== 'string' || value.trim() === '') throw new AccessTokenError(`Fill in the ${label}.`);
	return value;
}

/** Where n8n looks for the token: what is empty or refused it asks `preAuthentication` for. Nothing is ever stored in it. */
export const ACCESS_TOKEN_FIELD: INodeProperties = {
	displayName: 'Access Token',
	name: 'accessToken',
	type: 'hidden',
	typeOptions: { expirable: true, password: true },
	default: '',
};
