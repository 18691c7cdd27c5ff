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

/** The codes of a CodeableConcept, of whatever code systems; none if it is not one. */
export function codesOf(concept: unknown): unknown[] {
	return isObject(concept) ? objectsOf(concept.coding).map(({ code }) => code) : [];
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

/** The same of a payer, who may write a number as text (FHIR does so with integer64). */
export function statedCount(value: unknown): number | undefined {
	return typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : countOf(value);
}

/** The objects in a list, or the only one, which some converters to JSON put in place of a list of one. */
export function oneOrMore(value: unknown): IDataObject[] {
	return isObject(value) ? [value] : objectsOf(value);
}

/**
 * The address of the next page of a Bundle or of a manifest (`link`), as written; empty if the link has none, undefined if it is the last
 * page.
 */
export function nextLink({ link }: IDataObject): string | undefined {
	const next = oneOrMore(link).find(
		({ relation, rel }) => (textOf(relation) ?? textOf(rel))?.toLowerCase() === 'next',
	);
	return next && (textOf(next.url) ?? textOf(next.href) ?? '');
}

/** A truth value of an item, which a table or a spreadsheet may have turned into text or a digit; undefined for anything else. */
export function flagOf(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	const text = String(value).toLowerCase();
	return ['true', '1'].includes(text) ? true : ['false', '0'].includes(text) ? false : undefined;
}

/** A copy without keys whose value is `undefined`, `''` or an empty list. FHIR does not allow empty elements. */
export function omitEmpty<T extends object>(object: T): T {
	const kept = Object.entries(object).filter(
		([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
	);
	return Object.fromEntries(kept) as T;
}
