import type { INodeProperties } from 'n8n-workflow';
import { PAYER_FIELDS, shownFor } from '../shared/payers';
import { oneUpHealth } from '../shared/payers/oneUpHealth/requests';
import { pdex } from '../shared/payers/pdex/requests';

const ONLY_FIELDS = { show: { inputMode: ['fields'] } };
const ONLY_TOGETHER = { show: { '/payerApi': [pdex.name], '/matchMode': ['together'] } };
const ONLY_ONE_UP = { show: { '/payerApi': [oneUpHealth.name] } };
const ONLY_RESOURCES = { show: { inputMode: ['resources'] } };

/** Fields of a coverage that both the coverage to match and the coverage to link can have. Labels in alphabetical order. */
const COVERAGE_EXTRAS: INodeProperties[] = [
	{
		displayName: 'Coverage End',
		name: 'periodEnd',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026-12-31',
		description: 'Last day of the coverage, written as YYYY-MM-DD',
	},
	{
		displayName: 'Coverage ID System',
		name: 'coverageIdSystem',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://payer.example/members',
		description: 'Address that names the numbering the coverage ID belongs to',
	},
	{
		displayName: 'Coverage Start',
		name: 'periodStart',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026-01-01',
		description: 'First day of the coverage, written as YYYY-MM-DD',
	},
	{
		displayName: 'Group Number',
		name: 'groupNumber',
		type: 'string',
		default: '',
		placeholder: 'e.g. 993355',
		description: 'Number of the employer or other group the coverage was bought by, as on the member card',
	},
	{
		displayName: 'Payer Name',
		name: 'payerName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Bison Health Plan',
		description: 'Name of the health plan that the coverage is with',
	},
	{
		displayName: 'Payer NPI',
		name: 'payerNpi',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1234567893',
		description: 'National Provider Identifier of that health plan',
	},
	{
		displayName: 'Plan ID',
		name: 'planId',
		type: 'string',
		default: '',
		placeholder: 'e.g. GOLD-HMO',
		description: 'Identifier of the plan within the payer',
	},
	{
		displayName: 'Relationship to Subscriber',
		name: 'relationship',
		type: 'string',
		default: '',
		placeholder: 'e.g. self',
		description:
			'How the member is related to the person who holds the coverage: self, spouse, child, parent, common (partner), other or injured',
	},
	{
		displayName: 'Subscriber ID',
		name: 'subscriberId',
		type: 'string',
		default: '',
		placeholder: 'e.g. W100234567',
		description: 'Number of the person who holds the coverage, where it differs from the coverage ID',
	},
];

const PERSON_EXTRAS: INodeProperties[] = [
	{
		displayName: 'Address Line',
		name: 'addressLine',
		type: 'string',
		default: '',
		placeholder: 'e.g. 12 Main St',
		description:
			'Street and number. Send an address only if the payer asks for it: with some payers each further element that differs makes a match less likely.',
	},
	{ displayName: 'City', name: 'city', type: 'string', default: '', placeholder: 'e.g. Dayton' },
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'e.g. name@email.com',
	},
	{
		displayName: 'Member Identifier',
		name: 'memberIdentifier',
		type: 'string',
		default: '',
		placeholder: 'e.g. W100234567-01',
		description: "The member's number at the payer that is asked, where it differs from the coverage ID",
	},
	{
		displayName: 'Member Identifier System',
		name: 'memberIdentifierSystem',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://payer.example/member',
		description: 'Address that names the numbering the member identifier belongs to',
	},
	{ displayName: 'Phone', name: 'phone', type: 'string', default: '', placeholder: 'e.g. 937-555-0123' },
	{ displayName: 'Postal Code', name: 'postalCode', type: 'string', default: '', placeholder: 'e.g. 45402' },
	{ displayName: 'State', name: 'state', type: 'string', default: '', placeholder: 'e.g. OH' },
];

/** What HRex asks for and 1upHealth does not. */
const HREX_DETAILS: INodeProperties[] = [
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
		displayOptions: ONLY_ONE_UP,
		description:
			'Whether 1upHealth gets everything that the HRex standard asks for, such as both plans and your coverage of the member. Needs Requesting Plan and Responding Plan. 1upHealth works without.',
	},
];

function byLabel(one: INodeProperties, other: INodeProperties): number {
	return one.displayName.localeCompare(other.displayName);
}

