import type { INodeProperties } from 'n8n-workflow';
import {
	emptyFieldsNotice,
	PAYER_FIELDS,
	SHOWN_WITH_DIRECTORY,
	shownWhere,
	tenantListField,
} from '../../shared/payers/form';
import { ADDITIONAL_FIELDS, COVERAGE_EXTRAS } from './additionalFields';
import { HREX_DETAILS } from './hrexDetails';
import { MEMBER_MATCH_OPTIONS } from './options';

// `hide`, because Input Mode has no value where it is not shown.
const ONLY_FIELDS = { hide: { inputMode: ['resources'] } };
const ONLY_RESOURCES = { show: { inputMode: ['resources'] } };
const ADVANCED = { show: { advanced: [true] } };

/** Marks a field that a request needs. n8n's own `required` would refuse an empty field before the item can be read. */
function needed(field: INodeProperties): INodeProperties {
	const { description } = field;
	return { ...field, description: description === undefined ? 'Required' : `Required. ${description}` };
}

/** The form of Member Match: member, coverage, consent, then options. */
export const memberMatchForm: INodeProperties[] = [
	emptyFieldsNotice('the column of its name, e.g. Birth Date from birthDate, Birth_Date or DOB'),
	...PAYER_FIELDS,
	{
		displayName: 'Match Mode',
		name: 'matchMode',
		type: 'options',
		noDataExpression: true,
		default: 'each',
		displayOptions: { show: { ...shownWhere('bulkMatch').show, ...ADVANCED.show } },
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
		displayOptions: ADVANCED,
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
	tenantListField('1upHealth tells you the names you can ask.'),
	needed({
		displayName: 'Payer',
		name: 'directoryKey',
		type: 'string',
		displayOptions: SHOWN_WITH_DIRECTORY,
		default: '',
		placeholder: 'e.g. bison',
		description:
			"The member's other health plan: its key, name or NPI in the credential Payer Directory. A row whose payer is not there leaves by Not Matched, and nothing is sent for it.",
	}),
	needed({
		displayName: 'Member ID',
		name: 'memberId',
		type: 'string',
		default: '',
		placeholder: 'e.g. W100234567',
		description:
			'Your own ID of the member. It travels with every result. Letters, digits, "-" and "." only, at most 64.',
	}),
	needed({
		displayName: 'Given Name',
		name: 'givenName',
		type: 'string',
		default: '',
		placeholder: 'e.g. María José',
		displayOptions: ONLY_FIELDS,
		description:
			'First name or names. One text is one name, whatever spaces it has; a list is several names.',
	}),
	needed({
		displayName: 'Family Name',
		name: 'familyName',
		type: 'string',
		default: '',
		placeholder: "e.g. O'Connor",
		displayOptions: ONLY_FIELDS,
	}),
	needed({
		displayName: 'Birth Date',
		name: 'birthDate',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1980-05-01',
		displayOptions: ONLY_FIELDS,
		description:
			'A date without a time of day; midnight counts as none. How it is written: see Options > Date Format.',
	}),
	{
		displayName: 'Gender',
		name: 'gender',
		type: 'string',
		default: '',
		placeholder: 'e.g. female',
		displayOptions: ONLY_FIELDS,
		description:
			'Male, female, other or unknown, also as M, F, O, U, 1 (male) or 2 (female). May be left empty.',
	},
	needed({
		displayName: 'Coverage ID',
		name: 'coverageId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 00734218',
		displayOptions: ONLY_FIELDS,
		description:
			"The member's number at the other health plan, as on the member card of that plan. Keep the column as text, so that leading zeros stay.",
	}),
	needed({
		displayName: 'Consent ID',
		name: 'consentId',
		type: 'string',
		default: '',
		placeholder: 'e.g. consent-2027-00017',
		displayOptions: ONLY_FIELDS,
		description:
			'Your ID of the member\'s consent (opt-in) to this exchange. Letters, digits, "-" and "." only, at most 64.',
	}),
	needed({
		displayName: 'Consent Start',
		name: 'consentStart',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2027-01-01',
		displayOptions: ONLY_FIELDS,
		description: 'First day on which the consent holds. Often the day of enrolment.',
	}),
	needed({
		displayName: 'Consent End',
		name: 'consentEnd',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2027-12-31',
		displayOptions: ONLY_FIELDS,
		description:
			'Last day on which the consent holds. Before the first and after the last day nothing is sent; the member leaves by Not Matched.',
	}),
	{
		displayName: 'Advanced',
		name: 'advanced',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		displayOptions: { show: { '@version': [{ _cnd: { gte: 1.1 } }] } },
		description:
			'Whether to show more fields: FHIR resources as input, many members in one request, consent policy, coverage to link, HRex details. Switched off, they have no effect.',
	},
	// Nodes of version 1 show them always: their stored values must keep their effect.
	{
		displayName: 'Advanced',
		name: 'advanced',
		type: 'hidden',
		default: true,
		displayOptions: { show: { '@version': [1] } },
	},
	{
		displayName: 'Consent Policy',
		name: 'consentPolicy',
		type: 'options',
		default: 'fromItem',
		displayOptions: { ...ADVANCED, ...ONLY_FIELDS },
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
		default: '',
		displayOptions: ONLY_RESOURCES,
		description: 'FHIR R4 Patient as JSON, with name and birthDate',
	},
	{
		displayName: 'Coverage to Match',
		name: 'coverageToMatch',
		type: 'string',
		default: '',
		displayOptions: ONLY_RESOURCES,
		description: "FHIR R4 Coverage as JSON, with the identifier of the member's coverage at the other plan",
	},
	{
		displayName: 'Consent',
		name: 'consent',
		type: 'string',
		default: '',
		displayOptions: ONLY_RESOURCES,
		description:
			'FHIR R4 Consent as JSON: ID, status active, one policy, provision with type permit and period',
	},
	{
		displayName: 'Coverage to Link',
		name: 'coverageToLinkResource',
		type: 'string',
		default: '',
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
		options: ADDITIONAL_FIELDS,
	},
	{
		displayName: 'Coverage to Link',
		name: 'coverageToLink',
		type: 'fixedCollection',
		placeholder: 'Add Coverage to Link',
		default: {},
		displayOptions: { ...ADVANCED, ...ONLY_FIELDS },
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
		displayOptions: { ...ADVANCED, ...ONLY_FIELDS },
		description:
			'What the HRex standard has for a match request beyond the fields above. 1upHealth gets them with the full HRex request only.',
		options: HREX_DETAILS,
	},
	MEMBER_MATCH_OPTIONS,
];
