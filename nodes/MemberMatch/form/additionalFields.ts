import type { INodeProperties } from 'n8n-workflow';

/** Fields shared by the coverage to match and the coverage to link, in alphabetical order of their labels. */
export const COVERAGE_EXTRAS: INodeProperties[] = [
	{
		displayName: 'Coverage End',
		name: 'periodEnd',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026-12-31',
		description: 'Last day of the coverage',
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
		description: 'First day of the coverage',
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

/** Optional fields of the person and the coverage to match, sorted by label. */
export const ADDITIONAL_FIELDS: INodeProperties[] = [...COVERAGE_EXTRAS, ...PERSON_EXTRAS].sort(byLabel);

function byLabel(one: INodeProperties, other: INodeProperties): number {
	return one.displayName.localeCompare(other.displayName);
}
