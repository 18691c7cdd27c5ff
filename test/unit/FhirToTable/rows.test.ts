import { finishedRows, tableNamed, viewRows } from '../../support/finishedRows';
import { claims } from './claimFixtures';
import { records } from './recordFixtures';

/** Rows checked by hand against the claims and records they are of. */

/** The filled columns of each row. */
function filled(table: string, resource: object, keyPrefix = ''): Array<Record<string, unknown>> {
	return finishedRows(tableNamed(table), resource, { keyPrefix }).map((row) =>
		Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
	);
}
/** Some columns of each row. */
function some(table: string, resource: object, ...columns: string[]): unknown[][] {
	return finishedRows(tableNamed(table), resource).map((row) => columns.map((column) => row[column]));
}

const HEADER = {
	person_key: 'plan:a/Patient/m1',
	claim_start_date: '2026-01-10',
	claim_end_date: '2026-01-14',
	created_date: '2026-01-20T09:00:00-06:00',
	insurer_key: 'plan:a/Organization/plan',
	insurer_name: 'Example Health Plan',
	coverage_key: 'plan:a/Coverage/c1',
	last_updated: '2026-03-01T10:00:00Z',
};

test('an inpatient claim: stay, bill type without its leading 0, DRG, a line without a code', () => {
	expect(filled('medical_claim', claims.inpatient, 'plan:a/')).toEqual([
		{
			...HEADER,
			claim_key: 'plan:a/ExplanationOfBenefit/in1',
			claim_id: 'CLM-in1',
			claim_status: 'active',
			claim_type: 'institutional',
			claim_type_code: 'institutional',
			claim_subtype: 'inpatient',
			current_flag: 1,
			admission_date: '2026-01-10T22:15:00-06:00',
			discharge_date: '2026-01-14',
			admit_source_code: '1',
			admit_type_code: '3',
			discharge_disposition_code: '01',
			bill_type_code: '111',
			drg_system:
				'https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software',
			drg_code: '470',
			drg_code_type: 'ms-drg',
			billing_key: 'plan:a/Organization/hospital',
			attending_key: 'plan:a/Practitioner/p1',
			operating_key: 'plan:a/Practitioner/p2',
			received_date: '2026-01-18',
			paid_date: '2026-01-25',
			payment_status: 'paid',
			billing_network_status: 'innetwork',
			benefit_payment_status: 'outofnetwork',
			in_network_flag: 1,
			claim_line_number: 1,
			service_period_start: '2026-01-10',
			service_period_end: '2026-01-14',
			claim_line_start_date: '2026-01-10',
			claim_line_end_date: '2026-01-14',
			revenue_center_code: '0360',
			service_unit_quantity: 4,
		},
	]);
});

test('a professional claim: providers and network of each line, replaced by another claim', () => {
	const common = {
		...HEADER,
		claim_key: 'plan:a/ExplanationOfBenefit/pro1',
		claim_id: 'CLM-pro1',
		claim_status: 'active',
		claim_type: 'professional',
		claim_type_code: 'professional',
		current_flag: 0,
		replaced_by_claim_id: 'CLM-pro2',
		replaces_claim_id: 'CLM-pro0',
		referring_key: 'plan:a/Practitioner/p3',
		facility_key: 'plan:a/Organization/clinic',
	};
	expect(filled('medical_claim', claims.professional, 'plan:a/')).toEqual([
		{
			...common,
			claim_line_number: 1,
			rendering_key: 'plan:a/Practitioner/p2',
			service_date: '2026-01-10',
			claim_line_start_date: '2026-01-10',
			claim_line_end_date: '2026-01-10',
			place_of_service_code: '11',
			service_unit_quantity: 1,
			service_unit: 'UN',
			hcpcs_code: '99213',
			hcpcs_modifier_1: '25',
			hcpcs_modifier_2: '59',
			service_code: '99213',
			service_code_system: 'http://www.ama-assn.org/go/cpt',
			encounter_key: 'plan:a/Encounter/e1',
			allowed_units: 1,
			line_benefit_payment_status: 'outofnetwork',
			in_network_flag: 0,
		},
		{
			...common,
			claim_line_number: 2,
			rendering_key: 'plan:a/Practitioner/p1',
			service_period_start: '2026-01-10',
			service_period_end: '2026-01-11',
			claim_line_start_date: '2026-01-10',
			claim_line_end_date: '2026-01-11',
			hcpcs_code: 'J1815',
			service_code: 'J1815',
			service_code_system: 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
			service_description: 'Injection, insulin',
			line_benefit_payment_status: 'other',
		},
	]);
});

