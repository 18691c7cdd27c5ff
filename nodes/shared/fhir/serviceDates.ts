import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from './json';

/** How a resource type records the date of service. */
interface ServiceDate {
	/** The search parameter (R4, US Core; `service-date` is CARIN Blue Button's). */
	search: string;
	/** The elements that it searches: a date, a Period, or an element of each list entry (`item.servicedDate`). */
	elements: readonly string[];
}

/**
 * The resource types that have a date of service. All other types are never filtered by date: they have none, or describe
 * something ongoing (a Condition, a CarePlan).
 */
export const SERVICE_DATES: Readonly<Record<string, ServiceDate>> = {
	DiagnosticReport: { search: 'date', elements: ['effectiveDateTime', 'effectivePeriod'] },
	Encounter: { search: 'date', elements: ['period'] },
	ExplanationOfBenefit: {
		search: 'service-date',
		elements: ['billablePeriod', 'item.servicedDate', 'item.servicedPeriod'],
	},
	Immunization: { search: 'date', elements: ['occurrenceDateTime'] },
	MedicationDispense: { search: 'whenhandedover', elements: ['whenHandedOver'] },
	MedicationRequest: { search: 'authoredon', elements: ['authoredOn'] },
	Observation: { search: 'date', elements: ['effectiveDateTime', 'effectivePeriod', 'effectiveInstant'] },
	Procedure: { search: 'date', elements: ['performedDateTime', 'performedPeriod'] },
	ServiceRequest: { search: 'authored', elements: ['authoredOn'] },
};

/** The date part of a FHIR date or dateTime, as written. */
const DATE = /^\d{4}(?:-\d{2}(?:-\d{2})?)?(?=T|$)/;

/**
 * Whether all care that a resource describes took place before a day. False if it has no date, or a Period without an end,
 * which is ongoing (R4 datatypes, Period). A partial date (year, or year and month) counts as its last day.
 *
 * @param day `YYYY-MM-DD`
 */
export function isWhollyBefore(resource: IDataObject, day: string): boolean {
	const { resourceType } = resource;
	if (typeof resourceType !== 'string' || !Object.hasOwn(SERVICE_DATES, resourceType)) return false;
	const values = SERVICE_DATES[resourceType].elements.flatMap((path) => valuesAt(resource, path.split('.')));
	return values.length > 0 && values.every((value) => endsBefore(value, day));
}

/** The earliest date of service of a resource, as written; undefined if it has none. A Period counts from its start, if that is known. */
export function firstServiceDate(resource: IDataObject): string | undefined {
	const { resourceType } = resource;
	if (typeof resourceType !== 'string' || !Object.hasOwn(SERVICE_DATES, resourceType)) return undefined;
	let first: string | undefined;
	for (const path of SERVICE_DATES[resourceType].elements) {
		for (const value of valuesAt(resource, path.split('.'))) {
			const text = textOf(isObject(value) ? (value.start ?? value.end) : value);
			if (text !== undefined && DATE.test(text) && (first === undefined || text < first)) first = text;
		}
	}
	return first;
}

function valuesAt(resource: IDataObject, [name, ...inner]: readonly string[]): unknown[] {
	const value: unknown = resource[name];
	if (inner.length > 0) return objectsOf(value).flatMap((each) => valuesAt(each, inner));
	return value === undefined ? [] : [value];
}

function endsBefore(value: unknown, day: string): boolean {
	const text = textOf(isObject(value) ? value.end : value);
	const [date] = DATE.exec(text ?? '') ?? [];
	return date !== undefined && date < day.slice(0, date.length);
}
