import {
	base,
	concept,
	dataLastUpdated,
	patient,
	payer,
	pick,
	refer,
	referIfAny,
	someDay,
	term,
	type ResourceSeed,
} from './context';
import type { ResourceType } from '../members';

const loinc = 'http://loinc.org';
const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition';

const measurements = [
	{ code: '4548-4', display: 'Hemoglobin A1c/Hemoglobin.total in Blood', unit: '%', low: 48, steps: 40 },
	{ code: '2339-0', display: 'Glucose [Mass/volume] in Blood', unit: 'mg/dL', low: 700, steps: 900 },
	{
		code: '2093-3',
		display: 'Cholesterol [Mass/volume] in Serum or Plasma',
		unit: 'mg/dL',
		low: 1400,
		steps: 1200,
	},
] as const;

const provenanceTargets: readonly ResourceType[] = [
	'ExplanationOfBenefit',
	'Encounter',
	'Observation',
	'Condition',
];

/** A laboratory value. */
export function makeObservation(at: ResourceSeed): fhir4.Observation {
	const { code, display, unit, low, steps } = pick(at, measurements);
	const [encounter] = referIfAny(at, 'Encounter');
	const [specimen] = referIfAny(at, 'Specimen');
	return {
		...base(at, 'Observation', `${usCore}/us-core-observation-lab`),
		status: 'final',
		category: [term('observation-category', 'laboratory')],
		code: concept(loinc, code, display),
		subject: patient(at),
		...(encounter ? { encounter } : {}),
		effectiveDateTime: `${someDay(at)}T09:15:00Z`,
		valueQuantity: {
			value: (low + at.random(steps)) / 10,
			unit,
			system: 'http://unitsofmeasure.org',
			code: unit,
		},
		...(specimen ? { specimen } : {}),
	};
}

/** A sample that was taken. */
export function makeSpecimen(at: ResourceSeed): fhir4.Specimen {
	return {
		...base(at, 'Specimen'),
		status: 'available',
		type: concept('http://snomed.info/sct', '119297000', 'Blood specimen'),
		subject: patient(at),
		receivedTime: `${someDay(at)}T10:00:00Z`,
	};
}

/** A laboratory report. */
export function makeDiagnosticReport(at: ResourceSeed): fhir4.DiagnosticReport {
	const day = someDay(at);
	const result = referIfAny(at, 'Observation');
	return {
		...base(at, 'DiagnosticReport', `${usCore}/us-core-diagnosticreport-lab`),
		status: 'final',
		category: [term('v2-0074', 'LAB')],
		code: concept(loinc, '51990-0', 'Basic metabolic panel - Blood'),
		subject: patient(at),
		effectiveDateTime: `${day}T09:15:00Z`,
		issued: `${day}T16:00:00.000Z`,
		...(result.length > 0 ? { result } : {}),
	};
}

/** A note, its text within the resource. */
export function makeDocumentReference(at: ResourceSeed): fhir4.DocumentReference {
	const day = someDay(at);
	const note = `Synthetic visit note of ${day}. No person is described.`;
	return {
		...base(at, 'DocumentReference', `${usCore}/us-core-documentreference`),
		status: 'current',
		type: concept(loinc, '34133-9', 'Summary of episode note'),
		category: [
			{
				coding: [
					{
						system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
						code: 'clinical-note',
					},
				],
			},
		],
		subject: patient(at),
		date: `${day}T17:00:00.000Z`,
		content: [
			{
				attachment: {
					contentType: 'text/plain',
					data: Buffer.from(note).toString('base64'),
					title: 'Visit note',
				},
			},
		],
	};
}

/** Where a resource came from. */
export function makeProvenance(at: ResourceSeed): fhir4.Provenance {
	const type = pick(
		at,
		provenanceTargets.filter((target) => at.counts[target]),
	);
	return {
		...base(at, 'Provenance', `${usCore}/us-core-provenance`),
		target: [refer(at, type, type)],
		recorded: dataLastUpdated,
		agent: [
			{
				type: term('provenance-participant-type', 'author'),
				who: payer(at),
			},
		],
	};
}
