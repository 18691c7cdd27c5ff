import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import {
	AccessTokenError,
	readToken,
	TokenDesk,
	tokenLifetime,
	tokenForm,
	type TokenSettings,
} from '../nodes/shared/signIn/accessToken';
import { gatewayBase, isBelow } from '../nodes/shared/http/addresses';
import { SIGN_IN_PATH, SIGN_IN_WORDS, USUAL_SCOPE } from '../nodes/shared/payers/oneUpHealth/requests';
import { ACCESS_TOKEN_FIELD } from '../nodes/shared/signIn/credentialFields';
import { GRANTS } from '../nodes/shared/signIn/grantedScope';
import { postForm } from '../nodes/shared/http/send';

/** The token request that the fields of the credential describe. @throws AccessTokenError that names the field to correct */
function settingsOf(credentials: ICredentialDataDecryptedObject): TokenSettings {
	const text = (name: string) => (typeof credentials[name] === 'string' ? (credentials[name] as string) : '');
	for (const [name, label] of Object.entries({ clientId: 'Client ID', clientSecret: 'Client Secret' })) {
		if (text(name) === '') throw new AccessTokenError(`Fill in the ${label}.`);
	}
	return {
		tokenUrl: gatewayBase(credentials.gatewayUrl) + SIGN_IN_PATH,
		clientId: text('clientId'),
		clientSecret: text('clientSecret'),
		scope: text('scope').trim(),
	};
}

/**
 * Puts a good token into the credential as this one request sees it. What is returned here n8n would store, so nothing is.
 * On the repeat after a 401 the credential still holds the refused token.
 *
 * @param tokenDesk keeps the tokens; n8n makes one credential object for each process, and so one desk
 */
function signIn(tokenDesk: TokenDesk) {
	return async function (this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		const settings = settingsOf(credentials);
		const refused = typeof credentials.accessToken === 'string' ? credentials.accessToken : '';
		credentials.accessToken = await tokenDesk.token(settings, refused, async () => {
			const reply = await postForm(
				this,
				{ url: settings.tokenUrl, addressField: 'Gateway URL' },
				tokenForm(settings),
			);
			const token = readToken(reply, SIGN_IN_WORDS);
			GRANTS.note(credentials, reply);
			return { token, lives: tokenLifetime(reply) };
		});
		return {};
	};
}

/**
 * The OAuth 2.0 client-credentials flow of 1upHealth's developer portal. n8n asks `preAuthentication` for the token before every
 * request, and once more when the gateway answers 401. The token stays in memory and is never stored: a stored one would outlive
 * an edit of the secret. Why this does not extend n8n's own `oAuth2Api` is told in docs/decisions.md.
 */
export class OneUpHealthOAuth2Api implements ICredentialType {
	name = 'oneUpHealthOAuth2Api';

	displayName = '1upHealth Payer-to-Payer OAuth2 API';

	icon = { light: 'file:payer.svg', dark: 'file:payer.dark.svg' } as const;

	documentationUrl = 'https://docs.1up.health/docs/payer-to-payer/payer-implementation';

	properties: INodeProperties[] = [
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			description: 'From the client that you created in the 1up Dev Portal (access type: Payer claims data)',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Shown with the client in the 1up Dev Portal',
		},
		{
			displayName: 'Gateway URL',
			name: 'gatewayUrl',
			type: 'string',
			default: 'https://gateway.1up.health',
			placeholder: 'e.g. https://gateway.1up.health',
			description: 'The token is sent to this address and to no other',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'string',
			default: USUAL_SCOPE,
			placeholder: 'e.g. member-match|read',
			description: 'What the client may do. Leave it as it is unless 1upHealth tells you otherwise.',
		},
		{
			displayName: 'Default Tenant',
			name: 'defaultTenant',
			type: 'string',
			default: '',
			placeholder: 'e.g. bison',
			description:
				'The health plan that is asked where neither the item nor the node names one. The 1upHealth sandbox is bison.',
		},
		ACCESS_TOKEN_FIELD,
	];

	preAuthentication = signIn(new TokenDesk());

	/** Adds the token to a request to the gateway. A request to any other address is refused, whichever node sends it. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const settings = settingsOf(credentials);
		const url = new URL(requestOptions.url, requestOptions.baseURL).href;
		if (url === settings.tokenUrl) {
			return {
				...requestOptions,
				headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
				body: new URLSearchParams(tokenForm(settings)).toString(),
			};
		}
		const gateway = gatewayBase(credentials.gatewayUrl);
		if (!isBelow(gateway, url)) throw new AccessTokenError(`This credential is sent to ${gateway} only.`);
		const token = String(credentials.accessToken ?? '');
		return { ...requestOptions, headers: { ...requestOptions.headers, Authorization: `Bearer ${token}` } };
	}

	/**
	 * The verdict of the Test button is that of the token request in `preAuthentication`. n8n sends one more request after it:
	 * the token request again, since the contract names no other address that needs no member.
	 */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			url: `={{ $credentials.gatewayUrl.trim().replace(/\\/+$/, "") }}${SIGN_IN_PATH}`,
		},
	};
}