test.each([
	['Practitioner/', 'https://fhir.payer.example/r4', ['plan:a/Practitioner/p2', 'plan:a/Practitioner/p1']],
	[
		'https://fhir.payer.example/r4/Practitioner/',
		'https://fhir.payer.example/r4',
		['plan:a/Practitioner/p2', 'plan:a/Practitioner/p1'],
	],
	['https://elsewhere.example/Practitioner/', 'https://fhir.payer.example/r4', [null, null]],
])('a provider of a line by %s is a key where the payer is %s', (before, fhirBase, keys) => {
	const text = JSON.stringify(claims.professional).replaceAll('"Practitioner/', `"${before}`);
	const origin = { keyPrefix: 'plan:a/', fhirBase };
	const rows = finishedRows(tableNamed('medical_claim'), JSON.parse(text) as object, origin);
	expect(rows.map((row) => row.rendering_key)).toEqual(keys);
	expect(rows[0].billing_key).toBe('plan:a/Organization/group');
});

test('a claim without lines or number: one row, line 1, its key in place of the number', () => {
	expect(
		some(
			'medical_claim',
			claims.oral,
			'claim_id',
			'claim_line_number',
			'claim_type',
			'claim_type_code',
			'current_flag',
		),
	).toEqual([['ExplanationOfBenefit/oral1', 1, 'undetermined', 'oral', 0]]);
});

test('money is a column and never a value, also where a payer sends it', () => {
	const amount = {
		category: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adjudication', code: 'benefit' }] },
		amount: { value: 123.45, currency: 'USD' },
	};
	const claim = { ...claims.inpatient, item: [{ sequence: 1, adjudication: [amount] }], total: [amount] };
	const columns = 'paid allowed charge coinsurance copayment deductible total_cost'.split(' ');
	expect(some('medical_claim', claim, ...columns.map((name) => `${name}_amount`))).toEqual([
		columns.map(() => null),
	]);
	expect(JSON.stringify(finishedRows(tableNamed('medical_claim'), claim))).not.toContain('123.45');
});

test('a pharmacy claim: NDC in 11 digits, an ingredient of a compound', () => {
	const columns = [
		'claim_line_number',
		'ndc_code',
		'ndc_code_as_sent',
		'ingredient_ndc_code',
		'quantity',
		'quantity_unit',
	];
	expect(some('pharmacy_claim', claims.pharmacy, ...columns)).toEqual([
		[1, '00777310502', '0777-3105-02', null, 30, 'EA'],
		[2, null, null, '00093-7180-01', null, null],
	]);
	const header = [
		...[
			'days_supply',
			'refills',
			'refills_authorized',
			'dispensing_date',
			'prescribing_key',
			'dispensing_key',
		],
		...[
			'brand_generic_code',
			'dispense_as_written_code',
			'prescription_origin_code',
			'compound_code',
			'in_network_flag',
		],
	];
	const [first] = some('pharmacy_claim', claims.pharmacy, ...header);
	expect(first).toEqual([
		30,
		0,
		3,
		'2026-02-02',
		'Practitioner/p1',
		'Organization/pharmacy',
		'2',
		'7',
		'1',
		'1',
		1,
	]);
	expect(finishedRows(tableNamed('medical_claim'), claims.pharmacy)).toEqual([]);
});

