import { omitEmpty } from '../../shared/fhir/json';
import { NPI_SYSTEM } from '../../shared/fhir/ids';
import type { ExchangePartners, Organization } from '../../shared/payers/payer';
import { representativeConsent, policyUri } from './consent';
import type { CoverageFields, HrexDetails, MemberFields } from './member';

/** A FHIR resource of a request, built here or by an earlier node. */
export interface RequestResource {
	resourceType: string;
}

/** The resources of one match request. HRex calls them MemberPatient, CoverageToMatch, Consent and CoverageToLink. */
export interface MatchResources {
	patient: RequestResource;
	coverageToMatch: RequestResource;
	consent: RequestResource;
	coverageToLink?: RequestResource;
}

/** Resources built from the fields of a member. */
interface BuiltResources extends MatchResources {
	patient: fhir4.Patient;
	coverageToMatch: fhir4.Coverage;
	consent: fhir4.Consent;
	coverageToLink?: fhir4.Coverage;
}

/** Names of the parameters of a match request (HRex member-match; case-sensitive). */
export type PartName = 'MemberPatient' | 'CoverageToMatch' | 'Consent' | 'CoverageToLink';

/** The body of `$member-match`, a FHIR Parameters. */
export interface MatchParameters {
	resourceType: 'Parameters';
	id?: string;
	parameter: Array<{ name: PartName; resource: RequestResource }>;
}

const MEMBER_NUMBER: fhir4.CodeableConcept = {
	coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MB' }],
};
const COVERAGE_CLASS = 'http://terminology.hl7.org/CodeSystem/coverage-class';
const RELATIONSHIP = 'http://terminology.hl7.org/CodeSystem/subscriber-relationship';
export const BIRTH_SEX = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex';

/**
 * The body of `$member-match`: exactly one each of MemberPatient, CoverageToMatch and Consent, and CoverageToLink where
 * given (HRex member-match; the names are case-sensitive).
 * @param id id of the Parameters; 1up requires the member id
 * @param resources unreadable resources are left out, so that the rules report them as missing
 */
export function matchParameters(
	id: string | undefined,
	{ patient, coverageToMatch, consent, coverageToLink }: Partial<MatchResources>,
): MatchParameters {
	const part = (name: PartName, resource: RequestResource | undefined) =>
		resource === undefined ? [] : [{ name, resource }];
	return {
		resourceType: 'Parameters',
		...(id !== undefined && { id }),
		parameter: [
			...part('MemberPatient', patient),
			...part('CoverageToMatch', coverageToMatch),
			...part('Consent', consent),
			...part('CoverageToLink', coverageToLink),
		],
	};
}

/**
 * Builds the resources from the fields of a member. All are valid FHIR R4 and reference the member as `Patient/{memberId}`.
 *
 * @param partners if given, the result is a full request, valid for HRex 1.0 to 1.2. HRex 1.0 additionally requires a gender
 *   and a coverage ID system.
 * @param details additional values for a full request
 */
export function matchResources(
	member: MemberFields,
	partners?: ExchangePartners,
	details: HrexDetails = {},
): BuiltResources {
	if (partners) return fullResources(member, partners, details);
	const { coverageToMatch, coverageToLink } = member;
	return {
		patient: memberPatient(member),
		coverageToMatch: coverage('coverage-to-match', coverageToMatch, member),
		consent: consent(member),
		...(coverageToLink && { coverageToLink: coverage('coverage-to-link', coverageToLink, member) }),
	};
}

const UNKNOWN_RELATIONSHIP: fhir4.CodeableConcept = {
	coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }],
};

