import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from './json';

/**
 * Whose block of resources begins, e.g. `Patient/123`, where a resource is the header of one (FHIR Bulk Data 3, "Bulk Data Output File
 * Organization": a Parameters with a parameter `header`). It is no resource of the member. Empty where the header names nobody.
 *
 * @returns undefined for anything else
 */
export function blockHeader(resource: IDataObject): string | undefined {
	if (resource.resourceType !== 'Parameters') return undefined;
	const header = objectsOf(resource.parameter).find(({ name }) => name === 'header');
	if (!header) return undefined;
	return (isObject(header.valueReference) && textOf(header.valueReference.reference)) || '';
}
