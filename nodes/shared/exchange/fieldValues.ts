import type { IExecuteFunctions } from 'n8n-workflow';
import type { Finding } from '../n8n/findings';
import { isLeftEmpty, parameterValue } from '../n8n/parameters';
import type { ColumnField } from './columnFields';
import { ColumnProblem } from './columnProblems';
import { contradictionOf, findColumn, type Columns } from './columns';

/** A field of the form that takes its value from the item if it is left empty. */
export interface FormField {
	/** Name of the parameter, or of a field in a collection, e.g. `additionalFields.city`. */
	path: string;
	label: string;
}

/** What a field holds for one item. */
export interface FieldValue {
	value: unknown;
	/** The column that was found by its name; undefined if the field is filled in, or no column has one of its names. */
	column?: string;
	/** Why the item cannot be read by name; `value` is undefined then. */
	problem?: ColumnProblem;
}

/**
 * The value of a field: what is entered, evaluated by n8n; or, if it is left empty, the column of the item that bears its name. A problem in
 * its place where other columns of the item speak against it.
 * @throws ExchangeError if the expression in the field cannot be evaluated
 */
export function fieldValue(
	context: IExecuteFunctions,
	{ path, label }: FormField,
	itemIndex: number,
	columns: Columns,
	names: ColumnField,
): FieldValue {
	if (!isLeftEmpty(context, path)) {
		const value = parameterValue(context, path, label, itemIndex);
		const problem = contradictionOf(columns, names);
		return problem ? { value: undefined, problem } : { value };
	}
	const found = findColumn(columns, names);
	if (found instanceof ColumnProblem) return { value: undefined, problem: found };
	return { value: found?.value, column: found?.name };
}

/**
 * The value of a field that reads what an earlier node of this package gives: left empty, the column of exactly the parameter's name. Other
 * spellings are not read here: Group ID in a roster is the employer's group, and no group of the payer.
 */
export function passedOnValue(
	context: IExecuteFunctions,
	{ path, label }: FormField,
	itemIndex: number,
): FieldValue {
	if (!isLeftEmpty(context, path)) return { value: parameterValue(context, path, label, itemIndex) };
	const { json = {} } = context.getInputData()[itemIndex] ?? {};
	return Object.hasOwn(json, path) ? { value: json[path], column: path } : { value: undefined };
}

/** The finding for a field whose column cannot be read. */
export function columnFinding({ says, whatToDo }: ColumnProblem, label: string, parameter: string): Finding {
	return { parameter, says: `'${label}' ${says}`, about: { field: label, says }, whatToDo };
}
