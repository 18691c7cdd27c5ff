import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf, omitEmpty } from './json';

/** Lines of output files that are not resources of the member: block headers and deletions. */

/**
 * The subject of a block header, e.g. `Patient/123` (FHIR Bulk Data 3, "Bulk Data Output File Organization": a Parameters
 * with a parameter `header`). A header is not a resource of the member.
 *
 * @returns an empty string if the header has no reference; undefined if the resource is not a header
 */
export function blockHeader(resource: IDataObject): string | undefined {
	if (resource.resourceType !== 'Parameters') return undefined;
	const header = objectsOf(resource.parameter).find(({ name }) => name === 'header');
	if (!header) return undefined;
	return (isObject(header.valueReference) && textOf(header.valueReference.reference)) || '';
}

/** `Type/id` at the end of a URL, or only a type as in a conditional delete (`Patient?identifier=…`). */
const RESOURCE = /(?:^|\/)([A-Z][A-Za-z]{1,63})(?:\/([A-Za-z0-9\-.]{1,64}))?(?:\?.*)?$/;

/**
 * The resources that a line of a `deleted` file reports as deleted, as relative URLs such as `Patient/123` (FHIR Bulk Data
 * 2, manifest `deleted`: a transaction Bundle whose entries are DELETE requests).
 */
export function deletionsIn(bundle: IDataObject): string[] {
	return objectsOf(bundle.entry).flatMap((entry) => {
		const request = isObject(entry.request) ? entry.request : {};
		const url = textOf(request.url);
		return url && textOf(request.method)?.toUpperCase() === 'DELETE' ? [url] : [];
	});
}

/** The item for one deletion. `resourceType` and `id` are left out if the URL has another shape. @param about whose data it is */
export function deletionItem(url: string, about: IDataObject): IDataObject {
	const [, resourceType, id] = RESOURCE.exec(url) ?? [];
	return omitEmpty<IDataObject>({ ...about, deleted: true, method: 'DELETE', url, resourceType, id });
}
