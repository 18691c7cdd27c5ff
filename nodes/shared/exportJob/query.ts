import { tryToParseDateTime, type IDataObject } from 'n8n-workflow';
import { findingsError, type Finding } from '../findings';
import { isObject, objectsOf, textOf } from '../json';
import type { Query } from '../payerApis/payerApi';
import { Misread, readDate } from '../values';

const TYPE_NAME = /^[A-Z][A-Za-z]{2,60}$/;
const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_:.-]{0,60}$/;
/** What no `_typeFilter` may hold (FHIR Bulk Data, "_typeFilter Query Parameter"). */
const NOT_IN_FILTERS = /[?&](?:_include|_revinclude|_sort|_elements)(?:[:=]|$)/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/;

/**
 * The query of an export kick-off (FHIR Bulk Data, "Query Parameters"): `_type` as one comma list, `_since` and `_until`
 * as instants with a time zone, the date of service as one `_typeFilter` for each type, and what else the analyst adds, each as often as entered.
 *
 * @param timeZone counts for a Since or Until that names none
 * @throws ExchangeError that names the field
 */
export function exportQuery(types: unknown, options: IDataObject, timeZone: string): Query {
	const findings: Finding[] = [];
	const chosen = readTypes(types, 'Resource Types', findings);
	const others = readTypes(options.otherTypes, 'Other Resource Types', findings);
	const since = readInstant(options.since, timeZone);
	if (since === null) findings.push({ says: `'Since' must be a date and time such as 2026-01-31T00:00:00Z` });
	const until = readInstant(options.until, timeZone);
	if (until === null) findings.push({ says: `'Until' must be a date and time such as 2026-01-31T00:00:00Z` });
	const from = readServiceDate(options.dateOfServiceFrom, findings);
	const more = readMore(options.query, findings);
	if (findings.length > 0) throw findingsError('The export request', findings);

	const query: Query = [];
	const all = [...new Set([...chosen, ...others])];
	if (all.length > 0) query.push(['_type', all.join(',')]);
	if (since) query.push(['_since', since]);
	if (until) query.push(['_until', until]);
	if (from) query.push(...serviceDateFilters(from, all));
	return [...query, ...more];
}

/** Names of resource types: a list, or a text divided by commas as an expression gives it. */
function readTypes(value: unknown, label: string, findings: Finding[]): string[] {
	const isNothing = value === undefined || value === null || value === '';
	const types: unknown[] = Array.isArray(value)
		? value
		: typeof value === 'string'
			? value.split(/[\s,]+/)
			: [value];
	const names = types.filter((type) => type !== '');
	if (isNothing) return [];
	if (names.every((type) => typeof type === 'string' && TYPE_NAME.test(type))) return names as string[];
	findings.push({ says: `'${label}' must be names of FHIR resource types divided by commas` });
	return [];
}

function readMore(value: unknown, findings: Finding[]): Query {
	const entries = isObject(value) ? objectsOf(value.parameter) : [];
	return entries.flatMap((entry): Query => {
		const [name, text] = [textOf(entry.name), textOf(entry.value)];
		if (!name && !text) return [];
		if (name === '_typeFilter' && text && NOT_IN_FILTERS.test(text)) {
			findings.push({
				says: `'More Query Parameters': a _typeFilter may not hold _include, _revinclude, _sort or _elements`,
			});
			return [];
		}
		if (name && text && PARAMETER_NAME.test(name)) return [[name, text]];
		findings.push({
			says: `'More Query Parameters' need a name of letters, digits and "_", and a value each`,
		});
		return [];
	});
}

/**
 * By which search parameter a resource is found by its date of service (R4, US Core; `service-date` is CARIN Blue Button's). Of types
 * that are not here everything is asked for: they have no date of service, or what they say goes on (a Condition, a CarePlan).
 */
const SERVICE_DATES: Record<string, string> = {
	DiagnosticReport: 'date',
	Encounter: 'date',
	ExplanationOfBenefit: 'service-date',
	Immunization: 'date',
	MedicationDispense: 'whenhandedover',
	MedicationRequest: 'authoredon',
	Observation: 'date',
	Procedure: 'date',
	ServiceRequest: 'authored',
};

/** One filter for each type that has a date of service (PDex: a limit by date of service never goes into `_since`). */
function serviceDateFilters(from: string, types: readonly string[]): Query {
	return Object.entries(SERVICE_DATES)
		.filter(([type]) => types.length === 0 || types.includes(type))
		.map(([type, parameter]) => ['_typeFilter', `${type}?${parameter}=ge${from}`]);
}

function readServiceDate(value: unknown, findings: Finding[]): string | undefined {
	const date = readDate(value);
	if (!(date instanceof Misread)) return date;
	findings.push({ says: `'Date of Service From' must be ${date.wanted}` });
	return undefined;
}

/** An instant in UTC as FHIR writes it; undefined where nothing was entered, null where it is no date and time. */
function readInstant(value: unknown, timeZone: string): string | undefined | null {
	if (value === undefined || value === null || value === '') return undefined;
	const text = typeof value === 'string' ? value.trim() : undefined;
	if (text !== undefined && (!ISO_TIME.test(text) || readDate(text) instanceof Misread)) return null;
	try {
		return tryToParseDateTime(text ?? value, timeZone)
			.toUTC()
			.toISO();
	} catch {
		return null;
	}
}
