/**
 * The names by which a field that is left empty finds its column. Docs: `docs/columns.md` is this table, kept equal by
 * `test/unit/shared/exchange/columnFields.test.ts`.
 */

import { columnKey } from './columnKey';
import {
	againstConsent,
	againstCoverageId,
	combined,
	isAboutPlan,
	NUMBERS,
	PEOPLE,
	PLANS,
	SIDES,
	type Rival,
} from './columnWords';

/** How a field finds its column. Names are compared by their letters and digits (see `columnKey`). */
export interface ColumnField {
	/** The field's own names. */
	names: readonly string[];
	/** Other names of the same fact, read only where no column has one of `names`. */
	synonyms?: readonly string[];
	/**
	 * Names that do not say which side they are of: in a list of a plan's own members, Plan and Policy No describe the plan that they have
	 * joined. Never read, and never passed over in silence.
	 */
	nearMisses?: readonly string[];
	/** The same for names that are not listed: whether the words of a name, in small letters, can only be about this field. */
	isNearMiss?(words: readonly string[]): boolean;
	/** Columns that can contradict it. */
	rivals?: readonly Rival[];
}

/** The names with a word for the plan before in front. */
const previous = (...names: string[]) => combined(SIDES, names);

/** Facts of a coverage, by bare names: in a list of our members they are those of our own coverage. */
const COVERAGE: Record<string, readonly string[]> = {
	coverageIdSystem: ['Coverage ID System'],
	subscriberId: combined(['Subscriber'], NUMBERS),
	payerName: combined(['Plan', 'Health Plan', 'Payer', 'Carrier', 'Insurer'], ['', 'Name']),
	payerNpi: combined(['Plan', 'Payer', 'Carrier'], ['NPI']),
	groupNumber: combined(['Group'], NUMBERS),
	planId: combined(['Plan'], NUMBERS),
	periodStart: [
		'Coverage Start',
		'Coverage Start Date',
		'Coverage Effective Date',
		'Effective Date',
		'Coverage From',
	],
	periodEnd: [
		'Coverage End',
		'Coverage End Date',
		'Coverage Term Date',
		'Term Date',
		'Termination Date',
		'Coverage To',
	],
	relationship: ['Relationship', 'Relationship to Subscriber', 'Relation'],
};

