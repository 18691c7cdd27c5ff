import { objectsOf } from '../../shared/fhir/json';
import { codeType } from './codeSystems';
import { firstOf, textIn, type FinishingColumn } from './finishingColumn';

/** The result as one text, whatever its type: Tuva's `result`. A comparator belongs to the number (R4 Quantity). */
const result: FinishingColumn = {
	name: 'result',
	type: 'string',
	description:
		'The result as text, whatever its type: a number with its comparator, else a text, a code, yes or no, or a date.',
	value(row) {
		const number = textIn(row, 'result_quantity');
		return number === null ? otherResult(row) : (textIn(row, 'result_comparator') ?? '') + number;
	},
};
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
const componentNumber: FinishingColumn = {
	name: 'component_number',
	type: 'integer',
	description:
		'Number of the component within its panel, e.g. 1 and 2 of a blood pressure; 0 for a result of its own.',
	value: (_, { component }, rows, index) =>
		Math.max(0, index + 1 - (rows.length - objectsOf(component).length)),
};

const WHEN = ['effective_datetime', 'effective_period_start', 'issued_datetime'];

/** Finishing columns of the table lab_result. */
export const labResult: FinishingColumn[] = [
	codeType('source_component_type', 'source_component_code_system'),
	result,
	componentNumber,
	{
		name: 'collection_datetime',
		type: 'dateTime',
		description: 'When the sample was taken, as sent: effective_datetime, or else effective_period_start.',
		value: firstOf('effective_datetime', 'effective_period_start'),
	},
	{
		name: 'result_datetime',
		type: 'dateTime',
		description:
			'When the result was made available, as sent: issued_datetime, or else when the sample was taken.',
		value: firstOf('issued_datetime', 'effective_datetime', 'effective_period_start'),
	},
	{
		name: 'result_date',
		type: 'date',
		description: 'Day of the result: effective_datetime, else effective_period_start, else issued_datetime.',
		value: firstOf(...WHEN),
	},
];

const OBSERVATION_TYPES = new Set(
	'social-history vital-signs imaging laboratory procedure survey exam therapy activity'.split(' '),
);

/** Finishing columns of the table observation. */
export const observation: FinishingColumn[] = [
	codeType('source_code_type', 'source_code_system'),
	result,
	componentNumber,
	{
		name: 'observation_date',
		type: 'date',
		description:
			'Day of the observation: effective_datetime, else effective_period_start, else issued_datetime.',
		value: firstOf(...WHEN),
	},
	{
		name: 'observation_type',
		type: 'string',
		description:
			'Kind of observation, e.g. vital-signs or social-history; other where the category is none of FHIR (category).',
		value(row) {
			const category = textIn(row, 'category_code') ?? '';
			return OBSERVATION_TYPES.has(category) ? category : 'other';
		},
	},
];
