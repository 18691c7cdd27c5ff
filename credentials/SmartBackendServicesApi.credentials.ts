import type { ICredentialType, INodeProperties } from 'n8n-workflow';
import {
	FHIR_BASE_FIELD,
	SCOPE_FIELD,
	SOFTWARE_FIELD,
	STANDARD_FIELDS,
	STANDARD_TEST,
} from '../nodes/shared/payers/pdex/fields';
import { smartSignIn } from '../nodes/shared/payers/pdex/smartSignIn';
import { CERTIFICATE_FIELDS } from '../nodes/shared/signIn/certificateFields';
import { ACCESS_TOKEN_FIELD, createSignIn } from '../nodes/shared/signIn/signIn';
import { SIGN_IN_FIELDS, SIGNING_ALGORITHM_FIELD } from '../nodes/shared/signIn/signInFields';

/** SMART Backend Services: each token request is signed with a private key whose public key is registered at the payer. */
export class SmartBackendServicesApi implements ICredentialType {
	name = 'smartBackendServicesApi';

	displayName = 'SMART Backend Services API';

	icon = { light: 'file:payer.svg', dark: 'file:payer.dark.svg' } as const;

	documentationUrl =
		'https://example.invalid/n8n-nodes-payer-to-payer/blob/HEAD/docs/getting-credentials.md#smart-backend-services';

	properties: INodeProperties[] = [
		FHIR_BASE_FIELD,
		SOFTWARE_FIELD,
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			description: 'From the payer, when you registered your public key there',
		},
		{
			displayName: 'Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: 6 },
			default: '',
			required: true,
			description: 'As PEM or JWK: an RSA key, or an EC key of the curve P-384. It never leaves n8n.',
		},
		{
			displayName: 'Private Key Passphrase',
			name: 'privateKeyPassphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only if the private key is an encrypted PEM',
		},
		{
			displayName: 'Key ID',
			name: 'keyId',
			type: 'string',
			default: '',
			placeholder: 'e.g. prairie-2027',
			description: 'The "kid" under which the payer knows the public key. Empty: the one in the JWK.',
		},
		{ ...SCOPE_FIELD, required: true },
		{
			displayName: 'Token URL',
			name: 'tokenUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://auth.payer.example/token',
			description: "Empty: as the payer's SMART configuration says",
		},
		{
			displayName: 'Key Set URL',
			name: 'jwksUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://plan.example/jwks.json',
			description:
				'Where your public keys are published, exactly as registered at the payer ("jku"). May be left empty.',
		},
		...SIGN_IN_FIELDS,
		SIGNING_ALGORITHM_FIELD,
		...CERTIFICATE_FIELDS,
		...STANDARD_FIELDS,
		ACCESS_TOKEN_FIELD,
	];

	readonly #signIn = createSignIn(smartSignIn);

	preAuthentication = this.#signIn.preAuthentication;

	authenticate = this.#signIn.authenticate;

	test = STANDARD_TEST;
}
