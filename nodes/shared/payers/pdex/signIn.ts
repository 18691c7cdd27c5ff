import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import type { SignInScheme } from '../../signIn/signIn';
import { discoveredTokenUrl, discoveryUrl, tokenUrlOf } from '../../signIn/tokenEndpoint';
import { getJson } from '../../signIn/tokenRequests';
import { FHIR_BASE_URL, readStandardSettings } from './settings';

/** The credential fields that the token depends on. */
const TOKEN_FIELDS = [
	'fhirBaseUrl',
	'tokenUrl',
	'clientId',
	'clientSecret',
	'clientAuthentication',
	'privateKey',
	'keyId',
	'scope',
	'payerSoftware',
	'jwksUrl',
];

/** Client authentication in a token request: a secret or a signed assertion. */
export interface ClientAuthentication {
	form: Record<string, string>;
	headers?: Record<string, string>;
}

/**
 * Sign-in at a standards-based payer, at the credential's Token URL or the token endpoint from the payer's SMART
 * configuration (SMART App Launch 2.2, "Conformance").
 * @param authenticateClient called for each request; throws AccessTokenError if a field is empty
 */
export function standardSignIn(
	authenticateClient: (credentials: ICredentialDataDecryptedObject, tokenUrl: string) => ClientAuthentication,
): SignInScheme {
	return {
		fields: TOKEN_FIELDS,
		messages: {
			addressField: 'Token URL',
			refused:
				'The payer refused this client. Check the Client ID and the key or secret with what you registered at the payer.',
		},
		baseUrl: (credentials) => new URL(readStandardSettings(credentials).fhirBase).origin,
		async tokenRequest(credentials, helper) {
			const { fhirBase } = readStandardSettings(credentials);
			const entered = textOf(credentials.tokenUrl);
			const url = entered
				? tokenUrlOf(entered, fhirBase)
				: discoveredTokenUrl(await getJson(helper, discoveryUrl(fhirBase), FHIR_BASE_URL.label), fhirBase);
			return { url, addressField: 'Token URL', ...authenticateClient(credentials, url) };
		},
	};
}
