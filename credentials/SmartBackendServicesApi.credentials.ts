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
import {
	KEY_ID_FIELD,
	KEY_PASSPHRASE_FIELD,
	KEY_SET_URL_FIELD,
	PRIVATE_KEY_FIELD,
} from '../nodes/shared/signIn/keyFields';
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
		PRIVATE_KEY_FIELD,
		KEY_PASSPHRASE_FIELD,
		KEY_ID_FIELD,
		{ ...SCOPE_FIELD, required: true },
		{
			displayName: 'Token URL',
			name: 'tokenUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://auth.payer.example/token',
			description: "Empty: as the payer's SMART configuration says",
		},
		KEY_SET_URL_FIELD,
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
