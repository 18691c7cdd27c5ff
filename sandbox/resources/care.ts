import { TERMINOLOGY } from '../codeSystems';
import { base, concept, patient, pick, refer, referIfAny, someDay, term, type ResourceSeed } from './context';

const snomed = 'http://snomed.info/sct';
const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition';

const visits: ReadonlyArray<[string, string]> = [
	['185349003', 'Encounter for check up'],
	['185345009', 'Encounter for symptom'],
	['390906007', 'Follow-up encounter'],
];

const conditions: ReadonlyArray<[string, string]> = [
	['44054006', 'Diabetes mellitus type 2'],
	['38341003', 'Hypertensive disorder, systemic arterial'],
	['195967001', 'Asthma'],
	['55822004', 'Hyperlipidemia'],
];

const procedures: ReadonlyArray<[string, string]> = [
	['73761001', 'Colonoscopy'],
	['430193006', 'Medication reconciliation'],
	['268400002', '12 lead electrocardiogram'],
];

const medications: ReadonlyArray<[string, string]> = [
	['860975', '24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet'],
	['314076', 'lisinopril 10 MG Oral Tablet'],
	['617311', 'atorvastatin 40 MG Oral Tablet'],
];

const allergens: ReadonlyArray<[string, string]> = [
	['91936005', 'Allergy to penicillin'],
	['91935009', 'Allergy to peanut'],
	['300916003', 'Allergy to latex'],
];

const vaccines: ReadonlyArray<[string, string]> = [
	['140', 'Influenza, seasonal, injectable, preservative free'],
	['115', 'Tdap'],
	['133', 'Pneumococcal conjugate PCV 13'],
];

/** A visit. */
export function makeEncounter(at: ResourceSeed): fhir4.Encounter {
	const day = someDay(at);
	const [code, display] = pick(at, visits);
	return {
		...base(at, 'Encounter', `${usCore}/us-core-encounter`),
		status: 'finished',
		class: {
			system: `${TERMINOLOGY}/v3-ActCode`,
			code: 'AMB',
			display: 'ambulatory',
		},
		type: [concept(snomed, code, display)],
		subject: patient(at),
		participant: referIfAny(at, 'Practitioner').map((individual) => ({ individual })),
		period: { start: `${day}T09:00:00Z`, end: `${day}T09:30:00Z` },
		serviceProvider: refer(at, 'Organization', 'Lakeside Clinic'),
	};
}

/** A problem of the member's problem list. */
export function makeCondition(at: ResourceSeed): fhir4.Condition {
	const [code, display] = pick(at, conditions);
	return {
		...base(at, 'Condition', `${usCore}/us-core-condition-problems-health-concerns`),
		clinicalStatus: term('condition-clinical', 'active'),
		verificationStatus: term('condition-ver-status', 'confirmed'),
		category: [term('condition-category', 'problem-list-item')],
		code: concept(snomed, code, display),
		subject: patient(at),
		onsetDateTime: someDay(at),
	};
}

/** Something that was done. */
export function makeProcedure(at: ResourceSeed): fhir4.Procedure {
	const [code, display] = pick(at, procedures);
	return {
		...base(at, 'Procedure', `${usCore}/us-core-procedure`),
		status: 'completed',
		code: concept(snomed, code, display),
		subject: patient(at),
		performedDateTime: someDay(at),
	};
}

/** A prescription. */
export function makeMedicationRequest(at: ResourceSeed): fhir4.MedicationRequest {
	const [code, display] = pick(at, medications);
	return {
		...base(at, 'MedicationRequest', `${usCore}/us-core-medicationrequest`),
		status: pick(at, ['active', 'completed', 'stopped'] as const),
		intent: 'order',
		medicationCodeableConcept: concept('http://www.nlm.nih.gov/research/umls/rxnorm', code, display),
		subject: patient(at),
		authoredOn: someDay(at),
		requester: refer(at, 'Practitioner', 'Dr. Elena Petrova'),
		dosageInstruction: [{ text: 'Take one tablet by mouth once a day' }],
	};
}

/** An allergy. */
export function makeAllergyIntolerance(at: ResourceSeed): fhir4.AllergyIntolerance {
	const [code, display] = pick(at, allergens);
	return {
		...base(at, 'AllergyIntolerance', `${usCore}/us-core-allergyintolerance`),
		clinicalStatus: term('allergyintolerance-clinical', 'active'),
		verificationStatus: term('allergyintolerance-verification', 'confirmed'),
		code: concept(snomed, code, display),
		patient: patient(at),
		recordedDate: someDay(at),
	};
}

/** A vaccination. */
export function makeImmunization(at: ResourceSeed): fhir4.Immunization {
	const [code, display] = pick(at, vaccines);
	return {
		...base(at, 'Immunization', `${usCore}/us-core-immunization`),
		status: 'completed',
		vaccineCode: concept('http://hl7.org/fhir/sid/cvx', code, display),
		patient: patient(at),
		occurrenceDateTime: someDay(at),
		primarySource: true,
	};
}
