import type { IDataObject } from 'n8n-workflow';

/** Whether a value is a JSON object, and neither an array nor null. */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses JSON; undefined if the text is not valid JSON. */
export function tryParseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The objects in a list. Other entries are left out; anything but a list gives an empty list. */
export function objectsOf(value: unknown): IDataObject[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The trimmed string; undefined for a blank string or any other type. */
export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** An id as text: a spreadsheet or a database may turn its digits into a number. */
export function idText(value: unknown): string | undefined {
	return typeof value === 'number' ? String(value) : textOf(value);
}

/** The value if it is a finite, non-negative number. */
export function countOf(value: unknown): number | undefined {
	return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** A copy without keys whose value is `undefined`, `''` or an empty list. FHIR does not allow empty elements. */
export function omitEmpty<T extends object>(object: T): T {
	const kept = Object.entries(object).filter(
		([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
	);
	return Object.fromEntries(kept) as T;
}