test.each([
	['0777-3105-02', '00777310502'],
	['50242-040-62', '50242004062'],
	['60575-4112-1', '60575411201'],
	['00093-7180-01', '00093718001'],
	['00093718001', '00093718001'],
	// Ten digits without groups, and groups that are none of a code: nobody can tell where the 0 belongs.
	['0777310502', '0777310502'],
	['0777-310-2', '0777-310-2'],
])('NDC %s is %s', (sent, code) => {
	const item = [{ productOrService: { coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: sent }] } }];
	expect(some('pharmacy_claim', { ...claims.pharmacy, item }, 'ndc_code', 'ndc_code_as_sent')).toEqual([
		[code, sent],
	]);
});

test('diagnoses and procedures: the principal one has rank 1, the others follow by sequence', () => {
	const columns = [
		'rank',
		'diagnosis_code',
		'diagnosis_type',
		'diagnosis_code_type',
		'present_on_admit_code',
		'condition_key',
	];
	expect(some('claim_diagnosis', claims.inpatient, ...columns)).toEqual([
		[3, 'I10', 'other', 'icd-10-cm', null, null],
		[1, 'M17.11', 'principal', 'icd-10-cm', 'Y', null],
		[2, 'M25.561', 'admitting', 'icd-10-cm', null, null],
		[4, null, null, null, null, 'Condition/co1'],
	]);
	expect(
		some(
			'claim_procedure',
			claims.inpatient,
			'rank',
			'procedure_code',
			'procedure_code_type',
			'procedure_date',
		),
	).toEqual([
		[2, '3E0T3BZ', 'icd-10-pcs', '2026-01-11'],
		[1, '0SRC0J9', 'icd-10-pcs', '2026-01-11T08:00:00-06:00'],
	]);
});

test('the rank of many diagnoses is found once a claim', () => {
	const diagnosis = Array.from({ length: 3_000 }, (_, index) => ({ sequence: 3_000 - index }));
	const ranks = some('claim_diagnosis', { ...claims.inpatient, diagnosis }, 'rank').flat();
	expect(ranks).toEqual(diagnosis.map(({ sequence }) => sequence));
});

test('a prior authorization: the newest decision of each item, else that of the request', () => {
	const columns = [
		...['item_number', 'review_action_code', 'review_number', 'review_reason_code', 'review_action_date'],
		...['allowed_units', 'consumed_units', 'authorization_number', 'trace_number', 'item_period_end_date'],
	];
	expect(some('prior_authorization', claims.priorAuthorization, ...columns)).toEqual([
		[1, 'A6', 'R-2', '0K', '2026-02-03T09:00:00Z', 12, 5, 'AUTH-1', 'T-1', '2026-04-30'],
		[2, 'A4', 'R-0', null, '2026-01-30T09:00:00Z', null, null, null, null, null],
	]);
	const [header] = some(
		'prior_authorization',
		claims.priorAuthorization,
		...['prior_authorization_id', 'pre_auth_ref', 'outcome', 'period_start_date', 'period_end_date'],
		...[
			'level_of_service_code',
			'priority_code',
			'diagnosis_code',
			'utilized_quantity',
			'document_key',
			'document_count',
		],
	);
	expect(header).toEqual([
		...['PA-1', 'REF-1', 'partial', '2026-02-01', '2026-05-31'],
		...['U', 'stat', 'M17.11', 5, 'DocumentReference/d1', 2],
	]);
	expect(finishedRows(tableNamed('medical_claim'), claims.priorAuthorization)).toEqual([]);
});

