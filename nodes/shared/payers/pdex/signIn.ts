import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { FHIR_BASE_URL } from '../../signIn/fhirBaseUrl';
import type { SignInScheme } from '../../signIn/signIn';
import { SIGN_IN_FIELD_NAMES } from '../../signIn/signInFields';
import {
	discoveredEndpoint,
	discoveryUrl,
	tokenUrlOf,
	type DiscoveredEndpoint,
} from '../../signIn/tokenEndpoint';
import { addedParameters } from '../../signIn/tokenParameters';
import { getJson } from '../../signIn/tokenRequests';
import { readStandardSettings } from './settings';

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
	'privateKeyPassphrase',
	...SIGN_IN_FIELD_NAMES,
];

/** Client authentication in a token request: a secret, a signed assertion, or the client's id beside its certificate. */
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
	authenticateClient: (
		credentials: ICredentialDataDecryptedObject,
		endpoint: DiscoveredEndpoint,
	) => ClientAuthentication,
): SignInScheme {
	return {
		fields: TOKEN_FIELDS,
		messages: {
			addressField: 'Token URL',
			refused:
				'The payer refused this client. Check the Client ID and the key or secret with what you registered at the payer.',
		},
		baseUrl: (credentials) => new URL(readStandardSettings(credentials).fhirBase).origin,
		async tokenRequest(credentials, helper, tls) {
			const { fhirBase } = readStandardSettings(credentials);
			const added = addedParameters(credentials);
			const entered = textOf(credentials.tokenUrl);
			const endpoint = entered
				? { url: tokenUrlOf(entered, fhirBase) }
				: discoveredEndpoint(
						await getJson(helper, discoveryUrl(fhirBase), FHIR_BASE_URL.label, tls),
						fhirBase,
						tls?.cert !== undefined,
					);
			const { form, headers } = authenticateClient(credentials, endpoint);
			return { url: endpoint.url, addressField: 'Token URL', form: { ...added, ...form }, headers };
		},
	};
}
