/** Elements of a body of which nothing is known yet. */
export type Element = Record<string, unknown>;

export function elementOf(value: unknown): Element {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : {};
}

export function listOf(value: unknown): Element[] {
	return Array.isArray(value) ? value.map(elementOf) : [];
}

export function isText(value: unknown): boolean {
	return typeof value === 'string' && value.trim() !== '';
}

export const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Whether a date of the calendar has this form. */
export function isDate(value: unknown, form: RegExp): boolean {
	if (typeof value !== 'string' || !form.test(value)) return false;
	const day = value.slice(0, 10);
	const date = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

export function codes(concept: unknown): Array<[unknown, unknown]> {
	return listOf(elementOf(concept).coding).map(({ system, code }) => [system, code]);
}

export function has(concept: unknown, system: string, code: string): boolean {
	return codes(concept).some(([itsSystem, itsCode]) => itsSystem === system && itsCode === code);
}
