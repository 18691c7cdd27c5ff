import { tryToParseDateTime, type IDataObject } from 'n8n-workflow';
import { findingsError, type Finding } from '../shared/n8n/findings';
import { isObject, objectsOf, textOf } from '../shared/fhir/json';
import type { Query } from '../shared/http/request';
import { SERVICE_DATES } from '../shared/fhir/serviceDates';
import { Misread, readDate, readText } from '../shared/fhir/values';

const TYPE_NAME = /^[A-Z][A-Za-z]{2,60}$/;
const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_:.-]{0,60}$/;
/** Parameters not allowed in a `_typeFilter` (FHIR Bulk Data, "_typeFilter Query Parameter"). */
const FORBIDDEN_IN_FILTER = /[?&](?:_include|_revinclude|_sort|_elements)(?:[:=]|$)/;
/** A root element, of one type or of all (FHIR Bulk Data 2, `_elements`). */
const ELEMENT = /^(?:[A-Z][A-Za-z]{2,60}\.)?[a-z][A-Za-z]{0,60}$/;
/** A code of the specification, or a payer-specific code, which begins with `_`. */
const ASSOCIATED_DATA = /^_?[A-Za-z][A-Za-z0-9_.-]{0,80}$/;
const PATIENT = /^(?:Patient\/)?([A-Za-z0-9\-.]{1,64})$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/;

/**
 * The query of an export kick-off (FHIR Bulk Data, "Query Parameters"): `_type`, `_elements` and `includeAssociatedData` as
 * comma-separated lists, `_since` and `_until` as instants, `patient` repeated, the date of service as one `_typeFilter` per
 * type, and the extra parameters as entered.
 *
 * @param timeZone applies to a Since or Until without one
 * @throws ExchangeError that names the field
 */
export function exportQuery(types: unknown, options: IDataObject, timeZone: string): Query {
	const findings: Finding[] = [];
	const chosen = readList(types, { ...TYPES, label: 'Resource Types' }, findings);
	const others = readList(options.otherTypes, { ...TYPES, label: 'Other Resource Types' }, findings);
	const since = readInstant(options.since, timeZone);
	if (since === null) findings.push({ says: `'Since' must be a date and time such as 2026-01-31T00:00:00Z` });
	const until = readInstant(options.until, timeZone);
	if (until === null) findings.push({ says: `'Until' must be a date and time such as 2026-01-31T00:00:00Z` });
	const serviceDateFrom = readServiceDate(options.dateOfServiceFrom, findings);
	const elements = readList(options.elements, ELEMENTS, findings);
	const associated = readList(options.includeAssociatedData, ASSOCIATED, findings);
	const patients = readPatients(options, findings);
	const organizeBy = readList(options.organizeOutputBy, ORGANIZED_BY, findings);
	const extra = readExtraParameters(options.query, findings);
	if (findings.length > 0) throw findingsError('The export request', findings);

	const query: Query = [];
	const all = [...new Set([...chosen, ...others])];
	if (all.length > 0) query.push(['_type', all.join(',')]);
	if (since) query.push(['_since', since]);
	if (until) query.push(['_until', until]);
	if (elements.length > 0) query.push(['_elements', elements.join(',')]);
	if (associated.length > 0) query.push(['includeAssociatedData', associated.join(',')]);
	if (organizeBy.length > 0) query.push(['organizeOutputBy', organizeBy[0]]);
	if (options.allowPartialManifests === true) query.push(['allowPartialManifests', 'true']);
	query.push(...patients.map((id): [string, string] => ['patient', `Patient/${id}`]));
	if (serviceDateFrom) query.push(...serviceDateFilters(serviceDateFrom, all));
	return [...query, ...extra];
}

/** Validation of a list field. */
interface ListRule {
	label: string;
	pattern: RegExp;
	/** Ends the sentence "'Elements' must be …". */
	wanted: string;
	max?: number;
}

const TYPES = { pattern: TYPE_NAME, wanted: 'names of FHIR resource types divided by commas' };
const ELEMENTS: ListRule = {
	label: 'Elements',
	pattern: ELEMENT,
	wanted: 'names of elements divided by commas, e.g. id, status, Patient.name',
};
const ASSOCIATED: ListRule = {
	label: 'Include Associated Data',
	pattern: ASSOCIATED_DATA,
	wanted: 'names such as LatestProvenanceResources, divided by commas',
};
const ORGANIZED_BY: ListRule = {
	label: 'Organize Output By',
	pattern: TYPE_NAME,
	wanted: 'the name of one FHIR resource type, e.g. Patient',
	max: 1,
};
const PATIENTS: ListRule = {
	label: 'Patients',
	pattern: PATIENT,
	wanted: "the payer's ids of patients divided by commas, e.g. Patient/1001, Patient/1002",
};

/** Reads a list, or a comma-separated string. */
function readList(value: unknown, rule: ListRule, findings: Finding[]): string[] {
	if (value === undefined || value === null || value === '') return [];
	const all: unknown[] = Array.isArray(value)
		? value
		: typeof value === 'string'
			? value.split(/[\s,]+/)
			: [value];
	const { label, pattern, wanted, max = Infinity } = rule;
	const read = all.map(readText).filter((text) => text !== undefined);
	const texts = read.filter((text) => typeof text === 'string');
	const entries = [...new Set(texts)];
	const isValid = texts.length === read.length && texts.every((text) => pattern.test(text));
	if (isValid && entries.length <= max) return entries;
	findings.push({ says: `'${label}' must be ${wanted}` });
	return [];
}

/**
 * The patient ids that an export is limited to. A reference such as `Patient/1001` is read as its id.
 * @param findings receives problems with the option
 */
export function readPatients(options: IDataObject, findings: Finding[] = []): string[] {
	const ids = readList(options.patients, PATIENTS, findings).map((each) => each.replace(PATIENT, '$1'));
	return [...new Set(ids)];
}

function readExtraParameters(value: unknown, findings: Finding[]): Query {
	const entries = isObject(value) ? objectsOf(value.parameter) : [];
	return entries.flatMap((entry): Query => {
		const [name, text] = [textOf(entry.name), textOf(entry.value)];
		if (!name && !text) return [];
		if (name === '_typeFilter' && text && FORBIDDEN_IN_FILTER.test(text)) {
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

/** One filter per type that has a date of service (PDex: the date of service must not be sent as `_since`). */
function serviceDateFilters(from: string, types: readonly string[]): Query {
	return Object.entries(SERVICE_DATES)
		.filter(([type]) => types.length === 0 || types.includes(type))
		.map(([type, { search }]) => ['_typeFilter', `${type}?${search}=ge${from}`]);
}

function readServiceDate(value: unknown, findings: Finding[]): string | undefined {
	const date = readDate(value);
	if (!(date instanceof Misread)) return date;
	findings.push({ says: `'Date of Service From' must be ${date.wanted}` });
	return undefined;
}

/** A FHIR instant in UTC; undefined if the field is empty, null if it is not a date and time. */
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
