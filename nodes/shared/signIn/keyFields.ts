import type { INodeProperties } from 'n8n-workflow';

/** The key that a client signs in by, for all credentials that have one (SMART Backend Services). */

export const PRIVATE_KEY_FIELD: INodeProperties = {
	displayName: 'Private Key',
	name: 'privateKey',
	type: 'string',
	typeOptions: { password: true, rows: 6 },
	default: '',
	required: true,
	description: 'As PEM or JWK: an RSA key, or an EC key of the curve P-384. It never leaves n8n.',
};

export const KEY_PASSPHRASE_FIELD: INodeProperties = {
	displayName: 'Private Key Passphrase',
	name: 'privateKeyPassphrase',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description: 'Only if the private key is an encrypted PEM',
};

export const KEY_ID_FIELD: INodeProperties = {
	displayName: 'Key ID',
	name: 'keyId',
	type: 'string',
	default: '',
	placeholder: 'e.g. prairie-2027',
	description: 'The "kid" under which the payer knows the public key. Empty: the one in the JWK.',
};

export const KEY_SET_URL_FIELD: INodeProperties = {
	displayName: 'Key Set URL',
	name: 'jwksUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://plan.example/jwks.json',
	description:
		'Where your public keys are published, exactly as registered at the payer ("jku"). May be left empty.',
};
