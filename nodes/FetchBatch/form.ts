import type { INodeProperties } from 'n8n-workflow';
import { ORIGIN_OPTION, OTHER_PATIENTS_OPTION } from '../shared/files/origin';
import { concurrencyField, keepTryingField } from '../shared/n8n/parameters';
import { emptyFieldsNotice, PAYER_FIELDS, shownInCollectionWhere } from '../shared/payers/form';
import { PREPARE_OPTION } from './prepare/form';

/** The form of Fetch Batch. */
export const fetchBatchForm: INodeProperties[] = [
	emptyFieldsNotice('the item that Wait For Export gives'),
	...PAYER_FIELDS,
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://gateway.1up.health/v1/bison/bulk-data/r4/$export/file/1.ndjson',
		description:
			'Address of one output file of the export. Comes from the Completed output of Wait For Export.',
	},
	{
		displayName: 'Output As',
		name: 'outputAs',
		type: 'options',
		noDataExpression: true,
		default: 'items',
		options: [
			{
				name: 'FHIR Bundles',
				value: 'bundles',
				description:
					'One item for each transaction Bundle, as an object. Numbers become JavaScript numbers: 120.50 becomes 120.5.',
			},
			{
				name: 'FHIR Bundles as Text',
				value: 'bundlesText',
				description:
					'The same as JSON text in the column bundle, every number as the payer wrote it: the raw body of a request to a FHIR server',
			},
			{
				name: 'Items',
				value: 'items',
				description:
					'One item for each FHIR resource, with JavaScript numbers. n8n keeps all items of a run in memory: up to some ten thousand.',
			},
			{
				name: 'NDJSON File',
				value: 'file',
				description: 'One binary file for each batch, as the payer sent it. For exports of any size.',
			},
		],
		description: 'What the next node gets',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{ ...ORIGIN_OPTION, displayOptions: { show: { '/outputAs': ['items'] } } },
			{
				displayName: 'Bundle Entries Up To',
				name: 'bundleEntries',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 1000 },
				displayOptions: { show: { '/outputAs': ['bundles', 'bundlesText'] } },
				default: 100,
				description: 'How many resources to put into one Bundle',
			},
			{
				displayName: 'Bundle Size Up To (MB)',
				name: 'bundleMegabytes',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 100 },
				displayOptions: { show: { '/outputAs': ['bundles', 'bundlesText'] } },
				default: 5,
				description: 'How large a Bundle may become. A resource that is larger has a Bundle of its own.',
			},
			{
				displayName: 'Bundle Type',
				name: 'bundleType',
				type: 'options',
				displayOptions: { show: { '/outputAs': ['bundles', 'bundlesText'] } },
				default: 'transaction',
				options: [
					{
						name: 'Batch',
						value: 'batch',
						description:
							'Each resource for itself. A server that refuses references to what it does not have yet takes the rest, and the refused ones at a second pass.',
					},
					{
						name: 'Transaction',
						value: 'transaction',
						description: 'All resources of a Bundle or none',
					},
				],
				description: 'What a FHIR server does where it refuses one resource of a Bundle',
			},
			{
				displayName: 'Check Lines',
				name: 'checkLines',
				type: 'options',
				displayOptions: { show: { '/outputAs': ['file'] } },
				default: 'every',
				options: [
					{
						name: 'Ends and Types Only',
						value: 'ends',
						description:
							'Faster: whether each line begins as a resource of the promised type and ends as an object. Damage inside of a line, other patients, duplicates and findings are left to the node that reads the file.',
					},
					{ name: 'Every Line', value: 'every', description: 'Each line is parsed and compared' },
				],
				description:
					'How the lines are checked while the file is stored. The Batch Report says which (checked: ends), and leaves empty what was not looked for.',
			},
			concurrencyField('How many files to fetch at the same time', 20),
			{
				displayName: 'Date of Service From',
				name: 'dateOfServiceFrom',
				type: 'dateTime',
				default: '={{ $today.minus({ years: 5 }).toISODate() }}',
				description:
					'Leaves out care that was over before this day, for payers that send more than Start Export asked for. The Batch Report counts it; an NDJSON file keeps it. What has no date, or goes on, stays.',
			},
			{
				displayName: 'Delete Job When Done',
				name: 'deleteJob',
				type: 'boolean',
				default: false,
				displayOptions: shownInCollectionWhere('deleteJob'),
				description:
					'Whether to tell the payer, once every batch of a job was fetched whole in this run or the consent has ended, that it may delete the job and its files. Best with Output As NDJSON File: items are safe only when a later step has stored them, and the payer then has no second copy.',
			},
			{
				displayName: 'Deletions as Items',
				name: 'deletionItems',
				type: 'boolean',
				noDataExpression: true,
				default: false,
				description:
					'Whether to add an output Deletions with one item for each resource that the payer has deleted since the last export, so that your copy can be deleted too. It stands before the error output, which moves on by one.',
			},
			{
				displayName: 'Duplicates',
				name: 'duplicates',
				type: 'options',
				displayOptions: { show: { '/outputAs': ['items', 'bundles', 'bundlesText'] } },
				default: 'keep',
				options: [
					{ name: 'Keep', value: 'keep', description: 'Every resource leaves, as the payer sent it' },
					{
						name: 'One Each',
						value: 'one',
						description:
							'Of resources with the same type and ID in a file one leaves: the last updated, else the first',
					},
				],
				description:
					'What to do where a file holds a resource twice. The Batch Report counts them either way. A file that is stored whole keeps them.',
			},
			{
				displayName: 'File Size Up To (GB)',
				name: 'fileGigabytes',
				type: 'number',
				typeOptions: { minValue: 1 },
				displayOptions: { show: { '/outputAs': ['file'] } },
				default: 10,
				description:
					'How large one file may become. A larger one is an error, and nothing of it is kept: a payer could otherwise fill the disk.',
			},
			{
				displayName: 'Give Up When Idle (Seconds)',
				name: 'idleSeconds',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 60,
				description:
					'How long the payer may send nothing in the middle of a file. After that the file is asked for again, up to three times.',
			},
			{
				displayName: 'Items Up To (MB)',
				name: 'itemsMegabytes',
				type: 'number',
				typeOptions: { minValue: 1 },
				displayOptions: { show: { '/outputAs': ['items', 'bundles', 'bundlesText'] } },
				default: 100,
				description:
					"How many MB of NDJSON all files of a run may bring as items, since n8n keeps them in memory. A file beyond that is an error that gives no items. Read from the first item's options.",
			},
			{
				displayName: 'Items Up To (Resources)',
				name: 'itemsResources',
				type: 'number',
				typeOptions: { minValue: 1 },
				displayOptions: { show: { '/outputAs': ['items', 'bundles', 'bundlesText'] } },
				default: 200000,
				description:
					"How many resources all files of a run may bring as items. A file beyond that is an error that gives no items. Read from the first item's options.",
			},
			keepTryingField(
				'How long to wait for a file without a byte of it, in all: until the payer begins to send it, while it pauses, and between the attempts if it breaks off',
			),
			{
				displayName: 'Limit',
				name: 'limit',
				type: 'number',
				typeOptions: { minValue: 1 },
				displayOptions: { show: { '/outputAs': ['items', 'bundles', 'bundlesText'] } },
				default: 50,
				description: 'Max number of results to return',
				hint: 'Of each file. The rest is not fetched, and the report says partial.',
			},
			PREPARE_OPTION,
			{
				displayName: 'Rejected Lines Up To (MB)',
				name: 'rejectedMegabytes',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 1000 },
				default: 10,
				description:
					'How much of the lines that are no FHIR resource to keep in the file rejected.ndjson of the report. They are counted beyond it.',
			},
			{
				...OTHER_PATIENTS_OPTION,
				displayOptions: { show: { '/outputAs': ['items', 'bundles', 'bundlesText'] } },
			},
			{
				displayName: 'Return to AI Agent',
				name: 'returnToAgent',
				type: 'options',
				default: 'report',
				options: [
					{
						name: 'Batch Report',
						value: 'report',
						description: 'Counts and outcome, without any health data',
					},
					{
						name: 'Resources and Batch Report',
						value: 'resources',
						description: 'The FHIR resources too: they then leave n8n for the language model',
					},
				],
				description: 'What an AI agent that uses this node as a tool gets to see',
			},
			{
				displayName: 'Set Aside Protected Data',
				name: 'setAsideProtected',
				type: 'boolean',
				noDataExpression: true,
				default: false,
				description:
					'Whether to add an output Protected for resources that are labelled as protected (meta.security: restricted, 42 CFR Part 2, a sensitivity such as HIV or PSY, labels inside). It is the last before the error output. A payer need not label what it sends: that no label stands proves nothing.',
			},
		],
	},
];
