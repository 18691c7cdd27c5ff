import type { INodeProperties } from 'n8n-workflow';
import { PAYER_FIELDS, SHOWN_WITH_DIRECTORY, shownWhereRegisters } from '../shared/payers/form';

const { hide } = shownWhereRegisters();

/** The form of Check Payer. */
export const checkPayerForm: INodeProperties[] = [
	{
		displayName:
			'The payer is asked what it offers, and for a token. Nothing about a member is sent. The check runs once, however many items come in.',
		name: 'checkNotice',
		type: 'notice',
		default: '',
	},
	...PAYER_FIELDS,
	{
		displayName: 'Only These Payers',
		name: 'onlyPayers',
		type: 'string',
		displayOptions: SHOWN_WITH_DIRECTORY,
		default: '',
		placeholder: 'e.g. bison, heron',
		description: 'Keys of the Payer Directory, with commas between them. Empty: all of them.',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { hide },
		default: 'check',
		options: [
			{
				name: 'Check',
				value: 'check',
				action: 'Check payer',
				description: 'Ask the payer what it offers, and for a token',
			},
			{
				name: 'Register',
				value: 'register',
				action: 'Register at payer',
				description: 'Make this client known to the payer, and get the client ID for the credential',
			},
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		displayOptions: { hide, show: { operation: ['register'] } },
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
