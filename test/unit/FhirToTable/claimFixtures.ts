/** Claims as payers send them by CARIN for Blue Button (Basis profiles) and PDex, with everything the tables read. All of it is invented. */

const CARIN = 'http://hl7.org/fhir/us/carin-bb/CodeSystem';
const HL7 = 'http://terminology.hl7.org/CodeSystem';
const NUBC = 'https://www.nubc.org/CodeSystem';
const PDEX = 'http://hl7.org/fhir/us/davinci-pdex';
const PAS = 'http://hl7.org/fhir/us/davinci-pas';
const NCPDP = 'http://terminology.hl7.org/CodeSystem/NCPDP';

const coded = (system: string, code: string, display?: string) => ({
	coding: [{ system, code, ...(display === undefined ? {} : { display }) }],
});
const info = (category: string, rest: object, sequence = 1) => ({
	sequence,
	category: coded(`${CARIN}/C4BBSupportingInfoType`, category),
	...rest,
});
const status = (category: string, reason: string) => ({
	category: coded(`${CARIN}/C4BBAdjudicationDiscriminator`, category),
	reason: coded(`${CARIN}/C4BBPayerAdjudicationStatus`, reason),
});
const member = (sequence: number, role: string, reference: string) => ({
	sequence,
	role: coded(`${CARIN}/C4BBClaimCareTeamRole`, role),
	provider: { reference },
});
const icd = (code: string, display?: string) => ({
	diagnosisCodeableConcept: coded('http://hl7.org/fhir/sid/icd-10-cm', code, display),
});

const claim = (id: string, type: string) => ({
	resourceType: 'ExplanationOfBenefit',
	id,
	meta: { lastUpdated: '2026-03-01T10:00:00Z' },
	identifier: [
		{ system: 'https://payer.example/internal', value: 'internal-1' },
		{
			type: coded(`${CARIN}/C4BBIdentifierType`, 'uc'),
			system: 'https://payer.example/claim',
			value: `CLM-${id}`,
		},
	],
	status: 'active',
	type: coded(`${HL7}/claim-type`, type),
	use: 'claim',
	patient: { reference: 'Patient/m1' },
	billablePeriod: { start: '2026-01-10', end: '2026-01-14' },
	created: '2026-01-20T09:00:00-06:00',
	insurer: { reference: 'Organization/plan', display: 'Example Health Plan' },
	provider: { reference: 'Organization/hospital' },
	outcome: 'complete',
	insurance: [
		{ focal: false, coverage: { reference: 'Coverage/other' } },
		{ focal: true, coverage: { reference: 'Coverage/c1' } },
	],
});

export const inpatient = {
	...claim('in1', 'institutional'),
	subType: coded(`${CARIN}/C4BBInstitutionalClaimSubType`, 'inpatient'),
	payment: { type: coded(`${CARIN}/C4BBPayerAdjudicationStatus`, 'paid'), date: '2026-01-25' },
	supportingInfo: [
		info('admissionperiod', { timingPeriod: { start: '2026-01-10T22:15:00-06:00', end: '2026-01-14' } }),
		info('clmrecvddate', { timingDate: '2026-01-18' }),
		info('typeofbill', { code: coded(`${NUBC}/TypeOfBill`, '0111') }),
		info('pointoforigin', { code: coded(`${NUBC}/PointOfOrigin`, '1') }),
		info('admtype', { code: coded(`${NUBC}/PriorityTypeOfAdmitOrVisit`, '3') }),
		info('discharge-status', { code: coded(`${NUBC}/PatDischargeStatus`, '01') }),
		info('drg', {
			code: coded(
				'https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software',
				'470',
			),
		}),
	],
	careTeam: [member(1, 'attending', 'Practitioner/p1'), member(2, 'operating', 'Practitioner/p2')],
	// Neither the order of the list nor the sequence says which one is principal.
	diagnosis: [
		{ sequence: 3, ...icd('I10'), type: [coded(`${CARIN}/C4BBClaimDiagnosisType`, 'other')] },
		{
			sequence: 2,
			...icd('M17.11', 'Unilateral primary osteoarthritis, right knee'),
			type: [coded(`${HL7}/ex-diagnosistype`, 'principal')],
			onAdmission: coded(
				'https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/HospitalAcqCond/Coding',
				'Y',
			),
		},
		{ sequence: 1, ...icd('M25.561'), type: [coded(`${HL7}/ex-diagnosistype`, 'admitting')] },
		{ sequence: 4, diagnosisReference: { reference: 'Condition/co1' } },
	],
	procedure: [
		{
			sequence: 1,
			type: [coded(`${CARIN}/C4BBClaimProcedureType`, 'other')],
			date: '2026-01-11',
			procedureCodeableConcept: coded('http://www.cms.gov/Medicare/Coding/ICD10', '3E0T3BZ'),
		},
		{
			sequence: 2,
			type: [coded(`${CARIN}/C4BBClaimProcedureType`, 'principal')],
			date: '2026-01-11T08:00:00-06:00',
			procedureCodeableConcept: coded('http://www.cms.gov/Medicare/Coding/ICD10', '0SRC0J9'),
		},
	],
	adjudication: [status('billingnetworkstatus', 'innetwork'), status('benefitpaymentstatus', 'outofnetwork')],
	item: [
		{
			sequence: 1,
			revenue: coded(`${NUBC}/RevenueCodes`, '0360'),
			productOrService: coded(`${HL7}/data-absent-reason`, 'not-applicable', 'Not Applicable'),
			servicedPeriod: { start: '2026-01-10', end: '2026-01-14' },
			quantity: { value: 4 },
		},
	],
};

