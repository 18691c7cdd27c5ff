import type { ICredentialDataDecryptedObject, ICredentialType, INodeProperties } from 'n8n-workflow';
import { textOf } from '../nodes/shared/fhir/json';
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
import { ASSERTION_TYPE, clientAssertion } from '../nodes/shared/signIn/clientAssertion';
import { ACCESS_TOKEN_FIELD, requiredField, createSignIn } from '../nodes/shared/signIn/signIn';
import { SIGN_IN_FIELDS, SIGNING_ALGORITHM_FIELD } from '../nodes/shared/signIn/signInFields';
import { readSigningKey } from '../nodes/shared/signIn/signingKey';
import type { DiscoveredEndpoint } from '../nodes/shared/signIn/tokenEndpoint';
import { signingAlgorithm } from '../nodes/shared/signIn/tokenParameters';

/** A token request with a signed client assertion (SMART App Launch 2.2, "Backend Services"). @throws AccessTokenError */
function assertionAuthentication(
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

	readonly #signIn = createSignIn(standardSignIn(assertionAuthentication));

	preAuthentication = this.#signIn.preAuthentication;

	authenticate = this.#signIn.authenticate;

	test = STANDARD_TEST;
}
