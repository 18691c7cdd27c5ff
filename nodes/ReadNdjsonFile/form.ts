import type { INodeProperties } from 'n8n-workflow';
import { ORIGIN_OPTION, OTHER_PATIENTS_OPTION } from '../shared/files/origin';

/** The outputs of Read NDJSON File. */
export const RESOURCES_OR_PARTS = 0;
export const REPORT = 1;

/** The form of Read NDJSON File. */
export const readNdjsonFileForm: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: 'read',
		options: [
			{
				name: 'Read',
				value: 'read',
				action: 'Read resources of NDJSON file',
				description: 'One item for each FHIR resource: of one part, or from the start of the file',
			},
			{
				name: 'Split',
				value: 'split',
				action: 'Split NDJSON file into parts',
				description:
					'One small item for each part of the file. Loop over them and read each, in a sub-workflow where the file is large.',
			},
		],
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryProperty',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the input field that holds the NDJSON file',
		description: 'Comes from Fetch Batch with Output As NDJSON File',
	},
	{
		displayName: 'Lines per Part',
		name: 'linesPerPart',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 10000,
		displayOptions: { show: { operation: ['split'] } },
		description: 'How many lines of the file, one resource each, make a part',
	},
	{
		displayName: 'Without a Part, Read Up To',
		name: 'mostResources',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 10000,
		displayOptions: { show: { operation: ['read'] } },
		description:
			'How many resources to read of an item that is no part. The report says whether the file holds more.',
	},
	{
		displayName: 'Output As',
		name: 'outputAs',
		type: 'options',
		noDataExpression: true,
		default: 'items',
		displayOptions: { show: { operation: ['read'] } },
		options: [
			{
				name: 'Items',
				value: 'items',
				description: 'One item for each FHIR resource',
			},
			{
				name: 'JSON Text',
				value: 'text',
				description:
					'One item for all of them, with the list as a text in the column resources: for a database that takes JSON, many times faster than single items',
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
		displayOptions: { show: { operation: ['read'] } },
		options: [ORIGIN_OPTION, OTHER_PATIENTS_OPTION],
	},
];