function fullResources(
	member: MemberFields,
	{ requesting, responding }: ExchangePartners,
	{ birthSex, representative, source }: HrexDetails,
): Required<BuiltResources> {
	const { coverageToMatch, memberIdentifier } = member;
	const { coverageId, coverageIdSystem, relationship } = coverageToMatch;
	const coverageToLink = member.coverageToLink ?? { coverageId: member.memberId, relationship };
	const fullCoverage = (id: string, fields: CoverageFields, plan: Organization): fhir4.Coverage => {
		const plain = coverage(id, withPayer(fields, plan), member);
		const payor = plain.payor.map((each): fhir4.Reference => ({ type: 'Organization', ...each }));
		return { relationship: UNKNOWN_RELATIONSHIP, ...plain, payor };
	};
	const patient = memberPatient(member);
	const plainConsent = consent(member);
	const byRepresentative = representative && representativeConsent(representative, plainConsent.patient);
	return {
		patient: {
			...patient,
			...(birthSex && { extension: [{ url: BIRTH_SEX, valueCode: birthSex }] }),
			...(!memberIdentifier && { identifier: [memberNumber(coverageId, coverageIdSystem)] }),
		},
		coverageToMatch: fullCoverage('coverage-to-match', coverageToMatch, responding),
		coverageToLink: fullCoverage('coverage-to-link', coverageToLink, requesting),
		consent: {
			...plainConsent,
			...(byRepresentative && { contained: byRepresentative.contained }),
			performer: byRepresentative?.performer ?? [plainConsent.patient],
			// The signed document stays with the requesting plan; this identifies it for audits (HRex Consent.source[x]).
			sourceReference: {
				type: 'DocumentReference',
				identifier: omitEmpty<fhir4.Identifier>({
					system: source?.system,
					value: source?.document ?? member.consent.id,
				}),
			},
			provision: {
				...plainConsent.provision,
				actor: [
					{ role: { coding: [PERFORMER] }, reference: organization(responding) },
					{ role: { coding: [RECIPIENT] }, reference: organization(requesting) },
					...(byRepresentative ? [byRepresentative.actor] : []),
				],
				action: [
					{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentaction', code: 'disclose' }] },
				],
			},
		},
	};
}

/** Adds the plan of the connection if the form names no payer. Name and NPI belong together and are not mixed. */
function withPayer(fields: CoverageFields, { name, npi }: Organization): CoverageFields {
	return fields.payerName || fields.payerNpi ? fields : { ...fields, payerName: name, payerNpi: npi };
}

const PERFORMER: fhir4.Coding = {
	system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
	code: 'performer',
};
const RECIPIENT: fhir4.Coding = {
	system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
	code: 'IRCP',
};

function organization({ name, npi }: Organization): fhir4.Reference {
	return omitEmpty<fhir4.Reference>({
		type: 'Organization',
		identifier: npi ? { system: NPI_SYSTEM, value: npi } : undefined,
		display: name,
	});
}

function memberPatient(member: MemberFields): fhir4.Patient {
	const telecom: fhir4.ContactPoint[] = [];
	if (member.phone) telecom.push({ system: 'phone', value: member.phone });
	if (member.email) telecom.push({ system: 'email', value: member.email });
	const address = omitEmpty<fhir4.Address>({
		line: member.addressLine ? [member.addressLine] : [],
		city: member.city,
		state: member.state,
		postalCode: member.postalCode,
	});
	return omitEmpty<fhir4.Patient>({
		resourceType: 'Patient',
		id: member.memberId,
		identifier: member.memberIdentifier
			? [memberNumber(member.memberIdentifier, member.memberIdentifierSystem)]
			: [],
		name: [{ family: member.familyName, given: member.givenNames }],
		telecom,
		gender: member.gender,
		birthDate: member.birthDate,
		address: Object.keys(address).length > 0 ? [address] : [],
	});
}

function coverage(id: string, fields: CoverageFields, member: MemberFields): fhir4.Coverage {
	const classes: fhir4.CoverageClass[] = [];
	if (fields.groupNumber) classes.push(coverageClass('group', fields.groupNumber));
	if (fields.planId) classes.push(coverageClass('plan', fields.planId));
	const period = omitEmpty<fhir4.Period>({ start: fields.periodStart, end: fields.periodEnd });
	return omitEmpty<fhir4.Coverage>({
		resourceType: 'Coverage',
		id,
		identifier: fields.coverageId ? [memberNumber(fields.coverageId, fields.coverageIdSystem)] : [],
		status: 'active',
		subscriberId: fields.subscriberId,
		beneficiary: { reference: `Patient/${member.memberId}` },
		relationship: fields.relationship
			? { coding: [{ system: RELATIONSHIP, code: fields.relationship }] }
			: undefined,
		period: Object.keys(period).length > 0 ? period : undefined,
		payor: [payor(fields, member.tenant)],
		class: classes,
	});
}

/** R4 requires a payor. The default is the tenant, the payer's name at the gateway. */
function payor(fields: CoverageFields, tenant: string | undefined): fhir4.Reference {
	return omitEmpty<fhir4.Reference>({
		identifier: fields.payerNpi ? { system: NPI_SYSTEM, value: fields.payerNpi } : undefined,
		display: fields.payerName ?? (fields.payerNpi ? undefined : tenant),
	});
}

function memberNumber(value: string, system: string | undefined): fhir4.Identifier {
	return omitEmpty<fhir4.Identifier>({ type: MEMBER_NUMBER, system, value });
}

function coverageClass(code: 'group' | 'plan', value: string): fhir4.CoverageClass {
	return { type: { coding: [{ system: COVERAGE_CLASS, code }] }, value };
}

/** The member's consent to this exchange. Scope and category are the fixed values required by R4 and HRex. */
function consent(member: MemberFields): fhir4.Consent & { patient: fhir4.Reference } {
	const { id, start, end, policy } = member.consent;
	return {
		resourceType: 'Consent',
		id,
		status: 'active',
		scope: {
			coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
		},
		category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IDSCL' }] }],
		patient: { reference: `Patient/${member.memberId}` },
		policy: [{ uri: policyUri(policy) }],
		provision: { type: 'permit', period: { start, end } },
	};
}
