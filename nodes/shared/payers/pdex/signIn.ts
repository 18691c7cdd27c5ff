import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import type { SignInScheme } from '../../signIn/signIn';
import { discoveredTokenUrl, discoveryUrl, tokenUrlOf } from '../../signIn/tokenEndpoint';
import { getJson } from '../../signIn/tokenRequests';
import { FHIR_BASE_URL, readStandardSettings } from './settings';

/** Everything in a credential that its token depends on. */
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

/** Who asks, in a token request: a secret, or a signed statement. */
export interface ClientProof {
	form: Record<string, string>;
	headers?: Record<string, string>;
}

/**
 * Signs in at a payer that follows the standards: at the Token URL of the credential, or at the one that the payer's SMART
 * configuration names (SMART App Launch 2.2, "Conformance").
 *
 * @param prove makes the proof, anew for each request; throws AccessTokenError where a field is not filled
 */
export function standardSignIn(
	prove: (credentials: ICredentialDataDecryptedObject, tokenUrl: string) => ClientProof,
): SignInScheme {
	return {
		fields: TOKEN_FIELDS,
		words: {
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
			return { url, addressField: 'Token URL', ...prove(credentials, url) };
		},
	};
}
