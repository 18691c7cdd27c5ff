import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf, withoutBlanks } from './json';
import { isMemberDataType } from './resourceTypes';

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

/** `Type/id`, also at the end of an absolute address; nothing that would delete more than one resource. */
const RESOURCE = /^(?:https?:\/\/[^?#\s]{1,500}\/)?([A-Z][A-Za-z]{1,63})\/(?!\.+$)([A-Za-z0-9\-.]{1,64})$/;

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

/**
 * A deletion as an item: whose data it is about, and the one resource to delete.
 * @returns undefined for any other address: a conditional delete, an operation, a type that is no data of a member
 */
export function deletionItem(address: string, about: IDataObject): IDataObject | undefined {
	const [, resourceType, id] = RESOURCE.exec(address) ?? [];
	if (resourceType === undefined || !isMemberDataType(resourceType)) return undefined;
	const url = `${resourceType}/${id}`;
	return withoutBlanks<IDataObject>({ ...about, deleted: true, method: 'DELETE', url, resourceType, id });
}
