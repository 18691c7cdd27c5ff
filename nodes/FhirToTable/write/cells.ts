import type { GenericValue, IDataObject } from 'n8n-workflow';
import { WrittenNumber } from '../../shared/sqlOnFhir/writtenNumber';

/** A cell as CSV (RFC 4180): nothing for null, quotes around an empty text and around what has a comma, a quote or a line end in it. */
export function csvCell(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'string') return csvText(value);
	if (typeof value === 'object' && !(value instanceof WrittenNumber)) return csvText(jsonCell(value));
	return String(value);
}

const NEEDS_QUOTES = /[",\r\n]/;

/** A text of CSV, in quotes where it needs them. */
export function csvText(text: string): string {
	return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A cell as JSON text; a number with the digits it was written with. */
export function jsonCell(value: unknown): string {
	if (value instanceof WrittenNumber) return value.toString();
	if (Array.isArray(value)) return `[${value.map(jsonCell).join(',')}]`;
	return JSON.stringify(value ?? null);
}

/** A cell of an item. A number that JavaScript would write with other digits is a text. */
export function itemCell(value: unknown): IDataObject[string] {
	if (value instanceof WrittenNumber) return value.toString();
	// What a view finds is JSON of a resource.
	return Array.isArray(value) ? (value.map(itemCell) as GenericValue[]) : (value as IDataObject[string]);
}
