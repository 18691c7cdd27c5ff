import type { INodeProperties } from 'n8n-workflow';
import { KEEP_ANSWER_FIELD } from '../../shared/n8n/keepAnswer';
import { concurrencyField, keepTryingField } from '../../shared/n8n/parameters';
import { shownInCollectionWhere } from '../../shared/payers/form';
import { DATE_FORMAT_OPTIONS } from './dateFormat';

/** Low, because payers must detect brute-force attempts (HRex mm-7). */
export const MATCH_CONCURRENCY = 2;

/** Only where the switch Advanced is on. */
const ADVANCED = { show: { '/advanced': [true] } };

function underAdvanced(field: INodeProperties): INodeProperties {
	return { ...field, displayOptions: ADVANCED };
}

const ONLY_BULK = shownInCollectionWhere('bulkMatch', { '/matchMode': ['together'] });

/** The options of Member Match. */
export const MEMBER_MATCH_OPTIONS: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		underAdvanced(
			concurrencyField(
				"How many members to ask for at the same time. Keep it low: payers must watch for attempts to guess members. The node's own setting Retry On Fail sends every member of the run again; leave it off.",
				20,
				MATCH_CONCURRENCY,
			),
		),
		{
			displayName: 'Date Format',
			name: 'dateFormat',
			type: 'options',
			noDataExpression: true,
			default: 'automatic',
			options: DATE_FORMAT_OPTIONS,
			description: 'How all dates of this node are written in the input',
		},
		{
			displayName: 'Do Not Send',
			name: 'doNotSend',
			type: 'string',
			default: '',
			placeholder: 'e.g. Plan, Policy No',
			description:
				'Columns of the input that empty fields do not read, divided by commas. For columns of another meaning than their name has here.',
		},
		{
			displayName: 'Give Up After (Minutes)',
			name: 'giveUpAfter',
			type: 'number',
			typeOptions: { minValue: 0 },
			displayOptions: ONLY_BULK,
			default: 30,
			description:
				'How long this node asks for the answer to a request for all items. Members without an answer by then leave by Not Matched with the outcome still-matching and can be fed back in, best through a Wait node.',
		},
		{
			displayName: 'Group ID Path',
			name: 'groupIdPath',
			type: 'string',
			displayOptions: ADVANCED,
			default: '',
			placeholder: 'e.g. parameter.0.valueString',
			description:
				"Where the group ID stands in the payer's answer, for a payer whose answer has a shape that is not known here. Names divided by dots, numbers for places in a list.",
		},
		{
			displayName: 'Ignore Consent Period',
			name: 'ignoreConsentPeriod',
			type: 'boolean',
			default: false,
			description:
				'Whether to send a request although the consent does not hold today. The result is marked with consentPeriodIgnored. Ask your privacy officer first.',
		},
		KEEP_ANSWER_FIELD,
		keepTryingField(
			'How long to ask again where the payer does not answer, is in trouble (HTTP 5xx), or is asked too often (HTTP 429). To match a member again changes nothing at the payer.',
		),
		{
			displayName: 'Members per Request',
			name: 'membersPerRequest',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 10000 },
			displayOptions: ONLY_BULK,
			default: 500,
			description:
				'How many members to put into one request. The payer makes a group for each request, and each group is one export.',
		},
		{
			displayName: 'Poll Every (Seconds)',
			name: 'pollEvery',
			type: 'number',
			typeOptions: { minValue: 1 },
			displayOptions: ONLY_BULK,
			default: 10,
			description: 'How long to wait before asking for the answer again where the payer does not say',
		},
	],
};
