import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from './json';

/** How a type of resource says on which day care took place. */
interface ServiceDate {
	/** The search parameter (R4, US Core; `service-date` is CARIN Blue Button's). */
	search: string;
	/** The elements that it searches: a date, a Period, or an element within each entry of a list (`item.servicedDate`). */
	elements: readonly string[];
}

/**
 * The types that have a date of service. Of all others everything counts as wanted: they have none, or what they say goes on (a
 * Condition, a CarePlan).
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

/** A FHIR date or dateTime, of which the part of the day is read as it is written. */
const DATE = /^\d{4}(?:-\d{2}(?:-\d{2})?)?(?=T|$)/;

/**
 * Whether all care that a resource speaks of took place before a day. Not where it says nothing of a date, or a Period has no end:
 * it goes on then (R4 datatypes, Period). A date of a year or a month alone counts as its last day.
 *
 * @param day `YYYY-MM-DD`
 */
export function isWhollyBefore(resource: IDataObject, day: string): boolean {
	const { resourceType } = resource;
	if (typeof resourceType !== 'string' || !Object.hasOwn(SERVICE_DATES, resourceType)) return false;
	const found = SERVICE_DATES[resourceType].elements.flatMap((path) => valuesAt(resource, path.split('.')));
	return found.length > 0 && found.every((value) => endsBefore(value, day));
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
