import type { INodeProperties } from 'n8n-workflow';
import { PAYER_FIELDS, shownWhereRegisters } from '../shared/payers/form';

const { show } = shownWhereRegisters();

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
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show },
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
		displayOptions: { show: { ...show, operation: ['register'] } },
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
