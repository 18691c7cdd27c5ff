import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';
import {
	AccessTokenError,
	readToken,
	tokenLifetime,
	type SignInWords,
	type TokenDesk,
} from '../../signIn/accessToken';
import { textOf } from '../../fhir/json';
import { isBelow } from '../../http/addresses';
import { readStandardSettings } from './settings';
import { getJson, postForm } from '../../http/send';
import { GRANTS } from '../../signIn/grantedScope';
import { discoveredTokenUrl, discoveryUrl, tokenUrlOf } from '../../signIn/tokenEndpoint';

/** A token request, as one way of signing in makes it. */
export interface TokenRequest {
	form: Record<string, string>;
	headers?: Record<string, string>;
}

/** Makes a token request. Called anew for each: a signed statement may be used once. */
export type SignIn = (credentials: ICredentialDataDecryptedObject, tokenUrl: string) => TokenRequest;

/** Everything in a credential that the token depends on. */
const TOKEN_FIELDS = [
	'fhirBaseUrl',
	'tokenUrl',
	'clientId',
	'clientSecret',
	'clientAuthentication',
	'privateKey',
	'keyId',
	'scope',
	'jwksUrl',
];

/**
 * Puts a good token into the credential as this one request sees it; nothing is returned, since n8n would store it.
 *
 * @param desk keeps the tokens of this process in memory
 * @throws AccessTokenError that names the field to correct
 */
export function standardSignIn(desk: TokenDesk, signIn: SignIn) {
	return async function (this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		const { fhirBase } = readStandardSettings(credentials);
		const refused = textOf(credentials.accessToken) ?? '';
		const key = TOKEN_FIELDS.map((name) => credentials[name]);
		credentials.accessToken = await desk.token(key, refused, async () => {
			const entered = textOf(credentials.tokenUrl);
			const tokenUrl = entered
				? tokenUrlOf(entered, fhirBase)
				: discoveredTokenUrl(
						await getJson(this, { url: discoveryUrl(fhirBase), addressField: 'FHIR Base URL' }),
						fhirBase,
					);
			const { form, headers } = signIn(credentials, tokenUrl);
			const reply = await postForm(this, { url: tokenUrl, addressField: 'Token URL', headers }, form);
			const token = readToken(reply, WORDS);
			GRANTS.note(credentials, reply);
			return { token, lives: tokenLifetime(reply) };
		});
		return {};
	};
}

const WORDS: SignInWords = {
	addressField: 'Token URL',
	refused:
		'The payer refused this client. Check the Client ID and the key or secret with what you registered at the payer.',
};

/** Adds the token to a request to the payer's host. A request to any other address is refused, whichever node sends it. */
export async function withToken(
	credentials: ICredentialDataDecryptedObject,
	requestOptions: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const { fhirBase } = readStandardSettings(credentials);
	const { origin } = new URL(fhirBase);
	const url = new URL(requestOptions.url, requestOptions.baseURL).href;
	if (!isBelow(origin, url)) throw new AccessTokenError(`This credential is sent to ${origin} only.`);
	const token = String(credentials.accessToken ?? '');
	const headers = { ...requestOptions.headers, Authorization: `Bearer ${token}` };
	return await Promise.resolve({ ...requestOptions, headers });
}

/** A field that must be filled. @throws AccessTokenError that names it */
export function filled(credentials: ICredentialDataDecryptedObject, name: string, label: string): string {
	const text = typeof credentials[name] === 'string' ? (credentials[name] as string) : '';
	if (text.trim() === '') throw new AccessTokenError(`Fill in the ${label}.`);
	return text;
}
