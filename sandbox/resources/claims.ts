import {
	base,
	concept,
	patient,
	payer,
	pick,
	refer,
	referIfAny,
	someDay,
	term,
	type ResourceSeed,
} from './context';

const carin = 'http://hl7.org/fhir/us/carin-bb';

const diagnoses: ReadonlyArray<[string, string]> = [
	['E11.9', 'Type 2 diabetes mellitus without complications'],
	['I10', 'Essential (primary) hypertension'],
	['J06.9', 'Acute upper respiratory infection, unspecified'],
	['M54.50', 'Low back pain, unspecified'],
	['Z00.00', 'Encounter for general adult medical examination without abnormal findings'],
];

const services: ReadonlyArray<[string, string]> = [
	['G0438', 'Annual wellness visit; initial visit'],
	['G0439', 'Annual wellness visit; subsequent visit'],
	['G0463', 'Hospital outpatient clinic visit'],
	['J1815', 'Injection, insulin, per 5 units'],
];

/** The member's coverage with this payer. */
export function makeCoverage(at: ResourceSeed): fhir4.Coverage {
	const { coverageId } = at.member.row;
	return {
		...base(at, 'Coverage', `${carin}/StructureDefinition/C4BB-Coverage`),
		identifier: [
			{ type: term('v2-0203', 'MB'), system: 'https://payer.example/coverage-id', value: coverageId },
		],
		status: at.index === 0 ? 'active' : 'cancelled',
		type: term('v3-ActCode', 'HMO'),
		subscriberId: coverageId,
		beneficiary: patient(at),
		relationship: term('subscriber-relationship', 'self'),
		period: { start: `${2026 - at.index}-01-01`, end: `${2026 - at.index}-12-31` },
		payor: [payer(at)],
		class: [{ type: term('coverage-class', 'plan'), value: 'EX-HMO-1', name: 'Example HMO' }],
	};
}

/** A professional claim without any amount of money, as payer-to-payer exchange asks for. */
export function makeExplanationOfBenefit(at: ResourceSeed): fhir4.ExplanationOfBenefit {
	const day = someDay(at);
	const [diagnosisCode, diagnosis] = pick(at, diagnoses);
	const [encounter] = referIfAny(at, 'Encounter');
	const lines = 1 + at.random(3);
	return {
		...base(
			at,
			'ExplanationOfBenefit',
			`${carin}/StructureDefinition/C4BB-ExplanationOfBenefit-Professional-NonClinician-Basis`,
		),
		identifier: [
			{
				type: { coding: [{ system: `${carin}/CodeSystem/C4BBIdentifierType`, code: 'uc' }] },
				system: 'https://payer.example/claim-id',
				value: `CLM-${at.member.row.memberId}-${at.index + 1}`,
			},
		],
		status: 'active',
		type: term('claim-type', 'professional'),
		use: 'claim',
		patient: patient(at),
		billablePeriod: { start: day, end: day },
		created: `${day}T18:00:00Z`,
		insurer: payer(at),
		provider: refer(at, 'Practitioner', 'Dr. Elena Petrova'),
		outcome: 'complete',
		supportingInfo: [
			{
				sequence: 1,
				category: {
					coding: [{ system: `${carin}/CodeSystem/C4BBSupportingInfoType`, code: 'clmrecvddate' }],
				},
				timingDate: day,
			},
		],
		diagnosis: [
			{
				sequence: 1,
				diagnosisCodeableConcept: concept('http://hl7.org/fhir/sid/icd-10-cm', diagnosisCode, diagnosis),
				type: [term('ex-diagnosistype', 'principal')],
			},
		],
		insurance: [{ focal: true, coverage: refer(at, 'Coverage', 'Example HMO') }],
		item: Array.from({ length: lines }, (_, line) => {
			const [code, service] = pick(at, services);
			return {
				sequence: line + 1,
				diagnosisSequence: [1],
				productOrService: concept('http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', code, service),
				servicedDate: day,
				...(encounter ? { encounter: [encounter] } : {}),
			};
		}),
	};
}