export const professional = {
	...claim('pro1', 'professional'),
	provider: { reference: 'https://fhir.payer.example/r4/Organization/group' },
	related: [
		{
			relationship: coded(`${CARIN}/C4BBRelatedClaimRelationshipCodes`, 'replacedby'),
			reference: { value: 'CLM-pro2' },
		},
		{
			relationship: coded(`${HL7}/ex-relatedclaimrelationship`, 'prior'),
			reference: { value: 'CLM-pro0' },
		},
	],
	careTeam: [
		member(1, 'rendering', 'Practitioner/p1'),
		member(2, 'rendering', 'Practitioner/p2'),
		member(3, 'referring', 'Practitioner/p3'),
	],
	supportingInfo: [info('servicefacility', { valueReference: { reference: 'Organization/clinic' } })],
	diagnosis: [{ sequence: 1, ...icd('E11.9'), type: [coded(`${HL7}/ex-diagnosistype`, 'principal')] }],
	item: [
		{
			sequence: 1,
			careTeamSequence: [3, 2],
			servicedDate: '2026-01-10',
			locationCodeableConcept: coded(
				'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set',
				'11',
			),
			productOrService: coded('http://www.ama-assn.org/go/cpt', '99213'),
			modifier: [
				coded('http://www.ama-assn.org/go/cpt', '25'),
				coded('http://www.ama-assn.org/go/cpt', '59'),
			],
			quantity: { value: 1, unit: 'UN' },
			encounter: [{ reference: 'Encounter/e1' }],
			adjudication: [
				{ category: coded(`${CARIN}/C4BBAdjudicationDiscriminator`, 'allowedunits'), value: 1 },
				status('benefitpaymentstatus', 'outofnetwork'),
			],
		},
		{
			sequence: 2,
			servicedPeriod: { start: '2026-01-10', end: '2026-01-11' },
			productOrService: coded(
				'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
				'J1815',
				'Injection, insulin',
			),
			adjudication: [status('benefitpaymentstatus', 'other')],
		},
	],
};

export const oral = {
	...claim('oral1', 'oral'),
	identifier: [{ system: 'https://payer.example/internal', value: 'internal-2' }],
	status: 'cancelled',
	item: undefined,
};

export const pharmacy = {
	...claim('rx1', 'pharmacy'),
	provider: { reference: 'Organization/pharmacy' },
	careTeam: [member(1, 'prescribing', 'Practitioner/p1')],
	supportingInfo: [
		info('dayssupply', { valueQuantity: { value: 30 } }),
		info('refillnum', { valueQuantity: { value: 0 } }),
		info('refillsauthorized', { valueQuantity: { value: 3 } }),
		info('brandgenericindicator', { code: coded(`${NCPDP}BrandGenericIndicator`, '2') }),
		info('dawcode', { code: coded(`${NCPDP}DispensedAsWrittenOrProductSelectionCode`, '7') }),
		info('rxorigincode', { code: coded(`${NCPDP}PrescriptionOriginCode`, '1') }),
		info('compoundcode', { code: coded(`${NCPDP}CompoundCode`, '1') }),
	],
	adjudication: [status('benefitpaymentstatus', 'innetwork')],
	item: [
		{
			sequence: 1,
			productOrService: coded('http://hl7.org/fhir/sid/ndc', '0777-3105-02', 'Fluoxetine 20 MG'),
			servicedDate: '2026-02-02',
			quantity: { value: 30, unit: 'EA' },
		},
		{
			sequence: 2,
			productOrService: coded(`${CARIN}/C4BBCompoundLiteral`, 'compound'),
			servicedDate: '2026-02-02',
			detail: [{ sequence: 1, productOrService: coded('http://hl7.org/fhir/sid/ndc', '00093-7180-01') }],
		},
	],
};

