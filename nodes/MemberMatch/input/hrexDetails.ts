import {
	readGender,
	readPersonName,
	readPersonNames,
	readRosterId,
} from '../../shared/exchange/rosterValues';
import { Misread, readText } from '../../shared/fhir/values';
import { emptyField, type Finding } from '../../shared/n8n/findings';
import type { Organization } from '../../shared/payers/payer';
import { ROLE_CODES, type Representative } from '../request/consent';
import type { HrexDetails } from '../request/member';
import { FieldReader, oneOf, type Field, type RawValues } from './fieldTable';

/** The details read, and all problems found. `details` are valid only if `findings` is empty. */
export interface HrexReading {
	details: HrexDetails;
	findings: Finding[];
}

/** Prefix of field labels in findings. */
export const HREX_GROUP = 'HRex Details: ';
/** Name of the parameter. */
const PARAMETER = 'hrexDetails';

/** The codes common to all versions of the US Core value set birthsex. */
const BIRTH_SEXES = { female: 'F', male: 'M', unknown: 'UNK' };

/** Options for who gave the consent. */
const PERFORMERS = ['member', 'representative', 'representativeWhereGiven'] as const;

const HREX_FIELDS = {
	birthSex: { label: 'Birth Sex', read: readBirthSex },
	consentPerformer: { label: 'Consent Performer', read: oneOf(PERFORMERS) },
	representativeFamilyName: { label: 'Representative Family Name', read: readPersonName },
	representativeGivenName: { label: 'Representative Given Name', read: readPersonNames },
	representativeRole: { label: 'Representative Role', read: oneOf(ROLE_CODES) },
	requestingName: { label: 'Requesting Plan Name', read: readText },
	requestingNpi: { label: 'Requesting Plan NPI', read: readRosterId },
	respondingName: { label: 'Responding Plan Name', read: readText },
	respondingNpi: { label: 'Responding Plan NPI', read: readRosterId },
	sourceDocument: { label: 'Consent Source Document', read: readRosterId },
	sourceDocumentSystem: { label: 'Consent Source Document System', read: readText },
} satisfies Record<string, Field<unknown>>;

/** Reads the HRex Details of one item. */
export function readHrexDetails(values: RawValues): HrexReading {
	const invalid: Finding[] = [];
	const raw = readRaw(new FieldReader(values, invalid, { label: HREX_GROUP }));
	const { sourceDocument: document, sourceDocumentSystem: system } = raw;
	const details: HrexDetails = {
		birthSex: raw.birthSex,
		representative: representativeOf(raw),
		source: document === undefined ? undefined : { document, system },
		requesting: organizationOf(raw.requestingName, raw.requestingNpi),
		responding: organizationOf(raw.respondingName, raw.respondingNpi),
	};
	const findings = invalid.length > 0 ? invalid : missingDetails(raw);
	return { details, findings: findings.map((finding) => ({ ...finding, parameter: PARAMETER })) };
}

type RawDetails = ReturnType<typeof readRaw>;

function readRaw(fields: FieldReader) {
	return {
		birthSex: fields.read('birthSex', HREX_FIELDS.birthSex),
		consentPerformer: fields.read('consentPerformer', HREX_FIELDS.consentPerformer),
		representativeFamilyName: fields.read('representativeFamilyName', HREX_FIELDS.representativeFamilyName),
		representativeGivenName: fields.read('representativeGivenName', HREX_FIELDS.representativeGivenName),
		representativeRole: fields.read('representativeRole', HREX_FIELDS.representativeRole),
		requestingName: fields.read('requestingName', HREX_FIELDS.requestingName),
		requestingNpi: fields.read('requestingNpi', HREX_FIELDS.requestingNpi),
		respondingName: fields.read('respondingName', HREX_FIELDS.respondingName),
		respondingNpi: fields.read('respondingNpi', HREX_FIELDS.respondingNpi),
		sourceDocument: fields.read('sourceDocument', HREX_FIELDS.sourceDocument),
		sourceDocumentSystem: fields.read('sourceDocumentSystem', HREX_FIELDS.sourceDocumentSystem),
	};
}

/** Whether any detail was entered. */
export function hasDetails(details: HrexDetails): boolean {
	return Object.values(details).some((value) => value !== undefined);
}

function readBirthSex(value: unknown): string | undefined | Misread {
	const gender = readGender(value);
	if (gender === undefined) return undefined;
	return gender instanceof Misread || gender === 'other'
		? new Misread('one of: F, M, UNK')
		: BIRTH_SEXES[gender];
}

function organizationOf(name: string | undefined, npi: string | undefined): Organization | undefined {
	return name === undefined && npi === undefined ? undefined : { name, npi };
}

function isRepresentativeNamed({ representativeFamilyName, representativeGivenName }: RawDetails): boolean {
	return representativeFamilyName !== undefined || representativeGivenName !== undefined;
}

/** Whether a representative gave the consent, by the form's setting and the item's values. */
function isByRepresentative(raw: RawDetails): boolean {
	return (
		raw.consentPerformer === 'representative' ||
		(raw.consentPerformer === 'representativeWhereGiven' && isRepresentativeNamed(raw))
	);
}

function representativeOf(raw: RawDetails): Representative | undefined {
	const {
		representativeFamilyName: familyName,
		representativeGivenName: givenNames,
		representativeRole: role,
	} = raw;
	return isByRepresentative(raw) && familyName && givenNames && role
		? { familyName, givenNames, role }
		: undefined;
}

/** Findings for details that depend on each other. A named representative is never dropped silently. */
function missingDetails(raw: RawDetails): Finding[] {
	const findings: Finding[] = [];
	const requireField = (field: keyof RawDetails) => {
		if (raw[field] === undefined) findings.push(emptyField(HREX_GROUP + HREX_FIELDS[field].label, PARAMETER));
	};
	if (isByRepresentative(raw)) {
		requireField('representativeFamilyName');
		requireField('representativeGivenName');
		requireField('representativeRole');
	} else if (isRepresentativeNamed(raw)) {
		findings.push({
			says: `'${HREX_GROUP}Consent Performer' is the member, but a representative is named`,
			whatToDo:
				'Choose who gave the consent: Authorized Representative, or Representative Where Given if only some members have one.',
		});
	}
	if (raw.sourceDocumentSystem !== undefined) requireField('sourceDocument');
	return findings;
}
