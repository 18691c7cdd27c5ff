import type { INodeProperties } from 'n8n-workflow';
import { concurrencyField } from '../shared/n8n/parameters';
import { emptyFieldsNotice, PAYER_FIELDS, shownWhere, tenantField } from '../shared/payers/form';

/** The form of Wait For Export. */
export const waitForExportForm: INodeProperties[] = [
	emptyFieldsNotice('the item that Start Export gives'),
	...PAYER_FIELDS,
	tenantField('Comes from Start Export.'),
	{
		displayName: 'Job ID',
		name: 'jobId',
		type: 'string',
		displayOptions: shownWhere('jobId'),
		default: '',
		placeholder: 'e.g. 3f6c1d0a-77f2-4f0e-9b59-2b1f2a7c9d11',
		description: 'What the payer calls the export. Comes from Start Export.',
	},
	{
		displayName: 'Status URL',
		name: 'statusUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://fhir.payer.example/r4/bulkstatus/1',
		displayOptions: shownWhere('statusUrl'),
		description: 'Where the payer says how the export is getting on. Comes from Start Export.',
	},
	{
		displayName: 'Give Up After (Minutes)',
		name: 'giveUpAfter',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 10,
		description:
			'How long this node asks for the state of the exports. One that has not finished by then leaves by Still Running and can be fed back in, best through a Wait node of 65 seconds or more, which holds no worker. 0 looks once.',
	},
	{
		displayName: 'Poll Every (Seconds)',
		name: 'pollEvery',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 10,
		description:
			'How long to wait before asking the second time where the payer does not say. Each further wait is twice as long, up to a minute.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [concurrencyField('How many exports to ask about at the same time', 50)],
	},
];