test('a blood pressure has a row for each component, a result of its own has one', () => {
	const columns = [
		'observation_key',
		'component_number',
		'loinc_code',
		'result',
		'source_units',
		'observation_type',
	];
	expect(some('observation', records.bloodPressure, ...columns)).toEqual([
		['Observation/bp1', 1, '8480-6', '128', 'mmHg', 'vital-signs'],
		['Observation/bp1', 2, '8462-4', '82', 'mmHg', 'vital-signs'],
	]);
	expect(some('observation', records.smoking, ...columns)).toEqual([
		['Observation/smoking1', 0, '72166-2', 'Ex-smoker', null, 'social-history'],
	]);
	const withValue = { ...records.bloodPressure, valueString: 'high' };
	expect(some('observation', withValue, 'component_number', 'result')).toEqual([
		[0, 'high'],
		[1, '128'],
		[2, '82'],
	]);
});

test('a result below what can be measured keeps its sign', () => {
	const columns = [
		'result',
		'result_quantity',
		'result_date',
		'result_datetime',
		'source_reference_range_high',
	];
	expect(some('lab_result', records.troponin, ...columns)).toEqual([
		['<0.01', 0.01, '2026-01-10', '2026-01-11T08:00:00Z', 0.04],
	]);
	expect(finishedRows(tableNamed('observation'), records.troponin)).toEqual([]);
});

test.each([
	[{ valueInteger: 3 }, '3'],
	[{ valueBoolean: false }, 'false'],
	[{ valueDateTime: '2026-01' }, '2026-01'],
	[{ valueCodeableConcept: { text: 'Positive', coding: [{ code: '1' }] } }, 'Positive'],
	[{ valueCodeableConcept: { coding: [{ code: '1' }] } }, '1'],
	[{ dataAbsentReason: { coding: [{ code: 'unknown' }] } }, null],
])('the result of %j is %s', (value, result) => {
	expect(
		some('observation', { ...records.smoking, valueCodeableConcept: undefined, ...value }, 'result'),
	).toEqual([[result]]);
});

test('names, numbers and addresses that are old are left out', () => {
	const columns = [
		'first_name',
		'middle_name',
		'last_name',
		'phone',
		'city',
		'payer_member_id',
		'unique_member_id',
	];
	expect(some('patient', records.patient, ...columns)).toEqual([
		['Ana', 'Lucia', 'Rivera', '555-0101', 'Springfield', 'M-1', 'U-1'],
	]);
	expect(some('practitioner', records.practitioner, 'npi', 'last_name')).toEqual([['1234567893', 'Petrova']]);
});

