import { textOf } from '../../shared/fhir/json';

/** What a member's consent releases (HRex Consent, `policy.uri`, value set hrex-consent-policy). */
export type ConsentPolicy = 'regular' | 'sensitive';

const POLICY_BASE = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#';

export function policyUri(policy: ConsentPolicy): string {
	return POLICY_BASE + policy;
}

/** The policy for a policy URI of a Consent; undefined for any other URI. */
export function policyFromUri(uri: unknown): ConsentPolicy | undefined {
	return textOf(uri)?.startsWith(POLICY_BASE) ? readPolicy(uri) : undefined;
}

/** Reads a policy: `regular`, `sensitive` or one of the two URIs; undefined for anything else. */
export function readPolicy(value: unknown): ConsentPolicy | undefined {
	const text = (textOf(value) ?? '').replace(POLICY_BASE, '').toLowerCase();
	return text === 'regular' || text === 'sensitive' ? text : undefined;
}

/** The legal representative who gave the consent. */
export interface Representative {
	familyName: string;
	givenNames: string[];
	role: RepresentativeRole;
}

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-';

/**
 * Roles that allow a person to consent for a member: codes of the R4 value set security-role-type, the binding of
 * Consent.provision.actor.role. PDex names DPOWATT and HPOWATT (pdex-206).
 */
export const ROLE_CODES = ['DPOWATT', 'GUADLTM', 'GUARD', 'HPOWATT', 'POWATT', 'RESPRSN', 'SPOWATT'] as const;
export type RepresentativeRole = (typeof ROLE_CODES)[number];

/** The code system of each role. */
export const REPRESENTATIVE_ROLES: Readonly<Record<RepresentativeRole, string>> = {
	DPOWATT: `${V3}RoleCode`,
	GUADLTM: `${V3}RoleCode`,
	GUARD: `${V3}RoleClass`,
	HPOWATT: `${V3}RoleCode`,
	POWATT: `${V3}RoleCode`,
	RESPRSN: `${V3}RoleCode`,
	SPOWATT: `${V3}RoleCode`,
};

const ID = 'representative';

/** The elements of a Consent given by a representative. */
export interface RepresentativeConsent {
	contained: fhir4.RelatedPerson[];
	performer: fhir4.Reference[];
	actor: fhir4.ConsentProvisionActor;
}

/**
 * The representation of a representative in a Consent (pdex-205, pdex-206): a contained person who is the performer, and an
 * actor with the legal role.
 *
 * @param patient reference to the member
 */
export function representativeConsent(
	{ familyName, givenNames, role }: Representative,
	patient: fhir4.Reference,
): RepresentativeConsent {
	const coding = [{ system: REPRESENTATIVE_ROLES[role], code: role }];
	const reference = { reference: `#${ID}` };
	return {
		contained: [
			{
				resourceType: 'RelatedPerson',
				id: ID,
				active: true,
				patient,
				relationship: [{ coding }],
				name: [{ family: familyName, given: givenNames }],
			},
		],
		performer: [reference],
		actor: { role: { coding }, reference },
	};
}
