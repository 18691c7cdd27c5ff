import type { IDataObject, IExecuteFunctions, INodeParameters, INodeProperties } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import type { ColumnSource } from './findings';
import { MINUTE } from './time';

/** A column that an expression reads: `{{ $json.memberId }}` or `{{ $json["Member ID"] }}`. */
const COLUMN = /\$json\s*(?:\.\s*([\p{L}_$][\p{L}\p{N}_$]*)|\[\s*(["'])(.+?)\2\s*\])/u;

/** In which column the value of a parameter is looked for, and which columns the item has: names, never values. */
export function columnSource(context: IExecuteFunctions, parameter: string, itemIndex: number): ColumnSource {
	const written = writtenParameter(context, parameter);
	const match = COLUMN.exec(written);
	const column = written === 'fromItem' ? parameter : (match?.[1] ?? match?.[3]);
	return { column, columns: Object.keys(context.getInputData()[itemIndex]?.json ?? {}) };
}

/** The parameter as the analyst wrote it, or its default: the expression, not its result. */
function writtenParameter(context: IExecuteFunctions, parameter: string): string {
	const own: INodeParameters = context.getNode().parameters;
	const written = parameter in own ? own[parameter] : `={{ $json.${parameter} }}`;
	return typeof written === 'string' ? written : '';
}

/** A parameter's value as n8n evaluates it: whatever the expression gives, `undefined` where it gives nothing. */
export function rawParameter(context: IExecuteFunctions, parameter: string, itemIndex: number): unknown {
	return context.getNodeParameter(parameter, itemIndex, undefined) as unknown;
}

/** The collection Options of a node, for one item. */
export function optionsOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const options: unknown = context.getNodeParameter('options', itemIndex, {});
	return isObject(options) ? options : {};
}

/** How many things a node does at the same time where nobody says otherwise. */
export const STANDARD_CONCURRENCY = 5;

/** The option Concurrency. @param most that the form takes */
export function concurrencyField(
	description: string,
	most: number,
	standard = STANDARD_CONCURRENCY,
): INodeProperties {
	return {
		displayName: 'Concurrency',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: most },
		default: standard,
		description,
	};
}

/** What the option Concurrency says, never below one. */
export function concurrencyOf({ concurrency }: IDataObject, standard = STANDARD_CONCURRENCY): number {
	return countOption(concurrency, standard);
}

/** A whole number of one or more; the standard where the option says nothing of the kind. */
export function countOption(value: unknown, standard: number): number {
	return typeof value === 'number' && value >= 1 ? Math.floor(value) : standard;
}

/** Minutes that an option gives, from 0 on, as milliseconds. */
export function minutesOption(value: unknown, standard: number): number {
	return (typeof value === 'number' && value >= 0 ? value : standard) * MINUTE;
}