/** The form of Member Match: who, which coverage, what consent, then options. */
export const memberMatchForm: INodeProperties[] = [
	...PAYER_FIELDS,
	{
		displayName: 'Match Mode',
		name: 'matchMode',
		type: 'options',
		noDataExpression: true,
		default: 'each',
		displayOptions: shownFor(pdex),
		options: [
			{
				name: 'All Items in One Request',
				value: 'together',
				description:
					'For many members. The payer answers later (PDex $bulk-member-match) with one group for all.',
			},
			{
				name: 'Each Item by Its Own Request',
				value: 'each',
				description: 'The payer answers at once (HRex $member-match)',
			},
		],
		description: 'How the payer is asked for the members of the input',
	},
	{
		displayName: 'Input Mode',
		name: 'inputMode',
		type: 'options',
		noDataExpression: true,
		default: 'fields',
		options: [
			{
				name: 'Fields',
				value: 'fields',
				description: 'Each value from a column of the input, e.g. a roster of new members',
			},
			{
				name: 'FHIR Resources',
				value: 'resources',
				description: 'Patient, Coverage and Consent as FHIR R4 JSON made by earlier nodes',
			},
		],
		description: 'How the member is described',
	},
	{
		displayName: 'Tenant',
		name: 'tenant',
		type: 'string',
		displayOptions: shownFor(oneUpHealth),
		default: '={{ $json.tenant }}',
		placeholder: 'e.g. bison',
		description:
			"The member's other health plan, by the name 1upHealth has for it. 1upHealth tells you the names you can ask. Empty: the default tenant of the credential.",
	},
	{
		displayName: 'Member ID',
		name: 'memberId',
		type: 'string',
		default: '={{ $json.memberId }}',
		placeholder: 'e.g. W100234567',
		description:
			'Your own ID of the member. It travels with every result. Letters, digits, "-" and "." only, at most 64.',
	},
	{
		displayName: 'Given Name',
		name: 'givenName',
		type: 'string',
		default: '={{ $json.givenName }}',
		placeholder: 'e.g. María José',
		displayOptions: ONLY_FIELDS,
		description:
			'First name or names. One text is one name, whatever spaces it has; a list is several names.',
	},
	{
		displayName: 'Family Name',
		name: 'familyName',
		type: 'string',
		default: '={{ $json.familyName }}',
		placeholder: "e.g. O'Connor",
		displayOptions: ONLY_FIELDS,
	},
	{
		displayName: 'Birth Date',
		name: 'birthDate',
		type: 'string',
		default: '={{ $json.birthDate }}',
		placeholder: 'e.g. 1980-05-01',
		displayOptions: ONLY_FIELDS,
		description:
			'Written as YYYY-MM-DD. A date and time counts by its date as written; it is never moved to another time zone.',
	},
	{
		displayName: 'Gender',
		name: 'gender',
		type: 'string',
		default: '={{ $json.gender }}',
		placeholder: 'e.g. female',
		displayOptions: ONLY_FIELDS,
		description: 'One of male, female, other and unknown. May be left empty.',
	},
	{
		displayName: 'Coverage ID',
		name: 'coverageId',
		type: 'string',
		default: '={{ $json.coverageId }}',
		placeholder: 'e.g. 00734218',
		displayOptions: ONLY_FIELDS,
		description:
			"The member's number at the other health plan, as on the member card of that plan. Keep the column as text, so that leading zeros stay.",
	},
	{
		displayName: 'Consent ID',
		name: 'consentId',
		type: 'string',
		default: '={{ $json.consentId }}',
		placeholder: 'e.g. consent-2027-00017',
		displayOptions: ONLY_FIELDS,
		description:
			'Your ID of the member\'s consent (opt-in) to this exchange. Letters, digits, "-" and "." only, at most 64.',
	},
	{
		displayName: 'Consent Start',
		name: 'consentStart',
		type: 'string',
		default: '={{ $json.consentStart }}',
		placeholder: 'e.g. 2027-01-01',
		displayOptions: ONLY_FIELDS,
		description: 'First day on which the consent holds, written as YYYY-MM-DD. Often the day of enrolment.',
	},
	{
		displayName: 'Consent End',
		name: 'consentEnd',
		type: 'string',
		default: '={{ $json.consentEnd }}',
		placeholder: 'e.g. 2027-12-31',
		displayOptions: ONLY_FIELDS,
		description:
			'Last day on which the consent holds, written as YYYY-MM-DD. Before the first and after the last day nothing is sent; the member leaves by Not Matched.',
	},
	{
		displayName: 'Consent Policy',
		name: 'consentPolicy',
		type: 'options',
		default: 'fromItem',
		displayOptions: ONLY_FIELDS,
		options: [
			{
				name: 'From Input Item',
				value: 'fromItem',
				description:
					'The column consentPolicy of the input (regular or sensitive); regular where it is empty',
			},
			{
				name: 'Regular',
				value: 'regular',
				description:
					'Releases everything except what the law treats as sensitive, such as substance use treatment',
			},
			{
				name: 'Sensitive',
				value: 'sensitive',
				description: 'Releases everything, sensitive information included',
			},
		],
		description:
			'What the member agreed to release. A payer that cannot tell the two apart may refuse Regular.',
	},
	{
		displayName: 'Patient',
		name: 'patient',
		type: 'string',
		default: '={{ $json.patient }}',
		displayOptions: ONLY_RESOURCES,
		description: 'FHIR R4 Patient as JSON, with name and birthDate',
	},
	{
		displayName: 'Coverage to Match',
		name: 'coverageToMatch',
		type: 'string',
		default: '={{ $json.coverageToMatch }}',
		displayOptions: ONLY_RESOURCES,
		description: "FHIR R4 Coverage as JSON, with the identifier of the member's coverage at the other plan",
	},
	{
		displayName: 'Consent',
		name: 'consent',
		type: 'string',
		default: '={{ $json.consent }}',
		displayOptions: ONLY_RESOURCES,
		description:
			'FHIR R4 Consent as JSON: ID, status active, one policy, provision with type permit and period',
	},
	{
		displayName: 'Coverage to Link',
		name: 'coverageToLinkResource',
		type: 'string',
		default: '={{ $json.coverageToLink }}',
		displayOptions: ONLY_RESOURCES,
		description:
			"FHIR R4 Coverage as JSON: the member's coverage at your own plan. 1upHealth does not need it; payers that follow HRex do.",
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		displayOptions: ONLY_FIELDS,
		description: 'What else the payer can use to find the member',
		options: [...COVERAGE_EXTRAS, ...PERSON_EXTRAS].sort(byLabel),
	},
	{
		displayName: 'Coverage to Link',
		name: 'coverageToLink',
		type: 'fixedCollection',
		placeholder: 'Add Coverage to Link',
		default: {},
		displayOptions: ONLY_FIELDS,
		description:
			"The member's coverage at your own plan. 1upHealth does not need it; the HRex standard wants it sent.",
		options: [
			{
				displayName: 'Coverage',
				name: 'coverage',
				values: [
					{
						displayName: 'Coverage ID',
						name: 'coverageId',
						type: 'string',
						default: '',
						placeholder: 'e.g. 7730001',
						description: "The member's number at your own plan",
					},
					...COVERAGE_EXTRAS,
				],
			},
		],
	},
	{
		displayName: 'HRex Details',
		name: 'hrexDetails',
		type: 'collection',
		placeholder: 'Add Detail',
		default: {},
		displayOptions: ONLY_FIELDS,
		description:
			'What the HRex standard has for a match request beyond the fields above. 1upHealth gets them with the full HRex request only.',
		options: HREX_DETAILS,
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Concurrency',
				name: 'concurrency',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 20 },
				default: 2,
				description:
					"How many members to ask for at the same time. Keep it low: payers must watch for attempts to guess members. The node's own setting Retry On Fail sends every member of the run again; leave it off.",
			},
			{
				displayName: 'Give Up After (Minutes)',
				name: 'giveUpAfter',
				type: 'number',
				typeOptions: { minValue: 0 },
				displayOptions: ONLY_TOGETHER,
				default: 30,
				description:
					'How long this node asks for the answer to a request for all items. Members without an answer by then leave by Not Matched with the outcome still-matching and can be fed back in, best through a Wait node.',
			},
			{
				displayName: 'Group ID Path',
				name: 'groupIdPath',
				type: 'string',
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
			{
				displayName: 'Members per Request',
				name: 'membersPerRequest',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 10000 },
				displayOptions: ONLY_TOGETHER,
				default: 500,
				description:
					'How many members to put into one request. The payer makes a group for each request, and each group is one export.',
			},
			{
				displayName: 'Poll Every (Seconds)',
				name: 'pollEvery',
				type: 'number',
				typeOptions: { minValue: 1 },
				displayOptions: ONLY_TOGETHER,
				default: 10,
				description: 'How long to wait before asking for the answer again where the payer does not say',
			},
		],
	},
];
