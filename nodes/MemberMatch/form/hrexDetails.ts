import type { INodeProperties } from 'n8n-workflow';
import { shownInCollectionWhere } from '../../shared/payers/form';

/** HRex fields of a match request that are not in a roster row. */
export const HREX_DETAILS: INodeProperties[] = [
	{
		displayName: 'Birth Sex',
		name: 'birthSex',
		type: 'string',
		default: '',
		placeholder: 'e.g. F',
		description:
			'Sex in the birth record: F, M or UNK (unknown). With it Gender may stay empty, except for payers that follow HRex 1.0.',
	},
	{
		displayName: 'Consent Performer',
		name: 'consentPerformer',
		type: 'options',
		default: 'member',
		options: [
			{
				name: 'Authorized Representative',
				value: 'representative',
				description: 'The person named in the three Representative fields, for every item',
			},
			{ name: 'Member', value: 'member', description: 'The members themselves' },
			{
				name: 'Representative Where Given',
				value: 'representativeWhereGiven',
				description: 'The representative of items that name one, the member of all others',
			},
		],
		description: 'Who gave the consent',
	},
	{
		displayName: 'Consent Source Document',
		name: 'sourceDocument',
		type: 'string',
		default: '',
		placeholder: 'e.g. DOC-2027-00017',
		description:
			'Number of the signed consent in your records, for an audit. Empty: the Consent ID. The document itself is not sent.',
	},
	{
		displayName: 'Consent Source Document System',
		name: 'sourceDocumentSystem',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://yourplan.example/documents',
		description: 'Address that names the numbering the source document belongs to',
	},
	{
		displayName: 'Representative Family Name',
		name: 'representativeFamilyName',
		type: 'string',
		default: '',
		placeholder: "e.g. O'Connor",
		description: 'Of the person who may consent for the member',
	},
	{
		displayName: 'Representative Given Name',
		name: 'representativeGivenName',
		type: 'string',
		default: '',
		placeholder: 'e.g. María José',
		description: 'Of the person who may consent for the member. A list is several names.',
	},
	{
		displayName: 'Representative Role',
		name: 'representativeRole',
		type: 'options',
		default: 'HPOWATT',
		options: [
			{ name: 'Durable Power of Attorney (DPOWATT)', value: 'DPOWATT' },
			{ name: 'Guardian (GUARD)', value: 'GUARD' },
			{ name: 'Guardian Ad Litem (GUADLTM)', value: 'GUADLTM' },
			{ name: 'Healthcare Power of Attorney (HPOWATT)', value: 'HPOWATT' },
			{ name: 'Power of Attorney (POWATT)', value: 'POWATT' },
			{ name: 'Responsible Party (RESPRSN)', value: 'RESPRSN' },
			{ name: 'Special Power of Attorney (SPOWATT)', value: 'SPOWATT' },
		],
		description: 'By what right that person may consent for the member',
	},
	{
		displayName: 'Requesting Plan Name',
		name: 'requestingName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Prairie Health Plan',
		description: "Your own plan, which asks. Name and NPI given here together replace the credential's.",
	},
	{
		displayName: 'Requesting Plan NPI',
		name: 'requestingNpi',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1234567893',
		description: 'National Provider Identifier of your own plan',
	},
	{
		displayName: 'Responding Plan Name',
		name: 'respondingName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Bison Health Plan',
		description:
			"The member's other plan, which is asked. Name and NPI given here together replace the credential's.",
	},
	{
		displayName: 'Responding Plan NPI',
		name: 'respondingNpi',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1558444216',
		description: 'National Provider Identifier of the plan that is asked',
	},
	{
		displayName: 'Send the Full HRex Request',
		name: 'fullRequest',
		type: 'boolean',
		default: false,
		displayOptions: shownInCollectionWhere('fullHrexRequest'),
		description:
			'Whether 1upHealth gets everything that the HRex standard asks for, such as both plans and your coverage of the member. Needs Requesting Plan and Responding Plan. 1upHealth works without.',
	},
];
