import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { ASSERTION_TYPE, clientAssertion } from '../../signIn/clientAssertion';
import { requiredField, type SignInScheme } from '../../signIn/signIn';
import { readSigningKey, type SigningKey } from '../../signIn/signingKey';
import type { DiscoveredEndpoint } from '../../signIn/tokenEndpoint';
import { signingAlgorithm } from '../../signIn/tokenParameters';
import { scopeOf } from './settings';
import { standardSignIn, type ClientAuthentication } from './signIn';

/** What an assertion is made of, checked without signing one. @throws AccessTokenError that names the field to correct */
export function assertionParts(
	credentials: ICredentialDataDecryptedObject,
	algorithms?: string[],
): { clientId: string; scope: string; key: SigningKey } {
	const clientId = requiredField(credentials, 'clientId', 'Client ID').trim();
	const { privateKeyPassphrase: passphrase } = credentials;
	const key = readSigningKey(String(credentials.privateKey ?? ''), {
		keyId: textOf(credentials.keyId),
		...(typeof passphrase === 'string' && passphrase !== '' && { passphrase }),
		algorithm: signingAlgorithm(credentials),
		stated: algorithms,
	});
	return {
		clientId,
		key,
		scope: requiredField({ scope: scopeOf(credentials) ?? '' }, 'scope', 'Scope').trim(),
	};
}

/** A token request with a signed client assertion (SMART App Launch 2.2, "Backend Services"). @throws AccessTokenError */
function assertionAuthentication(
	credentials: ICredentialDataDecryptedObject,
	{ url, algorithms }: DiscoveredEndpoint,
): ClientAuthentication {
	const { clientId, scope, key } = assertionParts(credentials, algorithms);
	return {
		form: {
			grant_type: 'client_credentials',
			scope,
			client_assertion_type: ASSERTION_TYPE,
			client_assertion: clientAssertion(key, clientId, url, textOf(credentials.jwksUrl)),
		},
	};
}

/** Sign-in of the credential SMART Backend Services API. */
export const smartSignIn: SignInScheme = standardSignIn(assertionAuthentication);
