import type { INodeProperties } from 'n8n-workflow';

/** Labels of the fields for token requests that differ from the standard, used in errors too. */
export const SIGN_IN_LABELS = {
	parameters: 'More Token Parameters',
	algorithm: 'Signing Algorithm',
} as const;

const SHOWN = { show: { customSignIn: [true] } };

/** The names of the fields, on all of which a token depends. */
export const SIGN_IN_FIELD_NAMES = [
	'customSignIn',
	'audience',
	'resource',
	'additionalParameters',
	'signingAlgorithm',
] as const;

/** Fields for a token endpoint that wants more than the standards say. */
export const SIGN_IN_FIELDS: INodeProperties[] = [
	{
		displayName: 'Set How to Sign In',
		name: 'customSignIn',
		type: 'boolean',
		default: false,
		description:
			'Whether the token endpoint wants more than the standards say: an audience, a resource, parameters of its own',
	},
	{
		displayName: 'Audience',
		name: 'audience',
		type: 'string',
		displayOptions: SHOWN,
		default: '',
		placeholder: 'e.g. https://fhir.payer.example/r4',
		description: 'Sent as "audience" (Auth0, Okta). Empty: not sent.',
	},
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'string',
		displayOptions: SHOWN,
		default: '',
		placeholder: 'e.g. https://fhir.payer.example',
		description: 'Sent as "resource" (RFC 8707; Entra ID of version 1, ADFS). Empty: not sent.',
	},
	{
		displayName: SIGN_IN_LABELS.parameters,
		name: 'additionalParameters',
		type: 'string',
		typeOptions: { rows: 3 },
		displayOptions: SHOWN,
		default: '',
		placeholder: 'e.g. tenant=bison',
		description: 'Others that the payer asks for, one "name=value" in each line',
	},
];

/** For credentials that sign: the algorithm. */
export const SIGNING_ALGORITHM_FIELD: INodeProperties = {
	displayName: SIGN_IN_LABELS.algorithm,
	name: 'signingAlgorithm',
	type: 'options',
	displayOptions: SHOWN,
	default: 'auto',
	options: [
		{ name: 'ES384', value: 'ES384', description: 'For an EC key' },
		{ name: 'RS256', value: 'RS256', description: 'For an RSA key, where the payer does not take RS384' },
		{ name: 'RS384', value: 'RS384', description: 'For an RSA key' },
		{
			name: 'What the Payer States',
			value: 'auto',
			description: 'In its SMART configuration, where Token URL is empty; else RS384 or ES384',
		},
	],
	description: 'By which the token request is signed',
};
