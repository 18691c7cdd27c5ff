import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from './json';

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
