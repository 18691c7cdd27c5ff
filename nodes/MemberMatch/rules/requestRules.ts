import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { FHIR_ID_WANTED } from '../../shared/fhir/values';
import { CONSENT_RULES } from './consentRules';
import { BIRTH_SEX, type PartName } from '../request/matchRequest';
import { GENDERS, RELATIONSHIPS } from '../request/member';
import {
	CODES,
	EVERYONE,
	HREX,
	HREX_1_0,
	HREX_1_2,
	HREX_SHOULD,
	ONE_UP,
	PARTS,
	HREX_1UP_SHOULD,
	RESOURCE_RULES,
	codesOf,
	hasCode,
	hasValidIdOrNone,
	isAboutTheMember,
	isDateTime,
	isDay,
	isLocalToMember,
	type RequestView,
	type Rule,
} from './rule';

const HREX_IDS = 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp';

/** Rules for the whole request. */
export const REQUEST_RULES: Rule[] = [
	{
		key: 'B4',
		asks: EVERYONE,
		says: ' must be a FHIR Parameters',
		holds: (body) => body.resourceType === 'Parameters',
	},
	{
		key: 'B4',
		asks: EVERYONE,
		says: ' may hold MemberPatient, CoverageToMatch, Consent and CoverageToLink only',
		holds: (_, { entries }) => entries.every((entry) => nameInAnyCase(entry) !== undefined),
	},
	{
		key: 'B5',
		asks: EVERYONE,
		says: ' must write MemberPatient, CoverageToMatch, Consent and CoverageToLink in exactly these letters',
		holds: (_, { entries }) =>
			entries.every((entry) => [undefined, entry.name].includes(nameInAnyCase(entry))),
	},
	{ key: 'B4', asks: EVERYONE, says: ' must hold exactly one MemberPatient', holds: one('MemberPatient') },
	{
		key: 'B4',
		asks: EVERYONE,
		says: ' must hold exactly one CoverageToMatch',
		holds: one('CoverageToMatch'),
	},
	{
		key: 'B4',
		asks: { '1up': 'SHALL', 'hrex-1.0': 'SHALL', 'hrex-1.2': 'SHOULD' },
		says: ' must hold a Consent',
		holds: (_, request) => count(request, 'Consent') > 0,
	},
	{
		key: 'B4',
		asks: EVERYONE,
		says: ' may hold no more than one Consent',
		holds: (_, request) => count(request, 'Consent') <= 1,
	},
	{
		key: 'B4',
		asks: EVERYONE,
		says: ' may hold no more than one CoverageToLink',
		holds: (_, request) => count(request, 'CoverageToLink') <= 1,
	},
	{
		key: 'B15',
		asks: HREX,
		says: ' must hold the CoverageToLink of the plan that asks',
		holds: (_, request) => count(request, 'CoverageToLink') > 0,
	},
	{
		key: 'id',
		asks: ONE_UP,
		says: ' must have the member id as its id',
		holds: (body) => body.id !== undefined,
	},
	{ key: 'id', asks: EVERYONE, says: `: id must be ${FHIR_ID_WANTED}`, holds: hasValidIdOrNone },
];

const PATIENT_RULES: Rule[] = [
	...RESOURCE_RULES,
	{
		key: 'B7',
		asks: EVERYONE,
		says: ' needs a name with family and given',
		holds: (patient) => objectsOf(patient.name).some(isCompleteName),
	},
	{
		key: 'B7',
		asks: HREX,
		says: ' needs family and given in every name',
		holds: (patient) => objectsOf(patient.name).every(isCompleteName),
	},
	{
		key: 'B7',
		asks: EVERYONE,
		says: ': birthDate must be given',
		holds: ({ birthDate }) => birthDate !== undefined && birthDate !== null && birthDate !== '',
	},
	{
		key: 'B7',
		asks: ONE_UP,
		says: ': birthDate must be a date of the calendar written as YYYY-MM-DD, without a time',
		holds: ({ birthDate }) => !birthDate || isDay(birthDate),
	},
	{
		key: 'B7',
		asks: HREX,
		says: ': birthDate must be a FHIR date',
		holds: ({ birthDate }) => !birthDate || (isDateTime(birthDate) && !birthDate.includes('T')),
	},
	{
		key: 'B8',
		asks: EVERYONE,
		says: `: gender must be one of: ${GENDERS.join(', ')}`,
		holds: ({ gender }) => gender === undefined || GENDERS.some((each) => each === gender),
	},
	{
		key: 'B8',
		asks: HREX_1_0,
		says: ': gender must be given',
		fill: `'Gender': HRex 1.0 asks for it whatever the birth sex is`,
		holds: ({ gender }) => gender !== undefined,
	},
	{
		key: 'B8',
		asks: HREX_1_2,
		says: ' needs a gender or the extension birthsex',
		fill: `'Gender', or 'Birth Sex' in 'HRex Details'`,
		holds: ({ gender, extension }) =>
			gender !== undefined ||
			objectsOf(extension).some(({ url, valueCode }) => url === BIRTH_SEX && textOf(valueCode)),
	},
	{
		key: 'B8',
		asks: HREX_1_0,
		says: ' needs an identifier, each with system and value',
		fill: `'Coverage ID System' in 'Additional Fields'; where a 'Member Identifier' is given, 'Member Identifier System'`,
		holds: ({ identifier }) =>
			objectsOf(identifier).length > 0 &&
			objectsOf(identifier).every(({ system, value }) => textOf(system) && textOf(value)),
	},
	{
		key: 'B9',
		asks: HREX,
		says: ': identifier may not be of the type UMB, which only the payer asked can give',
		holds: ({ identifier }) => !objectsOf(identifier).some(({ type }) => hasCode(type, HREX_IDS, 'UMB')),
	},
	{
		key: 'B14',
		asks: HREX,
		says: ' needs an id that the other resources can refer to',
		holds: ({ id }) => id !== undefined,
	},
];

