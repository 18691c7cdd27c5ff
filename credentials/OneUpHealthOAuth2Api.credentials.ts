import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { requestTls } from '../nodes/shared/http/tls';
import {
	GATEWAY_URL,
	oneUpSignIn,
	oneUpTestRequest,
	SIGN_IN_PATH,
	DEFAULT_SCOPE,
} from '../nodes/shared/payers/oneUpHealth/signIn';
import { PLANS_FIELD } from '../nodes/shared/payers/oneUpHealth/plans';
import { FILE_HOSTS_FIELD } from '../nodes/shared/payers/fileHosts';
import { SHOW_WORDS_FIELD } from '../nodes/shared/payers/showWords';
import { CERTIFICATE_FIELDS } from '../nodes/shared/signIn/certificateFields';
import { ACCESS_TOKEN_FIELD, createSignIn, guarded, usableTls } from '../nodes/shared/signIn/signIn';

/**
 * The OAuth 2.0 client-credentials flow of 1upHealth's developer portal. n8n calls `preAuthentication` before every
 * request, and again after a 401. The token stays in memory and is never stored: a stored token would outlive
 * an edit of the secret. docs/decisions.md explains why this does not extend n8n's `oAuth2Api`.
 */
export class OneUpHealthOAuth2Api implements ICredentialType {
	name = 'oneUpHealthOAuth2Api';

	displayName = '1upHealth Payer-to-Payer OAuth2 API';

	icon = { light: 'file:payer.svg', dark: 'file:payer.dark.svg' } as const;

	documentationUrl =
		'https://example.invalid/n8n-nodes-payer-to-payer/blob/HEAD/docs/getting-credentials.md#1uphealth';

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
			default: GATEWAY_URL.example,
			placeholder: `e.g. ${GATEWAY_URL.example}`,
			description: 'The token is sent to this address and to no other',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'string',
			default: DEFAULT_SCOPE,
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
		PLANS_FIELD,
		FILE_HOSTS_FIELD,
		...CERTIFICATE_FIELDS,
		SHOW_WORDS_FIELD,
		ACCESS_TOKEN_FIELD,
	];

	readonly #signIn = createSignIn(oneUpSignIn);

	preAuthentication = this.#signIn.preAuthentication;

	/** Adds the token, except to the token request that the Test button repeats. */
	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const { url, headers, body } = oneUpTestRequest(credentials);
		if (new URL(requestOptions.url, requestOptions.baseURL).href === url) {
			const { options } = requestTls(usableTls(credentials));
			return guarded({ ...requestOptions, ...options, headers, body });
		}
		return await this.#signIn.authenticate(credentials, requestOptions);
	};

	/**
	 * The Test button succeeds if `preAuthentication` gets a token. n8n then sends one more request: the token request
	 * again, because the contract has no other endpoint that works without a member.
	 */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			url: `={{ $credentials.gatewayUrl.trim().replace(/\\/+$/, "") }}${SIGN_IN_PATH}`,
		},
	};
}
