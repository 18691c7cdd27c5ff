import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { CLAIM_TABLES, TABLES } from './tables';

/** Value of the parameter Table for all shipped tables. */
export const ALL_TABLES = 'all';
/** Value of the parameter Table for a view of one's own. */
export const OWN_VIEW = 'ownView';

const FOR_CLAIMS = { show: { '/table': [...CLAIM_TABLES, ALL_TABLES] } };
const FOR_SHIPPED = { hide: { table: [OWN_VIEW] } };

const TABLE_OPTIONS: INodePropertyOptions[] = [
	...TABLES.map(({ name, value, description }) => ({ name, value, description })),
	{
		name: 'All Tables',
		value: ALL_TABLES,
		description:
			'Every table of this list; rows say in the column table which they belong to, files in their name',
	},
	{
		name: 'My Own View',
		value: OWN_VIEW,
		description: 'A ViewDefinition of SQL on FHIR, such as your warehouse may have',
	},
];

/** The form of FHIR to Table. */
export const fhirToTableForm: INodeProperties[] = [
	{
		displayName:
			'Connect Resources of Fetch Batch: as Items (with Options > Add Origin), as Bundles, or as NDJSON File. Parts of Read NDJSON File do as well.',
		name: 'inputNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Table',
		name: 'table',
		type: 'options',
		noDataExpression: true,
		default: 'medical_claim',
		options: TABLE_OPTIONS,
		description: 'What to make of the resources. The columns of each are listed in docs/tables.md.',
	},
	{
		displayName: 'View',
		name: 'view',
		type: 'json',
		typeOptions: { rows: 12 },
		default: '',
		displayOptions: { show: { table: [OWN_VIEW] } },
		placeholder:
			'{ "resourceType": "ViewDefinition", "name": "patients", "resource": "Patient", "select": [{ "column": [{ "name": "key", "path": "getResourceKey()" }] }] }',
		description:
			'The JSON of a ViewDefinition (SQL on FHIR v2). The same view runs in other tools of that standard.',
	},
	{
		displayName: 'Rows As',
		name: 'rowsAs',
		type: 'options',
		noDataExpression: true,
		default: 'items',
		options: [
			{ name: 'CSV File', value: 'csv', description: 'One file for each table, of any size' },
			{
				name: 'Items',
				value: 'items',
				description: 'One item for each row, for Excel, Data Table or a database',
			},
			{
				name: 'JSON Text',
				value: 'text',
				description:
					'Many rows in one item, as text in the column rows: for Execute Query of PostgreSQL with jsonb_to_recordset($1), many times faster than single items',
			},
			{
				name: 'NDJSON File',
				value: 'ndjson',
				description: 'One file for each table, one JSON object for each row',
			},
		],
		description: 'What the next node gets',
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: false,
		displayOptions: FOR_SHIPPED,
		description:
			'Whether to return a simplified version of the table: the columns most asked for, with plain headings',
	},
	{
		displayName: 'Payer Key',
		name: 'payerKey',
		type: 'string',
		default: '',
		placeholder: 'e.g. bison-health-plan',
		description:
			'Which payer the resources come from, where the items do not say so themselves. It stands in every key, so that two payers can use the same one.',
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryProperty',
		type: 'string',
		default: 'data',
		hint: 'The name of the input field that holds the NDJSON file, where the input is a file',
		description: 'Comes from Fetch Batch with Output As NDJSON File, or from Read NDJSON File',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Add Origin Columns',
				name: 'originColumns',
				type: 'boolean',
				default: false,
				displayOptions: { show: { '/table': [OWN_VIEW] } },
				description:
					'Whether to add member_id, payer, job_id, batch, line and transaction_time to the columns of the view',
			},
			{
				displayName: 'One Claim Once',
				name: 'oneClaimOnce',
				type: 'boolean',
				default: false,
				displayOptions: FOR_CLAIMS,
				description:
					'Whether to say in each row whether its claim is the one to be counted (is_current), of all that come in: not one that was adjusted, cancelled, exported again, or sent on by another payer. No row is left out. Files are read twice.',
			},
			{
				displayName: 'Our NPI or NAIC Code',
				name: 'ownIdentifiers',
				type: 'string',
				default: '',
				placeholder: 'e.g. 1234567893, 12345',
				displayOptions: FOR_CLAIMS,
				description:
					'For One Claim Once: claims of your own plan that another payer sends back get the reason ownData, and are not counted',
			},
			{
				displayName: 'Rows per Text',
				name: 'rowsPerText',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 10000,
				displayOptions: { show: { '/rowsAs': ['text'] } },
				description: 'How many rows to put into one item',
			},
		],
	},
];
