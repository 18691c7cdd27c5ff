import type { ICredentialType, INodeProperties } from 'n8n-workflow';
import {
	FHIR_BASE_FIELD,
	SCOPE_FIELD,
	SOFTWARE_FIELD,
	STANDARD_FIELDS,
	STANDARD_TEST,
} from '../nodes/shared/payers/pdex/fields';
import { secretSignIn } from '../nodes/shared/payers/pdex/secretSignIn';
import { CERTIFICATE_FIELDS } from '../nodes/shared/signIn/certificateFields';
import { ACCESS_TOKEN_FIELD, createSignIn } from '../nodes/shared/signIn/signIn';
import { SIGN_IN_FIELDS } from '../nodes/shared/signIn/signInFields';

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

	readonly #signIn = createSignIn(secretSignIn);

	preAuthentication = this.#signIn.preAuthentication;

	authenticate = this.#signIn.authenticate;

	test = STANDARD_TEST;
}