/** The columns of Member Match's own fields. */
export const MEMBER_COLUMNS = {
	tenant: {
		names: ['tenant'],
		synonyms: [...combined(SIDES, PLANS), ...combined(SIDES, PLANS, ['Name'])],
		nearMisses: [...PLANS, ...combined(PLANS, ['Name'])],
		isNearMiss: isAboutPlan,
	},
	directoryKey: {
		names: ['directoryKey', 'payerKey'],
		synonyms: [
			...combined(SIDES, PLANS, ['', 'Name']),
			...combined(SIDES, ['Payer', 'Plan', 'Health Plan', 'Carrier', 'Insurer'], ['NPI', 'Key']),
		],
		nearMisses: [...PLANS, ...combined(PLANS, ['Name', 'NPI'])],
		isNearMiss: isAboutPlan,
	},
	memberId: {
		names: ['memberId'],
		synonyms: [
			...combined(['Member'], ['No', 'Number', 'Nbr', 'Num', 'ID No', 'ID Number']),
			...combined(['Mem', 'Mbr'], NUMBERS),
			...combined(['Enrollee'], NUMBERS),
		],
	},
	givenName: {
		names: ['givenName', 'givenNames'],
		synonyms: [
			'First Name',
			'First Nm',
			'FName',
			'First',
			'Forename',
			'Legal First Name',
			...combined(PEOPLE, ['First Name', 'First Nm', 'Given Name']),
		],
	},
	familyName: {
		names: ['familyName'],
		synonyms: [
			'Last Name',
			'Last Nm',
			'LName',
			'Last',
			'Surname',
			'Legal Last Name',
			...combined(PEOPLE, ['Last Name', 'Last Nm', 'Family Name', 'Surname']),
		],
	},
	birthDate: {
		names: ['birthDate'],
		synonyms: [
			'DOB',
			'Date of Birth',
			'Birthday',
			'Birth Dt',
			'Date of Birth (DOB)',
			'Birth Date (DOB)',
			...combined(PEOPLE, ['DOB', 'Birth Date', 'Birth Dt', 'Date of Birth']),
		],
	},
	gender: {
		names: ['gender'],
		synonyms: [
			'Sex',
			'Sex/Gender',
			'Gender/Sex',
			'Gender Code',
			'Sex Code',
			'Gender Cd',
			'Sex Cd',
			...combined(PEOPLE, ['Gender', 'Sex']),
			'Administrative Gender',
			'Administrative Sex',
			'Legal Sex',
		],
	},
	coverageId: {
		names: ['coverageId'],
		synonyms: [
			...combined(SIDES, ['Member', 'Mbr', 'Subscriber', 'Policy', 'Coverage', 'Insurance'], NUMBERS),
			...combined(SIDES, PLANS, ['Member', 'Subscriber', 'Policy'], NUMBERS),
		],
		nearMisses: [...combined(['Policy', 'Subscriber', 'Insurance'], NUMBERS)],
		rivals: [againstCoverageId],
	},
	consentId: {
		names: ['consentId'],
		synonyms: ['Consent No', 'Consent Number', 'Consent Nbr', 'Opt In ID', 'Opt In No', 'Opt In Number'],
	},
	consentStart: {
		names: ['consentStart'],
		synonyms: [
			'Consent Start Date',
			'Consent Start Dt',
			'Consent Begin',
			'Consent Begin Date',
			'Consent From',
			'Consent Effective Date',
			'Opt In Start',
			'Opt In Start Date',
		],
	},
	consentEnd: {
		names: ['consentEnd'],
		synonyms: [
			'Consent End Date',
			'Consent End Dt',
			'Consent Through',
			'Consent Thru',
			'Consent To',
			'Consent Until',
			'Consent Expiry',
			'Consent Expiry Date',
			'Consent Expiration',
			'Consent Expiration Date',
			'Consent Expires',
			'Opt In End',
			'Opt In End Date',
		],
		rivals: againstConsent,
	},
	consentPolicy: { names: ['consentPolicy'], synonyms: ['Consent Type', 'Consent Scope'] },
	patient: { names: ['patient'] },
	coverageToMatch: { names: ['coverageToMatch'] },
	consent: { names: ['consent'] },
	coverageToLinkResource: { names: ['coverageToLink'] },
} satisfies Record<string, ColumnField>;

/** The parameter's name and the others, each spelling once. */
function bareNames(field: string, names: readonly string[]): string[] {
	return [field, ...names.filter((name) => columnKey(name) !== columnKey(field))];
}

/** The columns of the fields under Additional Fields: the person, and the coverage at the plan that is asked. */
export const ADDITIONAL_COLUMNS: Record<string, ColumnField> = {
	memberIdentifier: { names: ['memberIdentifier', ...previous('Member Identifier')] },
	memberIdentifierSystem: { names: ['memberIdentifierSystem', ...previous('Member Identifier System')] },
	addressLine: {
		names: ['addressLine'],
		synonyms: ['Address', 'Address 1', 'Address Line 1', 'Street', 'Street Address'],
	},
	city: { names: ['city'], synonyms: ['Town'] },
	state: { names: ['state'], synonyms: ['State Code'] },
	postalCode: { names: ['postalCode'], synonyms: ['Zip', 'Zip Code', 'Postcode'] },
	phone: { names: ['phone'], synonyms: ['Phone Number', 'Phone No', 'Telephone', 'Telephone Number'] },
	email: { names: ['email'], synonyms: ['Email Address', 'Mail'] },
	...Object.fromEntries(
		Object.entries(COVERAGE).map(([field, names]): [string, ColumnField] => [
			field,
			{ names: previous(...names), nearMisses: bareNames(field, names) },
		]),
	),
};

/** The columns of the fields under Coverage to Link: the coverage at our own plan, which a list of our members names without more. */
export const LINK_COLUMNS: Record<string, ColumnField> = {
	coverageId: {
		names: combined(
			['New', 'Own', 'Our', 'Current'],
			['Coverage', 'Member', 'Policy', 'Subscriber'],
			NUMBERS,
		),
		synonyms: combined(['Policy', 'Subscriber', 'Insurance'], NUMBERS),
	},
	...Object.fromEntries(
		Object.entries(COVERAGE).map(([field, names]): [string, ColumnField] => [
			field,
			{ names: combined(['New', 'Own', 'Our', 'Current'], names), synonyms: bareNames(field, names) },
		]),
	),
};

/** The column of a field that has no other names: a detail of HRex. */
export function ownName(field: string): ColumnField {
	return { names: [field] };
}
