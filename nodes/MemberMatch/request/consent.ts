import { textOf } from '../../shared/fhir/json';

/** What a member's consent releases (HRex Consent, `policy.uri`, value set hrex-consent-policy). */
export type ConsentPolicy = 'regular' | 'sensitive';

const POLICY_BASE = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#';

export function policyUri(policy: ConsentPolicy): string {
	return POLICY_BASE + policy;
}

/** The policy that an address of a Consent means; undefined for any other address. */
export function policyOfUri(uri: unknown): ConsentPolicy | undefined {
	return textOf(uri)?.startsWith(POLICY_BASE) ? readPolicy(uri) : undefined;
}

/** The policy of a roster row or of a Consent: `regular`, `sensitive` or one of the two addresses; undefined for anything else. */
export function readPolicy(value: unknown): ConsentPolicy | undefined {
	const text = (textOf(value) ?? '').replace(POLICY_BASE, '').toLowerCase();
	return text === 'regular' || text === 'sensitive' ? text : undefined;
}

/** Who gave a consent for the member, by law. */
export interface Representative {
	familyName: string;
	givenNames: string[];
	role: RepresentativeRole;
}

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-';

/**
 * By what a person may consent for a member: codes of the R4 value set security-role-type, to which roles of actors are bound
 * (Consent.provision.actor.role). PDex names DPOWATT and HPOWATT (pdex-206).
 */
export const ROLE_CODES = ['DPOWATT', 'GUADLTM', 'GUARD', 'HPOWATT', 'POWATT', 'RESPRSN', 'SPOWATT'] as const;
export type RepresentativeRole = (typeof ROLE_CODES)[number];

/** Each role with the code system from which that value set takes it. */
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

/** What a consent that a representative gave says of them. */
export interface ConsentOfRepresentative {
	contained: fhir4.RelatedPerson[];
	performer: fhir4.Reference[];
	actor: fhir4.ConsentProvisionActor;
}

/**
 * A representative as PDex asks for one (pdex-205, pdex-206): a person contained in the Consent, who performs it and is an actor with
 * the role that lets them.
 *
 * @param patient reference to the member
 */
export function consentOf(
	{ familyName, givenNames, role }: Representative,
	patient: fhir4.Reference,
): ConsentOfRepresentative {
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
