import type { IDataObject } from 'n8n-workflow';
import { isObject, tryParseJson } from '../fhir/json';
import { SERVICE_DATES } from '../fhir/serviceDates';
import { instantOf } from '../fhir/values';

/** What an export was asked for, as far as what comes can be compared with it. It travels with the items of the export. */
export interface Asked {
	/** Resource types; all if absent. */
	types?: string[];
	/** The patients, as the payer calls them; absent if they are many. */
	patients?: string[];
	/** Instants between which a resource was last updated. */
	since?: string;
	until?: string;
	/** `YYYY-MM-DD`: first day of service. */
	serviceFrom?: string;
	/** The types of which only care since then was asked for. */
	serviceTypes?: string[];
}

/** More patients than these would be too much for every item of an export. */
const MAX_PATIENTS = 50;
const MAX_TYPES = 200;
const SERVICE_FILTER = /^([A-Z][A-Za-z]+)\?([a-z-]+)=ge(\d{4}-\d{2}-\d{2})/;

/** What the query of a kick-off asks for, as the column `asked` of an item; undefined if it asks for everything. */
export function askedJson(query: ReadonlyArray<[name: string, value: string]>): IDataObject | undefined {
	const valuesOf = (name: string) =>
		query.filter(([key]) => key === name).flatMap(([, value]) => value.split(','));
	const types = [...new Set(valuesOf('_type').map((type) => type.trim()))];
	// Sent besides the types that were asked for.
	if (types.length > 0 && valuesOf('includeAssociatedData').length > 0) types.push('Provenance');
	const patients = valuesOf('patient').map((reference) => reference.replace(/^Patient\//, ''));
	const filters = query
		.filter(([key]) => key === '_typeFilter')
		.map(([, value]) => SERVICE_FILTER.exec(value));
	const services = filters.filter(
		(found) =>
			found !== null && Object.hasOwn(SERVICE_DATES, found[1]) && SERVICE_DATES[found[1]].search === found[2],
	);
	const asked: IDataObject = {
		...(types.length > 0 && { types }),
		...(patients.length > 0 && patients.length <= MAX_PATIENTS && { patients }),
		...lastOf('since', valuesOf('_since')),
		...lastOf('until', valuesOf('_until')),
		...lastOf(
			'serviceFrom',
			services
				.map((found) => found?.[3] ?? '')
				.sort()
				.reverse(),
		),
		...(services.length > 0 && { serviceTypes: services.map((found) => found?.[1] ?? '') }),
	};
	return Object.keys(asked).length > 0 ? asked : undefined;
}

function lastOf(key: string, values: readonly string[]): IDataObject {
	const value = values.at(-1);
	return value === undefined ? {} : { [key]: value };
}

/** Reads the column back, also from the text that a table makes of it. What is not of its form counts as not asked for; undefined if nothing is. */
export function readAsked(column: unknown): Asked | undefined {
	const value = typeof column === 'string' ? tryParseJson(column) : column;
	if (!isObject(value)) return undefined;
	const asked: Asked = {};
	const { since, until, serviceFrom } = value;
	const lists = { types: textsOf(value.types), patients: textsOf(value.patients) };
	if (lists.types) asked.types = lists.types;
	if (lists.patients) asked.patients = lists.patients;
	if (typeof since === 'string' && instantOf(since) !== undefined) asked.since = since;
	if (typeof until === 'string' && instantOf(until) !== undefined) asked.until = until;
	if (typeof serviceFrom === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(serviceFrom)) {
		asked.serviceFrom = serviceFrom;
		asked.serviceTypes = textsOf(value.serviceTypes) ?? [];
	}
	return Object.keys(asked).length > 0 ? asked : undefined;
}

function textsOf(value: unknown): string[] | undefined {
	if (!Array.isArray(value)) return undefined;
	const texts = value.slice(0, MAX_TYPES).filter((each) => typeof each === 'string');
	return texts.length > 0 ? texts : undefined;
}
