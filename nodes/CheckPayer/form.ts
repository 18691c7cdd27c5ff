import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import { PAYER_CREDENTIALS, PAYER_FIELDS, SHOWN_WITH_DIRECTORY } from '../shared/payers/form';
import { importFields } from './import/form';

/** An import asks no payer, so it needs none. */
const NOT_FOR_IMPORT = { operation: ['import'] };

/** The credentials of the node: those of the payer that is asked. */
export const checkPayerCredentials: INodeCredentialDescription[] = PAYER_CREDENTIALS.map((credential) => ({
	...credential,
	displayOptions: {
		...credential.displayOptions,
		hide: { ...credential.displayOptions?.hide, ...NOT_FOR_IMPORT },
	},
}));

/** The form of Check Payer. */
export const checkPayerForm: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: 'check',
		options: [
			{
				name: 'Check',
				value: 'check',
				action: 'Check payer',
				description: 'Ask the payer what it offers, and for a token',
			},
			{
				name: 'Import',
				value: 'import',
				action: 'Import directory of payers',
				description: 'Rows to review from a directory of payers (NDH, PDex mtls-bundle), and a table of them',
			},
			{
				name: 'Register',
				value: 'register',
				action: 'Register at payer',
				description:
					'Make this client known to a payer that is asked by UDAP, and get the client ID for the credential',
			},
		],
	},
	{
		displayName:
			'The payer is asked what it offers, and for a token. Nothing about a member is sent. The check runs once, however many items come in.',
		name: 'checkNotice',
		type: 'notice',
		displayOptions: { show: { operation: ['check'] } },
		default: '',
	},
	...PAYER_FIELDS.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			hide: { ...field.displayOptions?.hide, ...NOT_FOR_IMPORT },
		},
	})),
	{
		displayName: 'Only These Payers',
		name: 'onlyPayers',
		type: 'string',
		displayOptions: { ...SHOWN_WITH_DIRECTORY, hide: NOT_FOR_IMPORT },
		default: '',
		placeholder: 'e.g. bison, heron',
		description: 'Keys of the Payer Directory, with commas between them. Empty: all of them.',
	},
	...importFields,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		displayOptions: { show: { operation: ['register'] } },
		default: {},
		options: [
			{
				displayName: 'Cancel the Registration',
				name: 'cancel',
				type: 'boolean',
				default: false,
				description: 'Whether to end the registration of this client instead',
			},
			{
				displayName: 'Certifications',
				name: 'certifications',
				type: 'string',
				typeOptions: { rows: 4 },
				default: '',
				placeholder: 'e.g. eyJhbGciOiJSUzI1NiIsIng1YyI6…',
				description:
					'What your trust community signed about this client, one text in each line, if the payer wants it',
			},
		],
	},
];
