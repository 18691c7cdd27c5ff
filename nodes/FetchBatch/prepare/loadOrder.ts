/**
 * The order in which a server that checks references can store the types: what others refer to comes first (R4 references, without those
 * that lead back). All other types stand in the middle; a Provenance points to everything.
 */
const FIRST =
	`Organization InsurancePlan Location HealthcareService Practitioner PractitionerRole OrganizationAffiliation Patient RelatedPerson
	Person Group Coverage Device Medication MedicationKnowledge Substance Specimen BodyStructure EpisodeOfCare Encounter CareTeam Condition
	AllergyIntolerance Goal CarePlan ServiceRequest MedicationRequest Procedure Immunization Media Observation Binary DocumentReference
	DiagnosticReport`.split(/\s+/);
const LAST = 'Claim ClaimResponse ExplanationOfBenefit Composition List Consent Provenance AuditEvent'.split(
	' ',
);

const RANKS = new Map([
	...FIRST.map((type, index): [string, number] => [type, index]),
	...LAST.map((type, index): [string, number] => [type, FIRST.length + 1 + index]),
]);

/** The place of a type in a load, from 0; equal for types whose order does not matter. */
export function loadRank(type: string | undefined): number {
	return RANKS.get(type ?? '') ?? FIRST.length;
}
