import { codeType, elevenDigits } from './codeSystems';
import { type FinishingColumn, firstOf, made, textIn } from './finishingColumn';

const sourceCodeType = codeType('source_code_type', 'source_code_system');

/** Finishing columns of the table condition. */
export const condition: FinishingColumn[] = [
	sourceCodeType,
	made(
		'onset_date',
		'date',
		'Day the condition began: onset_datetime, or else onset_period_start.',
		firstOf('onset_datetime', 'onset_period_start'),
	),
	made(
		'resolved_date',
		'date',
		'Day the condition ended: abatement_datetime, or else abatement_period_end.',
		firstOf('abatement_datetime', 'abatement_period_end'),
	),
];

/** Finishing columns of the table procedure. */
export const procedure: FinishingColumn[] = [
	sourceCodeType,
	made(
		'procedure_date',
		'date',
		'Day of the procedure: performed_datetime, or else performed_period_start.',
		firstOf('performed_datetime', 'performed_period_start'),
	),
];

const ndcCode: FinishingColumn = made(
	'ndc_code',
	'code',
	'National Drug Code in 11 digits, where the groups of its digits are known; source_code is as sent.',
	(row) => elevenDigits(textIn(row, 'ndc_code')),
);

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
	made(
		'encounter_type',
		'string',
		'acute inpatient, emergency department, home health or telehealth where the class says so; else empty, because FHIR has no code for the other types of Tuva.',
		(row) => ENCOUNTER_TYPES.get(row.encounter_class) ?? null,
	),
];