/** Only the coverage to link can lack its identifier. */
const LINKED_NUMBER = `'Coverage ID' in 'Coverage to Link'`;

const COVERAGE_RULES: Rule[] = [
	...RESOURCE_RULES,
	{
		key: 'B10',
		asks: HREX_1UP_SHOULD,
		says: ': status must be one of: active, cancelled, draft, entered-in-error',
		holds: ({ status }) =>
			['active', 'cancelled', 'draft', 'entered-in-error'].some((each) => each === status),
	},
	{
		key: 'B10',
		asks: HREX_1UP_SHOULD,
		says: ': beneficiary must be given',
		holds: ({ beneficiary }) => isObject(beneficiary),
	},
	{
		key: 'B10',
		asks: HREX_1UP_SHOULD,
		says: ' needs exactly one payor',
		holds: ({ payor }) => objectsOf(payor).length === 1,
	},
	{
		key: 'B11',
		asks: HREX_1_0,
		says: ' needs an identifier with a value, or a subscriberId',
		fill: LINKED_NUMBER,
		holds: (coverage) => hasIdentifier(coverage) || textOf(coverage.subscriberId) !== undefined,
	},
	{
		key: 'B11',
		asks: HREX_1_2,
		says: ' needs an identifier of the type MB with a value, or a subscriberId',
		fill: LINKED_NUMBER,
		holds: ({ identifier, subscriberId }) =>
			textOf(subscriberId) !== undefined ||
			objectsOf(identifier).some(
				({ type, value }) => hasCode(type, `${CODES}v2-0203`, 'MB') && textOf(value),
			),
	},
	{
		key: 'B12',
		asks: { 'hrex-1.0': 'SHALL', 'hrex-1.2': 'SHOULD' },
		says: ' may have no more than one identifier',
		holds: ({ identifier }) => objectsOf(identifier).length <= 1,
	},
	{
		key: 'B13',
		asks: HREX_1_2,
		says: `: relationship must be one of: ${RELATIONSHIPS.join(', ')}, or unknown as data-absent-reason`,
		holds: ({ relationship }) =>
			RELATIONSHIPS.some((code) => hasCode(relationship, `${CODES}subscriber-relationship`, code)) ||
			hasCode(relationship, `${CODES}data-absent-reason`, 'unknown'),
	},
	{
		key: 'B14',
		asks: EVERYONE,
		says: ': beneficiary must be the Patient of this request',
		holds: ({ beneficiary }, request) => isAboutTheMember(beneficiary, request),
	},
	{
		key: 'B14',
		asks: HREX_1UP_SHOULD,
		says: ': beneficiary must refer to Patient/ and the id of the Patient, without a host',
		holds: ({ beneficiary }, request) => beneficiary === undefined || isLocalToMember(beneficiary, request),
	},
	{
		key: 'class',
		asks: HREX,
		says: ': each class must be of one type only',
		holds: (coverage) =>
			objectsOf(coverage.class).every(({ type }) => codesOf(type, `${CODES}coverage-class`).length <= 1),
	},
];

const COVERAGE_TO_MATCH_RULES: Rule[] = [
	...COVERAGE_RULES,
	{ key: 'B11', asks: ONE_UP, says: ' needs an identifier with a value', holds: hasIdentifier },
];

/** Elements that are not must-support in hrex-coverage (mm-5). */
const BEYOND_MUST_SUPPORT = [
	'subscriber',
	'order',
	'network',
	'costToBeneficiary',
	'subrogation',
	'contract',
];

const COVERAGE_TO_LINK_RULES: Rule[] = [
	...COVERAGE_RULES,
	{
		key: 'B16',
		asks: HREX_SHOULD,
		says: ` should not have ${BEYOND_MUST_SUPPORT.join(', ')}`,
		holds: (coverage) => BEYOND_MUST_SUPPORT.every((element) => coverage[element] === undefined),
	},
];

/** The rules for each part of a request. */
export const PART_RULES: Record<PartName, Rule[]> = {
	MemberPatient: PATIENT_RULES,
	CoverageToMatch: COVERAGE_TO_MATCH_RULES,
	Consent: CONSENT_RULES,
	CoverageToLink: COVERAGE_TO_LINK_RULES,
};

function nameInAnyCase({ name }: IDataObject): string | undefined {
	return Object.keys(PARTS).find((each) => each.toLowerCase() === textOf(name)?.toLowerCase());
}

function count({ entries }: RequestView, name: PartName): number {
	return entries.filter((entry) => entry.name === name).length;
}

function one(name: PartName): Rule['holds'] {
	return (_, request) => count(request, name) === 1;
}

function isCompleteName({ family, given }: IDataObject): boolean {
	return textOf(family) !== undefined && Array.isArray(given) && given.some(textOf);
}

function hasIdentifier({ identifier }: IDataObject): boolean {
	return objectsOf(identifier).some(({ value }) => textOf(value) !== undefined);
}
