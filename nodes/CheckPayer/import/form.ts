import type { INodeProperties } from 'n8n-workflow';

const show = { operation: ['import'] };
const ofSearch = { show: { ...show, importFrom: ['search'] } };

/** The fields of the operation Import. */
export const importFields: INodeProperties[] = [
	{
		displayName:
			'Makes rows to review from a directory of payers. Nothing of it is used before a person has looked at it: the last item holds a table for the credential Payer Directory, to be pasted there after review.',
		name: 'importNotice',
		type: 'notice',
		displayOptions: { show },
		default: '',
	},
	{
		displayName: 'Import From',
		name: 'importFrom',
		type: 'options',
		displayOptions: { show },
		default: 'input',
		options: [
			{
				name: 'Bundle in the Input',
				value: 'input',
				description: 'A file of a directory (NDH), or the mtls-bundle of a payer, as JSON',
			},
			{
				name: 'Search at a Directory',
				value: 'search',
				description: 'A FHIR server that lists payers, and needs no sign-in',
			},
		],
	},
	{
		displayName: 'Directory URL',
		name: 'directoryUrl',
		type: 'string',
		displayOptions: ofSearch,
		default: '',
		placeholder: 'e.g. https://directory.example/fhir',
		description: 'FHIR base URL of the directory',
	},
	{
		displayName: 'Payer Name',
		name: 'directoryName',
		type: 'string',
		displayOptions: ofSearch,
		default: '',
		placeholder: 'e.g. Bison',
		description: 'Beginning of the name. Empty for all payers.',
	},
	{
		displayName: 'Payer NPI',
		name: 'directoryNpi',
		type: 'string',
		displayOptions: ofSearch,
		default: '',
		placeholder: 'e.g. 1234567893',
		description: 'National Provider Identifier. Empty for all payers.',
	},
];
