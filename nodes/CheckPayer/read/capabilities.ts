import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { isResourceType } from '../../shared/fhir/resourceTypes';
import { readGuides, type Guides } from './guides';
import { operationOf, type Operation } from './operations';

/** A fact that a statement may leave open. */
export type Stated = 'yes' | 'no' | 'not stated';

/** What a capability statement says, in values of our own. Nothing in it was tried. */
export interface Capabilities {
	/** `4.0.1`; undefined if it is not stated, or in no form of a version. */
	fhirVersion?: string;
	/** Undefined if it lists no operation at all, of whatever kind: then nothing is said about ours. */
	operations?: ReadonlySet<Operation>;
	/** Types of FHIR R4, in the order of their names; what is not one of them is only counted. */
	types: string[];
	otherTypes: number;
	/** Whether patients can be searched by an identifier. */
	patientSearch: Stated;
	guides: Guides;
	/** Whether its text names these parameters of an export: where the standard has no place to state them, some servers write of them. */
	mentions: { typeFilter: boolean; since: boolean };
	/** The address that the server calls its own. */
	ownAddress?: string;
}

/** Most entries of a list that are read: the largest servers know 150 types. */
const MAX_ENTRIES = 2000;
/** Most letters of a text that are read. */
const MAX_TEXT = 4000;

/**
 * Reads a CapabilityStatement of R4, or what came before it: STU3 (operation.definition is a Reference), DSTU2 (Conformance).
 * @returns undefined if it is none
 */
export function readCapabilities(body: unknown): Capabilities | undefined {
	if (!isObject(body)) return undefined;
	if (body.resourceType !== 'CapabilityStatement' && body.resourceType !== 'Conformance') return undefined;
	const rests = entriesOf(body.rest);
	const resources = rests.flatMap(({ resource }) => entriesOf(resource)).slice(0, MAX_ENTRIES);
	const all: Array<{ operation: IDataObject; type?: string }> = [
		...rests.flatMap((rest) => entriesOf(rest.operation).map((operation) => ({ operation }))),
		...resources.flatMap((resource) =>
			entriesOf(resource.operation).map((operation) => ({ operation, type: textOf(resource.type) })),
		),
	].slice(0, MAX_ENTRIES);
	const types = [...new Set(resources.flatMap(({ type }) => textOf(type) ?? []))];
	const known = types.filter((type) => isResourceType(type));
	const texts = [...all.map(({ operation }) => operation.documentation), body.description]
		.flatMap((each) => textOf(each) ?? [])
		.map((text) => text.slice(0, MAX_TEXT));
	const operations = all.flatMap(({ operation, type }) => operationOf(operation, type) ?? []);
	return {
		fhirVersion: versionOf(body.fhirVersion),
		operations: all.length > 0 ? new Set(operations) : undefined,
		types: known.sort(),
		otherTypes: types.length - known.length,
		patientSearch: patientSearchOf(resources),
		guides: readGuides([
			body.instantiates,
			body.implementationGuide,
			all.map(({ operation }) => operation.definition),
		]),
		mentions: {
			typeFilter: texts.some((text) => text.includes('_typeFilter')),
			since: texts.some((text) => text.includes('_since')),
		},
		ownAddress: isObject(body.implementation) ? textOf(body.implementation.url) : undefined,
	};
}

/** The names that a server gives itself, to be compared: they are the payer's words. */
export function namesOfServer(body: unknown): string[] {
	if (!isObject(body)) return [];
	const { software, publisher, implementation, name, title } = body;
	return [
		isObject(software) ? software.name : undefined,
		publisher,
		isObject(implementation) ? implementation.description : undefined,
		name,
		title,
	].flatMap((each) => textOf(each) ?? []);
}

function entriesOf(value: unknown): IDataObject[] {
	return objectsOf(Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : value);
}

const VERSION = /^\d{1,2}\.\d{1,2}(?:\.\d{1,2})?(?:-[a-z]{1,12}\d{0,2})?$/i;

function versionOf(value: unknown): string | undefined {
	const text = textOf(value);
	return text !== undefined && VERSION.test(text) ? text : undefined;
}

/** By `identifier` or `_id`, as the nodes search. A server that lists no parameters may still take them. */
function patientSearchOf(resources: readonly IDataObject[]): Stated {
	const patient = resources.filter(({ type }) => type === 'Patient');
	const interactions = patient.flatMap(({ interaction }) => entriesOf(interaction));
	if (interactions.length === 0) return 'not stated';
	if (!interactions.some(({ code }) => code === 'search-type')) return 'no';
	const names = patient.flatMap(({ searchParam }) => entriesOf(searchParam)).map(({ name }) => name);
	return names.length === 0 || names.includes('identifier') ? 'yes' : 'no';
}
