import type { IDataObject, IExecuteFunctions, INodeParameters, INodeProperties } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import type { ColumnSource } from './findings';
import { RETRY_BUDGET_MS } from '../fhir/limits';
import { MINUTE } from './time';

/** Matches the column in an expression: `{{ $json.memberId }}` or `{{ $json["Member ID"] }}`. */
const COLUMN = /\$json\s*(?:\.\s*([\p{L}_$][\p{L}\p{N}_$]*)|\[\s*(["'])(.+?)\2\s*\])/u;

/** The item column that a parameter reads, and the columns that the item has. Names only, never values. */
export function columnSource(context: IExecuteFunctions, parameter: string, itemIndex: number): ColumnSource {
	const expression = parameterExpression(context, parameter);
	const match = COLUMN.exec(expression);
	const column = expression === 'fromItem' ? parameter : (match?.[1] ?? match?.[3]);
	return { column, columns: Object.keys(context.getInputData()[itemIndex]?.json ?? {}) };
}

/** The parameter's expression as entered, or its default; not the evaluated result. */
function parameterExpression(context: IExecuteFunctions, parameter: string): string {
	const parameters: INodeParameters = context.getNode().parameters;
	const value = parameter in parameters ? parameters[parameter] : `={{ $json.${parameter} }}`;
	return typeof value === 'string' ? value : '';
}

/** A parameter's value as evaluated by n8n; `undefined` if the expression has no result. */
export function rawParameter(context: IExecuteFunctions, parameter: string, itemIndex: number): unknown {
	return context.getNodeParameter(parameter, itemIndex, undefined) as unknown;
}

/** The node's Options collection for one item. */
export function optionsOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const options: unknown = context.getNodeParameter('options', itemIndex, {});
	return isObject(options) ? options : {};
}

/** How many items a node processes at once by default. */
export const DEFAULT_CONCURRENCY = 5;

/** The option Concurrency. @param max largest value that the form accepts */
export function concurrencyField(
	description: string,
	max: number,
	defaultValue = DEFAULT_CONCURRENCY,
): INodeProperties {
	return {
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: max },
		default: defaultValue,
		description,
	};
}

/** The value of the option Concurrency, at least one. */
export function concurrencyOf({ concurrency }: IDataObject, defaultValue = DEFAULT_CONCURRENCY): number {
	return positiveIntegerOption(concurrency, defaultValue);
}

/** The option rounded down to a whole number, or the default if it is not a number of at least one. */
export function positiveIntegerOption(value: unknown, defaultValue: number): number {
	return typeof value === 'number' && value >= 1 ? Math.floor(value) : defaultValue;
}

/** The option Keep Trying For. @param description what is tried, and what ends it */
export function keepTryingField(description: string): INodeProperties {
	return {
		displayName: 'Keep Trying For (Minutes)',
		name: 'keepTryingFor',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 5,
		description,
	};
}

/** The value of the option Keep Trying For, in milliseconds. */
export function keepTryingMs({ keepTryingFor }: IDataObject): number {
	return minutesOption(keepTryingFor, RETRY_BUDGET_MS / MINUTE);
}

/** An option in minutes (0 or more), as milliseconds. */
export function minutesOption(value: unknown, defaultMinutes: number): number {
	return (typeof value === 'number' && value >= 0 ? value : defaultMinutes) * MINUTE;
}
