import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { baseUrlOf, type BaseUrlField } from '../../http/addresses';
import { requiredField, type SignInScheme } from '../../signIn/signIn';
import type { TokenRequest } from '../../signIn/tokenRequests';
import type { TestRequest } from '../directory/support';
import { readPlans } from './plans';

/** The Gateway URL of the credential. */
export const GATEWAY_URL: BaseUrlField = {
	label: 'Gateway URL',
	owner: 'gateway',
	example: 'https://gateway.1up.health',
};

/** Path of the token endpoint below the gateway (1up payer implementation, step 2). */
export const SIGN_IN_PATH = '/auth/realms/dev-portal/protocol/openid-connect/token';

/** The scope given in the contract (step 2). */
export const DEFAULT_SCOPE = 'member-match|read';

/** The client-credentials flow of the 1up Dev Portal, with the secret in the body (RFC 6749 section 2.3.1). */
export const oneUpSignIn: SignInScheme = {
	fields: ['gatewayUrl', 'clientId', 'clientSecret', 'scope'],
	messages: {
		addressField: GATEWAY_URL.label,
		refused:
			'1upHealth refused this Client ID and Client Secret. Copy both again from the 1up Dev Portal, without spaces around them.',
		defaultScope: DEFAULT_SCOPE,
	},
	baseUrl: ({ gatewayUrl }) => baseUrlOf(gatewayUrl, GATEWAY_URL),
	tokenRequest: oneUpTokenRequest,
};

/** Builds the token request from the credential. @throws AccessTokenError that names the field to correct */
export function oneUpTokenRequest(credentials: ICredentialDataDecryptedObject): TokenRequest {
	const clientId = requiredField(credentials, 'clientId', 'Client ID');
	const clientSecret = requiredField(credentials, 'clientSecret', 'Client Secret');
	const scope = textOf(credentials.scope);
	// Only so that the credential's Test reports a line that cannot be read.
	readPlans(credentials.plans);
	return {
		url: oneUpSignIn.baseUrl(credentials) + SIGN_IN_PATH,
		addressField: GATEWAY_URL.label,
		form: {
			grant_type: 'client_credentials',
			client_id: clientId,
			client_secret: clientSecret,
			...(scope && { scope }),
		},
	};
}

/**
 * The request of the Test: the token request once more, because the contract has no other endpoint that works without a member.
 * @throws AccessTokenError as `oneUpTokenRequest`
 */
export function oneUpTestRequest(credentials: ICredentialDataDecryptedObject): TestRequest {
	const { url, form } = oneUpTokenRequest(credentials);
	return {
		method: 'POST',
		url,
		headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
		body: new URLSearchParams(form).toString(),
		withoutToken: true,
	};
}
