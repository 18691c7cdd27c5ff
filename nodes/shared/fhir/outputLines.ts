import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, oneOrMore, textOf, omitEmpty } from './json';
import { TEXT_LIMITS } from './limits';
import { isMemberDataType } from './resourceTypes';
import { shortText } from './values';

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
	return (
		(isObject(header.valueReference) && shortText(header.valueReference.reference, TEXT_LIMITS.id)) || ''
	);
}

/** `Type/id`, also at the end of an absolute URL; nothing that would delete more than one resource. */
const RESOURCE = /^(?:https?:\/\/[^?#\s]{1,500}\/)?([A-Z][A-Za-z]{1,63})\/(?!\.+$)([A-Za-z0-9\-.]{1,64})$/;

/**
 * The resources that a line of a `deleted` file reports as deleted, as relative URLs such as `Patient/123` (FHIR Bulk Data
 * 2, manifest `deleted`: a transaction Bundle whose entries are DELETE requests). One that is longer than an address can be is cut.
 */
export function deletionsIn(bundle: IDataObject): string[] {
	return oneOrMore(bundle.entry).flatMap((entry) => {
		const request = isObject(entry.request) ? entry.request : {};
		const url = textOf(request.url);
		const isDelete = shortText(request.method, TEXT_LIMITS.code)?.toUpperCase() === 'DELETE';
		return url && isDelete ? [cutAddress(url)] : [];
	});
}

/** How many entries of such a line are no deletion; a line that is no Bundle is one. */
export function noDeletionsIn({ resourceType, entry }: IDataObject, deletions: number): number {
	if (resourceType !== 'Bundle') return 1;
	const entries = Array.isArray(entry) ? entry.length : (entry ?? undefined) === undefined ? 0 : 1;
	return entries - deletions;
}

function cutAddress(url: string): string {
	return url.length > TEXT_LIMITS.address ? `${url.slice(0, TEXT_LIMITS.address)}…` : url;
}

/**
 * The item for one deletion.
 * @param about whose data it is
 * @returns undefined for any other address: a conditional delete, an operation, a type that is not data of a member
 */
export function deletionItem(address: string, about: IDataObject): IDataObject | undefined {
	const [, resourceType, id] = RESOURCE.exec(address) ?? [];
	if (resourceType === undefined || !isMemberDataType(resourceType)) return undefined;
	const url = `${resourceType}/${id}`;
	return omitEmpty<IDataObject>({ ...about, deleted: true, method: 'DELETE', url, resourceType, id });
}
