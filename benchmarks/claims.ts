const CARIN = 'http://hl7.org/fhir/us/carin-bb';
const coded = (system: string, code: string, display: string) => ({ coding: [{ system, code, display }] });
const TERMS = 'http://terminology.hl7.org/CodeSystem';

/** A synthetic claim of some 1.3 kB, the same at every run. */
export function claim(n: number): object {
	return {
		resourceType: 'ExplanationOfBenefit',
		id: `eob-${n}`,
		meta: {
			lastUpdated: `2026-05-0${(n % 9) + 1}T00:00:00Z`,
			profile: [
				'http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit-Professional-NonClinician',
			],
		},
		status: 'active',
		type: coded(`${TERMS}/claim-type`, 'professional', 'Professional'),
		use: 'claim',
		patient: { reference: `Patient/${n % 977}`, display: ['Whitfield', 'Okafor', 'Álvarez'][n % 3] },
		billablePeriod: { start: '2026-01-01', end: '2026-01-02' },
		created: '2026-01-05',
		insurer: { reference: 'Organization/bison' },
		outcome: 'complete',
		insurance: [{ focal: true, coverage: { reference: `Coverage/${n % 977}` } }],
		item: [1, 2].map((sequence) => ({
			sequence,
			productOrService: coded('http://www.ama-assn.org/go/cpt', `9921${sequence}`, 'Office visit'),
			servicedPeriod: { start: '2026-01-01' },
			adjudication: [
				{
					category: coded(`${TERMS}/adjudication`, 'submitted', 'Submitted Amount'),
					amount: { value: 100.5 + (n % 77), currency: 'USD' },
				},
			],
		})),
	};
}

const CARIN_CODES = `${CARIN}/CodeSystem`;
const info = (sequence: number, category: string, more: object) => ({
	sequence,
	category: coded(`${CARIN_CODES}/C4BBSupportingInfoType`, category, category),
	...more,
});

/** A synthetic institutional claim of four lines and some 3.7 kB without amounts, as payers exchange it (CARIN, Basis), the same at every run. */
export function fourLineClaim(n: number): object {
	const day = (offset: number) => `2026-0${(n % 9) + 1}-${String(((n + offset) % 28) + 1).padStart(2, '0')}`;
	return {
		resourceType: 'ExplanationOfBenefit',
		id: `eob-${n}`,
		meta: {
			lastUpdated: `2026-05-0${(n % 9) + 1}T00:00:00Z`,
			profile: [`${CARIN}/StructureDefinition/C4BB-ExplanationOfBenefit-Inpatient-Institutional-Basis`],
		},
		identifier: [
			{ type: coded(`${CARIN_CODES}/C4BBIdentifierType`, 'uc', 'Unique Claim ID'), value: `A-${n * 7919}` },
		],
		status: 'active',
		type: coded(`${TERMS}/claim-type`, 'institutional', 'Institutional'),
		use: 'claim',
		patient: { reference: `Patient/${n % 977}`, display: ['Whitfield', 'Okafor', 'Álvarez'][n % 3] },
		billablePeriod: { start: day(0), end: day(3) },
		created: '2026-10-05',
		insurer: { reference: 'Organization/bison' },
		provider: { reference: `Organization/org-${n % 61}` },
		outcome: 'complete',
		careTeam: [
			{
				sequence: 1,
				provider: { reference: `Practitioner/p-${n % 89}` },
				role: coded(`${CARIN_CODES}/C4BBClaimCareTeamRole`, 'attending', 'Attending'),
			},
			{
				sequence: 2,
				provider: { reference: `Practitioner/p-${n % 97}` },
				role: coded(`${CARIN_CODES}/C4BBClaimCareTeamRole`, 'rendering', 'Rendering'),
			},
		],
		supportingInfo: [
			info(1, 'typeofbill', {
				code: coded('https://www.nubc.org/CodeSystem/TypeOfBill', '0111', 'Hospital'),
			}),
			info(2, 'admissionperiod', { timingPeriod: { start: day(0), end: day(3) } }),
			info(3, 'discharge-status', {
				code: coded('https://www.nubc.org/CodeSystem/PatDischargeStatus', '01', 'Home'),
			}),
		],
		diagnosis: [
			{
				sequence: 1,
				diagnosisCodeableConcept: coded('http://hl7.org/fhir/sid/icd-10-cm', 'E11.9', 'Type 2 diabetes'),
				type: [coded(`${TERMS}/ex-diagnosistype`, 'principal', 'Principal')],
			},
		],
		insurance: [{ focal: true, coverage: { reference: `Coverage/${n % 977}` } }],
		item: [1, 2, 3, 4].map((sequence) => ({
			sequence,
			careTeamSequence: [2],
			revenue: coded('https://www.nubc.org/CodeSystem/RevenueCodes', `030${sequence}`, 'Laboratory'),
			productOrService: coded('http://www.ama-assn.org/go/cpt', `8004${sequence}`, 'Panel, metabolic'),
			servicedDate: day(sequence % 3),
			locationCodeableConcept: coded(
				'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set',
				'21',
				'Inpatient Hospital',
			),
			quantity: { value: sequence + (n % 4) / 2 },
			adjudication: [
				{
					category: coded(`${CARIN_CODES}/C4BBAdjudicationDiscriminator`, 'billingnetworkstatus', 'Network'),
					reason: coded(`${CARIN_CODES}/C4BBPayerAdjudicationStatus`, 'innetwork', 'In Network'),
				},
			],
		})),
	};
}