const omb = (code: string) => ({ url: 'ombCategory', valueCoding: { code } });
const raceOf = (...extension: object[]) => [
	{ url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race', extension },
];
test.each([
	[{}, ['female', 'white', '2026-03', 1]],
	[{ extension: undefined }, ['unknown', null, '2026-03', 1]],
	[{ extension: undefined, gender: 'male' }, ['male', null, '2026-03', 1]],
	[{ extension: raceOf(omb('2106-3'), omb('2028-9')) }, ['unknown', null, '2026-03', 1]],
	[{ deceasedDateTime: undefined }, ['female', 'white', null, 0]],
	[{ deceasedDateTime: undefined, deceasedBoolean: true }, ['female', 'white', null, 1]],
	[{ deceasedDateTime: undefined, deceasedBoolean: false }, ['female', 'white', null, 0]],
])('sex, race and death of a patient with %j', (change, row) => {
	expect(
		some('patient', { ...records.patient, ...change }, 'sex', 'race', 'death_date', 'death_flag'),
	).toEqual([row]);
});

test('medications: orders and dispenses are rows of one table', () => {
	const columns = [
		'record_type',
		'ndc_code',
		'source_code',
		'quantity',
		'days_supply',
		'refill_number',
		'order_key',
	];
	expect(some('medication', records.dispense, ...columns)).toEqual([
		['dispense', '00777310502', '0777-3105-02', 30, 30, 1, 'MedicationRequest/mr1'],
	]);
});

test('provenance has a row for each record, documents one for each file, without their addresses', () => {
	const columns = ['target_key', 'transmitter_npi', 'transmitter_name', 'author_key', 'source_format'];
	expect(some('provenance', records.provenance, ...columns)).toEqual([
		['ExplanationOfBenefit/in1', '1982947230', 'Bison Health Plan', 'Organization/hospital', 'x12837'],
		['Bundle/b1', '1982947230', 'Bison Health Plan', 'Organization/hospital', 'x12837'],
	]);
	expect(some('document', records.document, 'content_type', 'size', 'is_inline', 'url_host')).toEqual([
		['application/pdf', 1200, false, 'files.payer.example:8443'],
		['text/plain', null, true, null],
	]);
	expect(JSON.stringify(finishedRows(tableNamed('document'), records.document))).not.toMatch(/s3cret|aGk=/);
});

const ERROR = { status: 'entered-in-error' };
const verified = (code: string, list: string) => ({
	verificationStatus: { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${list}`, code }] },
});
test.each([
	['medical_claim', { ...claims.inpatient, ...ERROR }],
	['claim_diagnosis', { ...claims.inpatient, ...ERROR }],
	['pharmacy_claim', { ...claims.pharmacy, ...ERROR }],
	['prior_authorization', { ...claims.priorAuthorization, ...ERROR }],
	['eligibility', { resourceType: 'Coverage', ...ERROR }],
	['observation', { ...records.smoking, ...ERROR }],
	['lab_result', { ...records.troponin, ...ERROR }],
	['medication', { ...records.dispense, ...ERROR }],
	['document', { ...records.document, docStatus: 'entered-in-error' }],
	['condition', { resourceType: 'Condition', ...verified('entered-in-error', 'condition-ver-status') }],
	['condition', { resourceType: 'Condition', ...verified('refuted', 'condition-ver-status') }],
	[
		'allergy',
		{ resourceType: 'AllergyIntolerance', ...verified('refuted', 'allergyintolerance-verification') },
	],
])('%s leaves out what was entered in error or refuted', (table, resource) => {
	expect(finishedRows(tableNamed(table), resource)).toEqual([]);
});

test.each([
	['medical_claim', claims.inpatient],
	['eligibility', { resourceType: 'Coverage' }],
	['condition', { resourceType: 'Condition' }],
])('%s keeps what says nothing of an error', (table, resource) => {
	expect(finishedRows(tableNamed(table), { ...resource, status: undefined })).not.toEqual([]);
});

test.each([
	['https://nahdo.org/sopt', '121', 'medicare'],
	['https://nahdo.org/sopt', '2', 'medicaid'],
	['https://nahdo.org/sopt', '512', 'commercial'],
	['https://nahdo.org/sopt', '81', null],
	['http://terminology.hl7.org/CodeSystem/v3-ActCode', 'HMO', null],
])('a coverage of type %s#%s is %s', (system, code, payer) => {
	const coverage = { resourceType: 'Coverage', id: 'c1', type: { coding: [{ system, code }] } };
	expect(some('eligibility', coverage, 'payer_type')).toEqual([[payer]]);
});

test.each([
	['ACUTE', 'acute inpatient'],
	['EMER', 'emergency department'],
	['AMB', null],
	['IMP', null],
])('an encounter of class %s is %s', (code, type) => {
	const encounter = { resourceType: 'Encounter', id: 'e1', status: 'finished', class: { code } };
	expect(some('encounter', encounter, 'encounter_type', 'encounter_class')).toEqual([[type, code]]);
});

test('codes of other systems are as sent, with the address of the system', () => {
	const condition = { resourceType: 'Condition', code: { coding: [{ system: 'urn:local', code: 'X' }] } };
	expect(some('condition', condition, 'source_code', 'source_code_type', 'icd_10_cm_code')).toEqual([
		['X', 'urn:local', null],
	]);
});

test('a view gives the same as the table, but for the columns made in code', () => {
	const table = tableNamed('medical_claim');
	const [view] = viewRows(table.views[0], claims.inpatient);
	expect(view).toMatchObject({ claim_id: 'CLM-in1', bill_type_code: '0111', rendering_key: null });
	expect(view).not.toHaveProperty('claim_type');
});
