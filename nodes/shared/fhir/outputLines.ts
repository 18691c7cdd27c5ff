import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf, withoutBlanks } from './json';

/** Lines of output files that hold no resource of the member: headers of blocks, and deletions. */

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

/** `Type/id` at the end of an address, or a type alone as in a conditional delete (`Patient?identifier=…`). */
const RESOURCE = /(?:^|\/)([A-Z][A-Za-z]{1,63})(?:\/([A-Za-z0-9\-.]{1,64}))?(?:\?.*)?$/;

/**
 * What a line of a `deleted` file says was deleted at the payer: relative addresses such as `Patient/123`
 * (FHIR Bulk Data 2, manifest `deleted`: a transaction Bundle whose entries are DELETE requests).
 */
export function deletionsIn(bundle: IDataObject): string[] {
	return objectsOf(bundle.entry).flatMap((entry) => {
		const request = isObject(entry.request) ? entry.request : {};
		const url = textOf(request.url);
		return url && textOf(request.method)?.toUpperCase() === 'DELETE' ? [url] : [];
	});
}

/** A deletion as an item: whose data it is about, and what to delete. An address of another shape has no `resourceType` and `id`. */
export function deletionItem(url: string, about: IDataObject): IDataObject {
	const [, resourceType, id] = RESOURCE.exec(url) ?? [];
	return withoutBlanks<IDataObject>({ ...about, deleted: true, method: 'DELETE', url, resourceType, id });
}
