import type { ICredentialDataDecryptedObject, ICredentialType, INodeProperties } from 'n8n-workflow';
import {
	FHIR_BASE_FIELD,
	SCOPE_FIELD,
	SOFTWARE_FIELD,
	STANDARD_FIELDS,
	STANDARD_TEST,
} from '../nodes/shared/payers/pdex/fields';
import { scopeOf } from '../nodes/shared/payers/pdex/settings';
import { standardSignIn, type ClientAuthentication } from '../nodes/shared/payers/pdex/signIn';
import { ACCESS_TOKEN_FIELD, requiredField, createSignIn } from '../nodes/shared/signIn/signIn';

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined. */
function basicCredentials(clientId: string, clientSecret: string): string {
	const encoded = [clientId, clientSecret].map((each) =>
		new URLSearchParams({ each }).toString().slice('each='.length),
	);
	return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

/** The token request of a client with a secret (RFC 6749 section 4.4). @throws AccessTokenError */
function secretAuthentication(credentials: ICredentialDataDecryptedObject): ClientAuthentication {
	const clientId = requiredField(credentials, 'clientId', 'Client ID');
	const clientSecret = requiredField(credentials, 'clientSecret', 'Client Secret');
	const scope = scopeOf(credentials);
	const form = { grant_type: 'client_credentials', ...(scope && { scope }) };
	return credentials.clientAuthentication === 'body'
		? { form: { ...form, client_id: clientId, client_secret: clientSecret } }
		: { form, headers: { Authorization: basicCredentials(clientId, clientSecret) } };
}

/** The OAuth 2.0 client-credentials flow with a client secret, for a standards-based payer. */
export class FhirPayerOAuth2Api implements ICredentialType {
	name = 'fhirPayerOAuth2Api';

	displayName = 'FHIR Payer OAuth2 API';

	icon = { light: 'file:payer.svg', dark: 'file:payer.dark.svg' } as const;

	documentationUrl = 'https://hl7.org/fhir/us/davinci-pdex/';

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
			default: '',
			required: true,
			description: 'From the payer',
		},
		{
			displayName: 'Send Client ID and Secret',
			name: 'clientAuthentication',
			type: 'options',
			default: 'basic',
			options: [
				{ name: 'As Basic Auth Header', value: 'basic' },
				{ name: 'In Body', value: 'body' },
			],
			description: 'How the token endpoint wants them',
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
		...STANDARD_FIELDS,
		ACCESS_TOKEN_FIELD,
	];

	readonly #signIn = createSignIn(standardSignIn(secretAuthentication));

	preAuthentication = this.#signIn.preAuthentication;

	authenticate = this.#signIn.authenticate;

	test = STANDARD_TEST;
}
