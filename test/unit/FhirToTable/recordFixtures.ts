/** Records as payers send them by US Core and PDex, for what the sandbox's members do not have. All of it is invented. */

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const US_CORE = 'http://hl7.org/fhir/us/core';
const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const NPI = 'http://hl7.org/fhir/sid/us-npi';

const coded = (system: string, code: string, display?: string) => ({
	coding: [{ system, code, ...(display === undefined ? {} : { display }) }],
});
const quantity = (value: number, unit: string, code = unit, comparator?: string) => ({
	valueQuantity: { value, unit, system: UCUM, code, ...(comparator === undefined ? {} : { comparator }) },
});
const subject = { reference: 'Patient/m1' };

export const bloodPressure = {
	resourceType: 'Observation',
	id: 'bp1',
	status: 'final',
	category: [coded(`${HL7}/observation-category`, 'vital-signs')],
	code: coded(LOINC, '85354-9', 'Blood pressure panel'),
	subject,
	effectiveDateTime: '2026-01-10T09:00:00-06:00',
	component: [
		{ code: coded(LOINC, '8480-6', 'Systolic blood pressure'), ...quantity(128, 'mmHg', 'mm[Hg]') },
		{ code: coded(LOINC, '8462-4', 'Diastolic blood pressure'), ...quantity(82, 'mmHg', 'mm[Hg]') },
	],
};

export const smoking = {
	resourceType: 'Observation',
	id: 'smoking1',
	status: 'final',
	category: [coded(`${HL7}/observation-category`, 'social-history')],
	code: { ...coded(LOINC, '72166-2'), text: 'Tobacco smoking status' },
	subject,
	effectivePeriod: { start: '2026-01-10' },
	valueCodeableConcept: coded('http://snomed.info/sct', '8517006', 'Ex-smoker'),
};

export const troponin = {
	resourceType: 'Observation',
	id: 'troponin1',
	status: 'final',
	category: [coded(`${HL7}/observation-category`, 'laboratory')],
	code: coded(LOINC, '6598-7', 'Troponin T.cardiac'),
	subject,
	effectiveDateTime: '2026-01-10',
	issued: '2026-01-11T08:00:00Z',
	...quantity(0.01, 'ng/mL', 'ng/mL', '<'),
	referenceRange: [{ high: { value: 0.04 } }],
	interpretation: [coded(`${HL7}/v3-ObservationInterpretation`, 'N')],
};

export const dispense = {
	resourceType: 'MedicationDispense',
	id: 'md1',
	extension: [
		{
			url: 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/DispenseRefill',
			valueQuantity: { value: 1 },
		},
	],
	status: 'completed',
	medicationCodeableConcept: coded('http://hl7.org/fhir/sid/ndc', '0777-3105-02', 'Fluoxetine 20 MG'),
	subject,
	performer: [{ actor: { reference: 'Organization/pharmacy' } }],
	authorizingPrescription: [{ reference: 'MedicationRequest/mr1' }],
	quantity: { value: 30, unit: 'EA' },
	daysSupply: { value: 30, unit: 'd' },
	whenHandedOver: '2026-02-02T15:00:00-06:00',
};

export const practitionerRole = {
	resourceType: 'PractitionerRole',
	id: 'pr1',
	active: true,
	practitioner: { reference: 'Practitioner/p1' },
	organization: { reference: 'Organization/clinic', display: 'Lakeside Clinic' },
	code: [coded('http://nucc.org/provider-taxonomy', '207R00000X')],
	specialty: [coded('http://nucc.org/provider-taxonomy', '207R00000X', 'Internal Medicine Physician')],
};

export const practitioner = {
	resourceType: 'Practitioner',
	id: 'p1',
	identifier: [
		{ use: 'old', system: NPI, value: '1999999984' },
		{ system: NPI, value: '1234567893' },
	],
	name: [
		{ use: 'maiden', family: 'Ivanova', given: ['Elena'] },
		{ family: 'Petrova', given: ['Elena', 'M.'] },
	],
};

export const patient = {
	resourceType: 'Patient',
	id: 'm1',
	extension: [
		{
			url: `${US_CORE}/StructureDefinition/us-core-race`,
			extension: [
				{ url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2106-3' } },
				{ url: 'text', valueString: 'White' },
			],
		},
		{
			url: `${US_CORE}/StructureDefinition/us-core-ethnicity`,
			extension: [
				{ url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2186-5' } },
			],
		},
		{ url: `${US_CORE}/StructureDefinition/us-core-birthsex`, valueCode: 'F' },
	],
	identifier: [
		{ type: coded(`${HL7}/v2-0203`, 'MB'), system: 'https://payer.example/member', value: 'M-1' },
		{
			type: coded('http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp', 'UMB'),
			system: 'https://payer.example/umb',
			value: 'U-1',
		},
	],
	name: [{ use: 'official', family: 'Rivera', given: ['Ana', 'Lucia'], suffix: ['Jr.'] }],
	gender: 'other',
	birthDate: '1980-05-01',
	deceasedDateTime: '2026-03',
	telecom: [
		{ use: 'old', system: 'phone', value: '555-0100' },
		{ system: 'phone', value: '555-0101' },
	],
	address: [
		{ use: 'old', city: 'Madison' },
		{ line: ['1 Example Street'], city: 'Springfield', state: 'IL', postalCode: '62701' },
	],
};

export const provenance = {
	resourceType: 'Provenance',
	id: 'prov1',
	target: [{ reference: 'ExplanationOfBenefit/in1' }, { reference: 'Bundle/b1' }],
	recorded: '2026-03-01T10:00:00Z',
	agent: [
		{
			type: coded(`${US_CORE}/CodeSystem/us-core-provenance-participant-type`, 'transmitter'),
			who: { identifier: { system: NPI, value: '1982947230' }, display: 'Bison Health Plan' },
		},
		{
			type: coded(`${HL7}/provenance-participant-type`, 'author'),
			who: { reference: 'Organization/hospital' },
		},
	],
	entity: [
		{
			role: 'source',
			what: { display: 'claim of the hospital' },
			extension: [
				{
					url: 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/ProvenanceSourceFrom',
					valueCodeableConcept: coded(
						'http://hl7.org/fhir/us/davinci-pdex/CodeSystem/ProvenancePayerDataSource',
						'x12837',
					),
				},
			],
		},
	],
};

export const document = {
	resourceType: 'DocumentReference',
	id: 'd1',
	status: 'current',
	type: coded(LOINC, '11506-3', 'Progress note'),
	subject,
	content: [
		{
			attachment: {
				contentType: 'application/pdf',
				url: 'https://Files.payer.example:8443/d1?token=s3cret',
				size: 1200,
			},
		},
		{ attachment: { contentType: 'text/plain', data: 'aGk=' } },
	],
};

export const records = {
	bloodPressure,
	smoking,
	troponin,
	dispense,
	practitionerRole,
	practitioner,
	patient,
	provenance,
	document,
};
