import { codeType, elevenDigits } from './codeSystems';
import { firstOf, textIn, type FinishingColumn } from './finishingColumn';

const sourceCodeType = codeType('source_code_type', 'source_code_system');

/** Finishing columns of the table condition. */
export const condition: FinishingColumn[] = [
	sourceCodeType,
	{
		name: 'onset_date',
		type: 'date',
		description: 'Day the condition began: onset_datetime, or else onset_period_start.',
		value: firstOf('onset_datetime', 'onset_period_start'),
	},
	{
		name: 'resolved_date',
		type: 'date',
		description: 'Day the condition ended: abatement_datetime, or else abatement_period_end.',
		value: firstOf('abatement_datetime', 'abatement_period_end'),
	},
];

/** Finishing columns of the table procedure. */
export const procedure: FinishingColumn[] = [
	sourceCodeType,
	{
		name: 'procedure_date',
		type: 'date',
		description: 'Day of the procedure: performed_datetime, or else performed_period_start.',
		value: firstOf('performed_datetime', 'performed_period_start'),
	},
];

const ndcCode: FinishingColumn = {
	name: 'ndc_code',
	type: 'code',
	description:
		'National Drug Code in 11 digits, where it can be told how they are grouped; source_code is as sent.',
	value: (row) => elevenDigits(textIn(row, 'ndc_code')),
};

/** Finishing columns of the table medication. */
export const medication: FinishingColumn[] = [sourceCodeType, ndcCode];

/** Finishing columns of the table immunization. */
export const immunization: FinishingColumn[] = [sourceCodeType, ndcCode];

/** Finishing columns of the table allergy. */
export const allergy: FinishingColumn[] = [sourceCodeType];

/** Types of encounters in Tuva, for the classes (HL7 v3 ActCode) that tell them. */
const ENCOUNTER_TYPES: ReadonlyMap<unknown, string> = new Map([
	['ACUTE', 'acute inpatient'],
	['EMER', 'emergency department'],
	['HH', 'home health'],
	['VR', 'telehealth'],
]);

/** Finishing columns of the table encounter. */
export const encounter: FinishingColumn[] = [
	{
		name: 'encounter_type',
		type: 'string',
		description:
			'acute inpatient, emergency department, home health or telehealth where the class says so; else empty, because FHIR has no code for the other types of Tuva.',
		value: (row) => ENCOUNTER_TYPES.get(row.encounter_class) ?? null,
	},
];
