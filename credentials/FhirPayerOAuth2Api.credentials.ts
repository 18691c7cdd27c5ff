import type { ICredentialDataDecryptedObject, ICredentialType, INodeProperties } from 'n8n-workflow';
import { AccessTokenError } from '../nodes/shared/http/errors';
import { CERTIFICATE_LABELS } from '../nodes/shared/http/failureWords';
import {
	FHIR_BASE_FIELD,
	SCOPE_FIELD,
	SOFTWARE_FIELD,
	STANDARD_FIELDS,
	STANDARD_TEST,
} from '../nodes/shared/payers/pdex/fields';
import { scopeOf } from '../nodes/shared/payers/pdex/settings';
import { standardSignIn, type ClientAuthentication } from '../nodes/shared/payers/pdex/signIn';
import { CERTIFICATE_FIELDS } from '../nodes/shared/signIn/certificateFields';
import { ACCESS_TOKEN_FIELD, requiredField, createSignIn, usableTls } from '../nodes/shared/signIn/signIn';
import { SIGN_IN_FIELDS } from '../nodes/shared/signIn/signInFields';

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined. */
function basicCredentials(clientId: string, clientSecret: string): string {
	const encoded = [clientId, clientSecret].map((each) =>
		new URLSearchParams({ each }).toString().slice('each='.length),
	);
	return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

/** The token request of a client with a secret (RFC 6749 section 4.4) or a certificate (RFC 8705 section 2). @throws AccessTokenError */
function clientAuthentication(credentials: ICredentialDataDecryptedObject): ClientAuthentication {
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

/** The OAuth 2.0 client-credentials flow with a client secret, for a standards-based payer. */
export class FhirPayerOAuth2Api implements ICredentialType {
	name = 'fhirPayerOAuth2Api';

	displayName = 'FHIR Payer OAuth2 API';

	icon = { light: 'file:payer.svg', dark: 'file:payer.dark.svg' } as const;

	documentationUrl =
		'https://example.invalid/n8n-nodes-payer-to-payer/blob/HEAD/docs/getting-credentials.md#fhir-payer-oauth2';

	properties: INodeProperties[] = [
		FHIR_BASE_FIELD,
		SOFTWARE_FIELD,
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			description: 'From the payer',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { hide: { clientAuthentication: ['certificate'] } },
			default: '',
			required: true,
			description: 'From the payer',
		},
		{
			displayName: 'Client Authentication',
			name: 'clientAuthentication',
			type: 'options',
			default: 'basic',
			options: [
				{ name: 'ID and Secret as Basic Auth Header', value: 'basic' },
				{ name: 'ID and Secret in Body', value: 'body' },
				{
					name: 'Certificate',
					value: 'certificate',
					description: 'No secret: the client certificate below says who asks (RFC 8705, tls_client_auth)',
				},
			],
			description: 'How the token endpoint wants to know the client',
		},
		SCOPE_FIELD,
		{
			displayName: 'Token URL',
			name: 'tokenUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://auth.payer.example/token',
			description: "Empty: as the payer's SMART configuration says",
		},
		...SIGN_IN_FIELDS,
		...CERTIFICATE_FIELDS,
		...STANDARD_FIELDS,
		ACCESS_TOKEN_FIELD,
	];

	readonly #signIn = createSignIn(standardSignIn(clientAuthentication));

	preAuthentication = this.#signIn.preAuthentication;

	authenticate = this.#signIn.authenticate;

	test = STANDARD_TEST;
}
