import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import type { NamedGroup } from './groupId';

/** The result groups in a resource of the response: a Group, or Parameters or a batch-response Bundle that contain them. */
export function groupsIn(resource: IDataObject): NamedGroup[] {
	if (resource.resourceType === 'Group') return [{ name: '', group: resource }];
	if (resource.resourceType === 'Bundle') return entriesOf(resource).flatMap(groupsIn);
	if (resource.resourceType !== 'Parameters') return [];
	return objectsOf(resource.parameter).flatMap(({ name, resource: group }) =>
		isObject(group) && group.resourceType === 'Group' ? [{ name: textOf(name) ?? '', group }] : [],
	);
}

/** The resources of a Bundle that are no Bundles themselves. */
function entriesOf(bundle: IDataObject): IDataObject[] {
	return objectsOf(bundle.entry).flatMap(({ resource }) =>
		isObject(resource) && resource.resourceType !== 'Bundle' ? [resource] : [],
	);
}

/** Whether an entry of a batch-response Bundle is an error, so that something is missing. */
export function whyEntriesFailed(resources: readonly IDataObject[]): string | undefined {
	const entries = resources.flatMap(({ resourceType, entry }) =>
		resourceType === 'Bundle' ? objectsOf(entry) : [],
	);
	const isFailed = entries.some(
		({ response }) =>
			isObject(response) && response.status !== undefined && !/^2\d\d/.test(String(response.status)),
	);
	return isFailed ? 'A part of the answer is an error' : undefined;
}
