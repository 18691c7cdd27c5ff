import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import { PAYER_CREDENTIALS, PAYER_FIELDS, SHOWN_WITH_DIRECTORY } from '../shared/payers/form';
import { importFields } from './import/form';

const OPERATION = 'operation';

/** A field or a credential that the operation Import does without. */
function hiddenForImport<T extends Pick<INodeProperties, 'displayOptions'>>(shown: T): T {
	const { displayOptions } = shown;
	const hide = { ...displayOptions?.hide, [OPERATION]: ['import'] };
	return { ...shown, displayOptions: { ...displayOptions, hide } };
}

/** The credentials of Check Payer: a directory is read without any. */
export const checkPayerCredentials: INodeCredentialDescription[] = PAYER_CREDENTIALS.map(hiddenForImport);

const CHECKED: INodeProperties[] = [
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
];

/** The form of Check Payer. */
export const checkPayerForm: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: OPERATION,
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
				action: 'Import payers from a directory',
				description: 'Make rows to review from a directory of payers, for the credential Payer Directory',
			},
			{
				name: 'Register',
				value: 'register',
				action: 'Register at payer',
				description:
					'Make this client known to a payer that takes UDAP, and get the client ID for the credential',
			},
		],
	},
	...CHECKED.map(hiddenForImport),
	...importFields,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		displayOptions: { show: { [OPERATION]: ['register'] } },
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
