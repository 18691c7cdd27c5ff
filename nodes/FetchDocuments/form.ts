import type { INodeProperties } from 'n8n-workflow';
import { concurrencyField, keepTryingField } from '../shared/n8n/parameters';
import { PAYER_FIELDS } from '../shared/payers/form';

/** The form of Fetch Documents. */
export const fetchDocumentsForm: INodeProperties[] = [
	{
		displayName:
			'Connect Resources of Fetch Batch: as Items with Options > Add Origin, or as NDJSON File. Without its origin, a resource does not say which payer may be asked for its documents.',
		name: 'inputNotice',
		type: 'notice',
		default: '',
	},
	...PAYER_FIELDS,
	{
		displayName: 'Input Binary Field',
		name: 'binaryProperty',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the input field that holds the NDJSON file, where the input is files',
		description: 'Comes from Fetch Batch with Output As NDJSON File',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			concurrencyField('How many documents to fetch at the same time', 20),
			{
				displayName: 'Document Size Up To (MB)',
				name: 'documentMegabytes',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 500,
				description:
					'How large one document may become. Of a larger one nothing is kept, and the report says so: a payer could otherwise fill the disk.',
			},
			{
				displayName: 'Give Up When Idle (Seconds)',
				name: 'idleSeconds',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 60,
				description:
					'How long the payer may send nothing in the middle of a document. After that it is asked for again, up to three times.',
			},
			keepTryingField(
				'How long to wait for a document without a byte of it, in all: until the payer begins to send it, while it pauses, and between the attempts if it breaks off',
			),
		],
	},
];
