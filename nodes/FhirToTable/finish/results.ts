import { objectsOf } from '../../shared/fhir/json';
import { codeType } from './codeSystems';
import { type FinishingColumn, firstOf, made, textIn } from './finishingColumn';

/** The result as one text, whatever its type: Tuva's `result`. A comparator belongs to the number (R4 Quantity). */
const result: FinishingColumn = made(
	'result',
	'string',
	'The result as text, whatever its type: a number with its comparator, else a text, a code, yes or no, or a date.',
	(row) => {
		const number = textIn(row, 'result_quantity');
		return number === null ? otherResult(row) : (textIn(row, 'result_comparator') ?? '') + number;
	},
);
const otherResult = firstOf(
	'result_string',
	'result_code_text',
	'result_description',
	'result_code',
	'result_integer',
	'result_boolean',
	'result_value_datetime',
);

/** Which component a row is: components follow the row of the whole, which is left out where it has no value of its own. */
const componentNumber: FinishingColumn = made(
	'component_number',
	'integer',
	'Number of the component within its panel, e.g. 1 and 2 of a blood pressure; 0 for a result of its own.',
	(_, { component }, rows, index) => Math.max(0, index + 1 - (rows.length - objectsOf(component).length)),
);

const WHEN = ['effective_datetime', 'effective_period_start', 'issued_datetime'];

/** Finishing columns of the table lab_result. */
export const labResult: FinishingColumn[] = [
	codeType('source_component_type', 'source_component_code_system'),
	result,
	componentNumber,
	made(
		'collection_datetime',
		'dateTime',
		'When the sample was taken, as sent: effective_datetime, or else effective_period_start.',
		firstOf('effective_datetime', 'effective_period_start'),
	),
	made(
		'result_datetime',
		'dateTime',
		'When the result was made available, as sent: issued_datetime, or else when the sample was taken.',
		firstOf('issued_datetime', 'effective_datetime', 'effective_period_start'),
	),
	made(
		'result_date',
		'date',
		'Day of the result: effective_datetime, else effective_period_start, else issued_datetime.',
		firstOf(...WHEN),
	),
];

const OBSERVATION_TYPES = new Set(
	'social-history vital-signs imaging laboratory procedure survey exam therapy activity'.split(' '),
);

/** Finishing columns of the table observation. */
export const observation: FinishingColumn[] = [
	codeType('source_code_type', 'source_code_system'),
	result,
	componentNumber,
	made(
		'observation_date',
		'date',
		'Day of the observation: effective_datetime, else effective_period_start, else issued_datetime.',
		firstOf(...WHEN),
	),
	made(
		'observation_type',
		'string',
		'Kind of observation, e.g. vital-signs or social-history; other where the category is none of FHIR (category).',
		(row) => {
			const category = textIn(row, 'category_code') ?? '';
			return OBSERVATION_TYPES.has(category) ? category : 'other';
		},
	),
];
