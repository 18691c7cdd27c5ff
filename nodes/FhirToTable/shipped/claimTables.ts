import * as claimCodes from '../finish/claimCodes';
import claimDiagnosisView from '../views/claim_diagnosis.json';
import claimProcedureView from '../views/claim_procedure.json';
import eligibilityView from '../views/eligibility.json';
import medicalClaimView from '../views/medical_claim.json';
import pharmacyClaimView from '../views/pharmacy_claim.json';
import priorAuthorizationView from '../views/prior_authorization.json';
import { eligibility } from '../finish/eligibility';
import { medicalClaim } from '../finish/medicalClaim';
import { pharmacyClaim } from '../finish/pharmacyClaim';
import { priorAuthorization } from '../finish/priorAuthorization';
import { simple, type Table } from './table';

/** What the payer itself knows: claims, coverages, prior authorizations. */
export const claimTables: readonly Table[] = [
	{
		value: 'medical_claim',
		name: 'Claim Lines',
		description: 'What was done and billed: one row for each line of a claim, pharmacies left out',
		views: [medicalClaimView],
		finish: medicalClaim,
		simple: simple(
			['claim_id', 'Claim Number'],
			['claim_line_number', 'Line'],
			['claim_type', 'Claim Type'],
			['claim_status', 'Status'],
			['claim_line_start_date', 'Service From'],
			['claim_line_end_date', 'Service To'],
			['hcpcs_code', 'Service Code'],
			['service_description', 'Service'],
			['service_unit_quantity', 'Units'],
		),
	},
	{
		value: 'pharmacy_claim',
		name: 'Pharmacy Claims',
		description: 'Drugs that a pharmacy dispensed and billed',
		views: [pharmacyClaimView],
		finish: pharmacyClaim,
		simple: simple(
			['claim_id', 'Claim Number'],
			['claim_line_number', 'Line'],
			['claim_status', 'Status'],
			['dispensing_date', 'Dispensed'],
			['ndc_code', 'NDC'],
			['drug_description', 'Drug'],
			['quantity', 'Quantity'],
			['quantity_unit', 'Unit'],
			['days_supply', 'Days Supply'],
		),
	},
	{
		value: 'claim_diagnosis',
		name: 'Claim Diagnoses',
		description: 'Diagnoses of claims: one row for each',
		views: [claimDiagnosisView],
		finish: claimCodes.claimDiagnosis,
		simple: simple(
			['claim_id', 'Claim Number'],
			['rank', 'Rank'],
			['diagnosis_code', 'Diagnosis Code'],
			['diagnosis_description', 'Diagnosis'],
			['diagnosis_code_type', 'Code System'],
			['diagnosis_type', 'Kind of Diagnosis'],
			['present_on_admit_code', 'Present on Admission'],
			['claim_start_date', 'Claim From'],
			['claim_end_date', 'Claim To'],
		),
	},
	{
		value: 'claim_procedure',
		name: 'Claim Procedures',
		description: 'Procedures of hospital claims: one row for each',
		views: [claimProcedureView],
		finish: claimCodes.claimProcedure,
		simple: simple(
			['claim_id', 'Claim Number'],
			['rank', 'Rank'],
			['procedure_code', 'Procedure Code'],
			['procedure_description', 'Procedure'],
			['procedure_code_type', 'Code System'],
			['procedure_type', 'Kind of Procedure'],
			['procedure_date', 'Procedure Date'],
			['claim_start_date', 'Claim From'],
			['claim_end_date', 'Claim To'],
		),
	},
	{
		value: 'eligibility',
		name: 'Eligibility',
		description: 'Coverages of the member: plan, group, from when to when',
		views: [eligibilityView],
		finish: eligibility,
		simple: simple(
			['payer_member_id', 'Member ID at Payer'],
			['subscriber_id', 'Subscriber ID'],
			['subscriber_relation', 'Relationship to Subscriber'],
			['enrollment_start_date', 'Coverage Start'],
			['enrollment_end_date', 'Coverage End'],
			['coverage_status', 'Status'],
			['payer_name', 'Payer Name'],
			['plan', 'Plan'],
			['group_name', 'Group'],
		),
	},
	{
		value: 'prior_authorization',
		name: 'Prior Authorizations',
		description: 'What was asked for in advance, and what was decided: one row for each item',
		views: [priorAuthorizationView],
		finish: priorAuthorization,
		simple: simple(
			['prior_authorization_id', 'Authorization Number'],
			['item_number', 'Item'],
			['status', 'Status'],
			['outcome', 'Outcome'],
			['review_action_code', 'Decision Code'],
			['review_action_date', 'Decided'],
			['service_code', 'Service Code'],
			['service_description', 'Service'],
			['period_start_date', 'In Effect From'],
		),
	},
];
