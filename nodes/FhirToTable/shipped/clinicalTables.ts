import * as clinical from '../finish/clinical';
import * as results from '../finish/results';
import allergyView from '../views/allergy.json';
import conditionView from '../views/condition.json';
import encounterView from '../views/encounter.json';
import immunizationView from '../views/immunization.json';
import labResultView from '../views/lab_result.json';
import medicationDispenseView from '../views/medication_dispense.json';
import medicationRequestView from '../views/medication_request.json';
import observationView from '../views/observation.json';
import procedureView from '../views/procedure.json';
import { simple, type Table } from './table';

/** What came from medical records. */
export const clinicalTables: readonly Table[] = [
	{
		value: 'condition',
		name: 'Conditions',
		description: 'Problems, health concerns and diagnoses from medical records',
		views: [conditionView],
		finish: clinical.condition,
		simple: simple(
			['source_code', 'Code'],
			['source_code_type', 'Code System'],
			['source_description', 'Condition'],
			['code_text', 'In Words'],
			['status', 'Status'],
			['verification_status', 'Verification'],
			['condition_type', 'Kind of Record'],
			['onset_date', 'Began'],
			['resolved_date', 'Ended'],
		),
	},
	{
		value: 'procedure',
		name: 'Procedures',
		description: 'Procedures from medical records',
		views: [procedureView],
		finish: clinical.procedure,
		simple: simple(
			['source_code', 'Code'],
			['source_code_type', 'Code System'],
			['source_description', 'Procedure'],
			['code_text', 'In Words'],
			['status', 'Status'],
			['procedure_date', 'Date'],
			['category_code', 'Kind of Procedure'],
			['body_site_code', 'Body Site'],
			['reason_code', 'Reason'],
		),
	},
	{
		value: 'lab_result',
		name: 'Lab Results',
		description: 'Laboratory results from medical records',
		views: [labResultView],
		finish: results.labResult,
		simple: simple(
			['result_date', 'Date'],
			['source_component_code', 'Test Code'],
			['source_component_description', 'Test'],
			['code_text', 'In Words'],
			['result', 'Result'],
			['source_units', 'Unit'],
			['source_reference_range_low', 'Normal From'],
			['source_reference_range_high', 'Normal To'],
			['source_abnormal_flag', 'Flag'],
		),
	},
	{
		value: 'observation',
		name: 'Observations',
		description: 'Vital signs, social history, surveys and other observations from medical records',
		views: [observationView],
		finish: results.observation,
		simple: simple(
			['observation_date', 'Date'],
			['observation_type', 'Kind of Observation'],
			['source_code', 'Code'],
			['source_description', 'Observation'],
			['code_text', 'In Words'],
			['component_number', 'Part'],
			['result', 'Result'],
			['source_units', 'Unit'],
			['source_abnormal_flag', 'Flag'],
		),
	},
	{
		value: 'medication',
		name: 'Medications',
		description: 'Drugs that were prescribed or dispensed, from medical records',
		views: [medicationRequestView, medicationDispenseView],
		finish: clinical.medication,
		simple: simple(
			['record_type', 'Kind of Record'],
			['source_code', 'Code'],
			['source_code_type', 'Code System'],
			['source_description', 'Drug'],
			['status', 'Status'],
			['prescribing_date', 'Prescribed'],
			['dispensing_date', 'Dispensed'],
			['quantity', 'Quantity'],
			['days_supply', 'Days Supply'],
		),
	},
	{
		value: 'encounter',
		name: 'Encounters',
		description: 'Visits and stays from medical records',
		views: [encounterView],
		finish: clinical.encounter,
		simple: simple(
			['encounter_start_date', 'From'],
			['encounter_end_date', 'To'],
			['status', 'Status'],
			['encounter_class', 'Class'],
			['encounter_type', 'Kind of Encounter'],
			['source_type_description', 'Type'],
			['reason_description', 'Reason'],
			['facility_name', 'Facility'],
			['admit_source_code', 'Came From'],
		),
	},
	{
		value: 'immunization',
		name: 'Immunizations',
		description: 'Vaccines that were given or not given',
		views: [immunizationView],
		finish: clinical.immunization,
		simple: simple(
			['occurrence_date', 'Date'],
			['source_code', 'Code'],
			['source_code_type', 'Code System'],
			['source_description', 'Vaccine'],
			['code_text', 'In Words'],
			['status', 'Status'],
			['status_reason', 'Why Not Done'],
			['source_dose', 'Dose'],
			['lot_number', 'Lot Number'],
		),
	},
	{
		value: 'allergy',
		name: 'Allergies',
		description: 'Allergies and intolerances from medical records',
		views: [allergyView],
		finish: clinical.allergy,
		simple: simple(
			['source_code', 'Code'],
			['source_code_type', 'Code System'],
			['source_description', 'Allergy'],
			['code_text', 'In Words'],
			['status', 'Status'],
			['verification_status', 'Verification'],
			['criticality', 'Criticality'],
			['reaction_description', 'Reaction'],
			['reaction_severity', 'Severity'],
		),
	},
];
