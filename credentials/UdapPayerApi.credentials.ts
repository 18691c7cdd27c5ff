import type { ICredentialType, INodeProperties } from 'n8n-workflow';
import {
	FHIR_BASE_FIELD,
	SCOPE_FIELD,
	SOFTWARE_FIELD,
	STANDARD_FIELDS,
	STANDARD_TEST,
} from '../nodes/shared/payers/pdex/fields';
import { udapSignIn } from '../nodes/shared/payers/pdex/udapSignIn';
import { CERTIFICATE_FIELDS } from '../nodes/shared/signIn/certificateFields';
import { ACCESS_TOKEN_FIELD, createSignIn } from '../nodes/shared/signIn/signIn';
import { UDAP_FIELDS } from '../nodes/shared/signIn/udap/fields';

/** UDAP: each token request is signed with the key of a certificate that a trust community gave out, to which the payer belongs too. */
export class UdapPayerApi implements ICredentialType {
	name = 'udapPayerApi';

	displayName = 'UDAP Payer API';

	icon = { light: 'file:payer.svg', dark: 'file:payer.dark.svg' } as const;

	documentationUrl =
		'https://example.invalid/n8n-nodes-payer-to-payer/blob/HEAD/docs/getting-credentials.md#udap';

	properties: INodeProperties[] = [
		{
			...FHIR_BASE_FIELD,
			description:
				"From the payer, letter by letter as it stands in the payer's certificate. The token is sent to this host and to no other.",
		},
		SOFTWARE_FIELD,
		...UDAP_FIELDS,
		{ ...SCOPE_FIELD, required: true },
		...CERTIFICATE_FIELDS,
		...STANDARD_FIELDS,
		ACCESS_TOKEN_FIELD,
	];

	readonly #signIn = createSignIn(udapSignIn);

	preAuthentication = this.#signIn.preAuthentication;

	authenticate = this.#signIn.authenticate;

	test = STANDARD_TEST;
}
