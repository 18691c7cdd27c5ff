import type { ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { SECRETS_FIELD, TABLE_FIELD, TEST_WITH_FIELD } from '../nodes/shared/payers/directory/fields';
import { UDAP_IDENTITY_FIELDS, USE_UDAP_FIELD } from '../nodes/shared/payers/directory/udapFields';
import { createDirectorySignIn, TEST_URL } from '../nodes/shared/payers/directory/signIn';
import { OWN_PLAN_FIELDS } from '../nodes/shared/payers/pdex/fields';
import { SHOW_WORDS_FIELD } from '../nodes/shared/payers/showWords';
import { CERTIFICATE_FIELDS } from '../nodes/shared/signIn/certificateFields';
import {
	KEY_ID_FIELD,
	KEY_PASSPHRASE_FIELD,
	KEY_SET_URL_FIELD,
	PRIVATE_KEY_FIELD,
} from '../nodes/shared/signIn/keyFields';
import { ACCESS_TOKEN_FIELD } from '../nodes/shared/signIn/signIn';

/** Many payers in one credential: what the plan signs in by, and a table of the payers. Each row says which of its rows is asked. */
export class PayerDirectoryApi implements ICredentialType {
	name = 'payerDirectoryApi';

	displayName = 'Payer Directory API';

	icon = { light: 'file:payer.svg', dark: 'file:payer.dark.svg' } as const;

	documentationUrl =
		'https://example.invalid/n8n-nodes-payer-to-payer/blob/HEAD/docs/getting-credentials.md#payer-directory';

	properties: INodeProperties[] = [
		TABLE_FIELD,
		SECRETS_FIELD,
		TEST_WITH_FIELD,
		...OWN_PLAN_FIELDS,
		{
			...PRIVATE_KEY_FIELD,
			required: false,
			description:
				'For payers whose Sign In is key: as PEM or JWK, an RSA key, or an EC key of the curve P-384. The same for all of them. It never leaves n8n.',
		},
		KEY_PASSPHRASE_FIELD,
		{
			...KEY_ID_FIELD,
			description: 'The "kid" under which the payers know the public key. Empty: the one in the JWK.',
		},
		{
			...KEY_SET_URL_FIELD,
			description:
				'Where your public keys are published, exactly as registered at the payers ("jku"). May be left empty.',
		},
		USE_UDAP_FIELD,
		...UDAP_IDENTITY_FIELDS,
		...CERTIFICATE_FIELDS,
		SHOW_WORDS_FIELD,
		ACCESS_TOKEN_FIELD,
	];

	readonly #signIn = createDirectorySignIn();

	preAuthentication = this.#signIn.preAuthentication;

	authenticate = this.#signIn.authenticate;

	/** The address is replaced by that of the payer at which the Test signs in. */
	test: ICredentialTestRequest = { request: { url: TEST_URL } };
}
