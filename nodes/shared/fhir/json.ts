import type { IDataObject } from 'n8n-workflow';

/** Whether a value is a JSON object (no array, no null). */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a text means as JSON; undefined where it is none. */
export function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The value as a list of JSON objects: what is no object is left out, what is no list is an empty list. */
export function objectsOf(value: unknown): IDataObject[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The value where it is a text that holds more than spaces. */
export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The value where it is a finite number of zero or more. */
export function countOf(value: unknown): number | undefined {
	return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The object without the keys whose value is `undefined`, `''` or an empty list, so that no empty FHIR element is sent. */
export function withoutBlanks<T extends object>(object: T): T {
	const kept = Object.entries(object).filter(
		([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
	);
	return Object.fromEntries(kept) as T;
}
