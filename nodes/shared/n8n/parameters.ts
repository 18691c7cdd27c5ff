import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import { ExchangeError } from './exchangeError';
import type { ColumnSource } from './findings';
import { RETRY_BUDGET_MS } from '../fhir/limits';
import { MINUTE } from './time';

/** Matches the column in an expression: `{{ $json.memberId }}` or `{{ $json["Member ID"] }}`. */
const COLUMN = /\$json\s*(?:\.\s*([\p{L}_$][\p{L}\p{N}_$]*)|\[\s*(["'])(.+?)\2\s*\])/u;

/**
 * The item column that a parameter reads, and the columns that the item has. Names only, never values.
 * @param byName the column that is read, or looked for, if the field is left empty
 */
export function columnSource(
	context: IExecuteFunctions,
	parameter: string,
	itemIndex: number,
	byName = parameter,
): ColumnSource {
	const entered = enteredValue(context, parameter);
	const match = COLUMN.exec(typeof entered === 'string' ? entered : '');
	const column = isLeftEmpty(context, parameter) ? byName : (match?.[1] ?? match?.[3]);
	const json = context.getInputData()[itemIndex]?.json ?? {};
	return { column, columns: Object.keys(json).filter((each) => json[each] !== undefined) };
}

/** The choice of an options field that is read from the item, as if the field were left empty. */
const FROM_ITEM = 'fromItem';

/**
 * Whether a field of the form is left empty, so that it reads the item by itself: never filled, emptied, or switched to an expression that was
 * never written.
 * @param path name of the parameter, or of a field in a collection, e.g. `additionalFields.city`
 */
export function isLeftEmpty(context: IExecuteFunctions, path: string): boolean {
	const entered = enteredValue(context, path);
	return entered === undefined || entered === FROM_ITEM || /^=?\s*$/.test(String(entered));
}

/** What was entered in the form: an expression as it is written, not its result. */
function enteredValue(context: IExecuteFunctions, path: string): unknown {
	const { parameters } = context.getNode();
	return chosenValue(
		path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), parameters),
	);
}

/** A field with a list to choose from (n8n's resource locator) holds the choice and how it was made; stored workflows hold the value alone. */
function chosenValue(value: unknown): unknown {
	return isObject(value) && value.__rl === true ? value.value : value;
}

/**
 * A parameter's value as evaluated by n8n; `undefined` if the expression has no result.
 * @param label of the field, for the error
 * @throws ExchangeError that names the field, if its expression cannot be evaluated
 */
export function parameterValue(
	context: IExecuteFunctions,
	path: string,
	label: string,
	itemIndex: number,
): unknown {
	try {
		return chosenValue(context.getNodeParameter(path, itemIndex, undefined));
	} catch {
		throw expressionError(label);
	}
}

/** Without the words of n8n's error, which can quote the data: JSON.parse does. */
function expressionError(label: string): ExchangeError {
	return new ExchangeError(`The expression in '${label}' cannot be read`, {
		whatToDo:
			'Open the field: n8n shows there what is wrong. Correct the expression, or empty the field; it is then read from the item.',
	});
}

/** The node's Options collection for one item. */
export function optionsOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const options = parameterValue(context, 'options', 'Options', itemIndex);
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