const review = (code: string, number: string, date: string, reason?: string) => ({
	category: coded(`${PDEX}/CodeSystem/PDexAdjudicationDiscriminator`, 'allowedunits'),
	value: 12,
	extension: [
		{
			url: `${PDEX}/StructureDefinition/extension-reviewAction`,
			extension: [
				{ url: 'number', valueString: number },
				{
					url: `${PDEX}/StructureDefinition/extension-reviewActionCode`,
					valueCodeableConcept: coded('https://codesystem.x12.org/005010/306', code),
				},
				...(reason === undefined
					? []
					: [
							{
								url: 'reasonCode',
								valueCodeableConcept: coded('https://codesystem.x12.org/external/886', reason),
							},
						]),
			],
		},
		{ url: `${PDEX}/StructureDefinition/base-ext-when-adjudicated`, valueDateTime: date },
	],
});
const document = (id: string) => ({
	sequence: 1,
	category: coded(`${PAS}/CodeSystem/PASSupportingInfoType`, 'additionalInformation'),
	valueReference: { reference: `DocumentReference/${id}` },
});

export const priorAuthorization = {
	...claim('pa1', 'professional'),
	identifier: [{ system: 'https://payer.example/pa', value: 'PA-1' }],
	use: 'preauthorization',
	outcome: 'partial',
	disposition: 'Approved in part',
	preAuthRef: ['REF-1'],
	preAuthRefPeriod: [{ start: '2026-02-01', end: '2026-05-31' }],
	extension: [
		{
			url: `${PDEX}/StructureDefinition/extension-levelOfServiceCode`,
			valueCodeableConcept: coded('https://codesystem.x12.org/005010/1338', 'U'),
		},
	],
	priority: coded(`${HL7}/processpriority`, 'stat'),
	supportingInfo: [document('d1'), document('d2')],
	diagnosis: [{ sequence: 1, ...icd('M17.11'), type: [coded(`${HL7}/ex-diagnosistype`, 'principal')] }],
	adjudication: [review('A4', 'R-0', '2026-01-30T09:00:00Z')],
	total: [
		{
			category: coded(`${PDEX}/CodeSystem/PriorAuthorizationValueCodes`, 'utilized'),
			amount: { value: 1 },
			extension: [
				{ url: `${PDEX}/StructureDefinition/PriorAuthorizationUtilization`, valueQuantity: { value: 5 } },
			],
		},
	],
	item: [
		{
			sequence: 1,
			category: coded('https://x12.org/codes/service-type-codes', '3'),
			productOrService: coded('http://www.ama-assn.org/go/cpt', '97110', 'Therapeutic exercises'),
			quantity: { value: 12, unit: 'visits' },
			extension: [
				{ url: `${PAS}/StructureDefinition/extension-itemTraceNumber`, valueIdentifier: { value: 'T-1' } },
				{ url: `${PAS}/StructureDefinition/extension-itemPreAuthIssueDate`, valueDate: '2026-02-01' },
				{
					url: `${PAS}/StructureDefinition/extension-itemPreAuthPeriod`,
					valuePeriod: { start: '2026-02-01', end: '2026-04-30' },
				},
				{ url: `${PAS}/StructureDefinition/extension-authorizationNumber`, valueString: 'AUTH-1' },
			],
			adjudication: [
				review('A4', 'R-1', '2026-02-01T09:00:00Z'),
				review('A6', 'R-2', '2026-02-03T09:00:00Z', '0K'),
				{
					category: coded(`${PDEX}/CodeSystem/PDexAdjudicationDiscriminator`, 'consumedunits'),
					value: 5,
				},
			],
		},
		{ sequence: 2, productOrService: coded('http://www.ama-assn.org/go/cpt', '97530') },
	],
};

export const claims = { inpatient, professional, oral, pharmacy, priorAuthorization };
