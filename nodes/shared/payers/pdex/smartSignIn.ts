import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { ASSERTION_TYPE, clientAssertion } from '../../signIn/clientAssertion';
import { requiredField, type SignInScheme } from '../../signIn/signIn';
import { readSigningKey } from '../../signIn/signingKey';
import type { DiscoveredEndpoint } from '../../signIn/tokenEndpoint';
import { signingAlgorithm } from '../../signIn/tokenParameters';
import { scopeOf } from './settings';
import { standardSignIn, type ClientAuthentication } from './signIn';

/** A token request with a signed client assertion (SMART App Launch 2.2, "Backend Services"). @throws AccessTokenError */
export function assertionAuthentication(
	credentials: ICredentialDataDecryptedObject,
	{ url, algorithms }: DiscoveredEndpoint,
): ClientAuthentication {
	const clientId = requiredField(credentials, 'clientId', 'Client ID').trim();
	const { privateKeyPassphrase: passphrase } = credentials;
	const key = readSigningKey(String(credentials.privateKey ?? ''), {
		keyId: textOf(credentials.keyId),
		...(typeof passphrase === 'string' && passphrase !== '' && { passphrase }),
		algorithm: signingAlgorithm(credentials),
		stated: algorithms,
	});
	return {
		form: {
			grant_type: 'client_credentials',
			scope: requiredField({ scope: scopeOf(credentials) ?? '' }, 'scope', 'Scope').trim(),
			client_assertion_type: ASSERTION_TYPE,
			client_assertion: clientAssertion(key, clientId, url, textOf(credentials.jwksUrl)),
		},
	};
}

/** Sign-in of the credential SMART Backend Services API. */
export const smartSignIn: SignInScheme = standardSignIn(assertionAuthentication);
