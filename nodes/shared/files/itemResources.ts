import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../fhir/json';
import { parseWritten } from '../sqlOnFhir/writtenDecimals';

/** A resource of an item, and the columns that say where it comes from. */
export interface FoundResource {
	resource: IDataObject;
	about: IDataObject;
	/** Number of its line in the file that it came in. */
	line?: number;
}

/**
 * The FHIR resources that an item holds: it is one, wraps one (Add Origin), is a Bundle, or holds them as text (Bundles as Text of Fetch Batch,
 * JSON Text of Read NDJSON File). Undefined if it holds none of these.
 * @param keepsBundles whether a Bundle is wanted itself, and not what is in it
 */
export function resourcesOf(json: IDataObject, keepsBundles = false): FoundResource[] | undefined {
	if (textOf(json.resourceType) !== undefined) return fromBundle(json, {}, keepsBundles);
	if (isObject(json.resource) && textOf(json.resource.resourceType) !== undefined) {
		return fromBundle(json.resource, json, keepsBundles);
	}
	if (typeof json.bundle === 'string') return fromBundleText(json.bundle, json);
	if (typeof json.resources === 'string') return fromListText(json.resources, json, keepsBundles);
	return undefined;
}

function fromBundle(resource: IDataObject, about: IDataObject, keepsBundles: boolean): FoundResource[] {
	const line = typeof about.line === 'number' ? about.line : undefined;
	if (resource.resourceType !== 'Bundle' || keepsBundles) return [{ resource, about, line }];
	return objectsOf(resource.entry)
		.map((entry) => entry.resource)
		.filter(isObject)
		.map((each) => ({ resource: each, about, line }));
}

/** The digits of numbers are kept. */
function fromBundleText(text: string, about: IDataObject): FoundResource[] | undefined {
	const bundle = parseText(text);
	return isObject(bundle) && bundle.resourceType === 'Bundle' ? fromBundle(bundle, about, false) : undefined;
}

/** The digits of numbers are kept. */
function fromListText(text: string, about: IDataObject, keepsBundles: boolean): FoundResource[] | undefined {
	const list = parseText(text);
	if (!Array.isArray(list)) return undefined;
	return objectsOf(list).flatMap((each) => {
		const found = resourcesOf(each, keepsBundles) ?? [];
		return found.map((one) => ({ ...one, about: { ...about, ...one.about } }));
	});
}

function parseText(text: string): unknown {
	try {
		return parseWritten(text);
	} catch {
		return undefined;
	}
}
