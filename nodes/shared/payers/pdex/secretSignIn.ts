import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { AccessTokenError } from '../../http/errors';
import { CERTIFICATE_LABELS } from '../../http/failureWords';
import { requiredField, usableTls, type SignInScheme } from '../../signIn/signIn';
import { scopeOf } from './settings';
import { standardSignIn, type ClientAuthentication } from './signIn';

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined. */
function basicCredentials(clientId: string, clientSecret: string): string {
	const encoded = [clientId, clientSecret].map((each) =>
		new URLSearchParams({ each }).toString().slice('each='.length),
	);
	return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

/** The token request of a client with a secret (RFC 6749 section 4.4) or a certificate (RFC 8705 section 2). @throws AccessTokenError */
export function clientAuthentication(credentials: ICredentialDataDecryptedObject): ClientAuthentication {
	const clientId = requiredField(credentials, 'clientId', 'Client ID');
	const scope = scopeOf(credentials);
	const form = { grant_type: 'client_credentials', ...(scope && { scope }) };
	if (credentials.clientAuthentication === 'certificate') {
		if (usableTls(credentials)?.cert !== undefined) return { form: { ...form, client_id: clientId } };
		throw new AccessTokenError(
			`Client Authentication is Certificate: turn on '${CERTIFICATE_LABELS.use}' and paste the ${CERTIFICATE_LABELS.certificate}.`,
		);
	}
	const clientSecret = requiredField(credentials, 'clientSecret', 'Client Secret');
	return credentials.clientAuthentication === 'body'
		? { form: { ...form, client_id: clientId, client_secret: clientSecret } }
		: { form, headers: { Authorization: basicCredentials(clientId, clientSecret) } };
}

/** Sign-in of the credential FHIR Payer OAuth2 API: with a client secret, or by a client certificate alone. */
export const secretSignIn: SignInScheme = standardSignIn(clientAuthentication);
