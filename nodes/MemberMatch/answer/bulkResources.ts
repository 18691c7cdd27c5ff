import type { IDataObject } from 'n8n-workflow';
import { isObject, nextLink, objectsOf, textOf } from '../../shared/fhir/json';
import { isSeriousIssue, readIssues } from '../../shared/fhir/operationOutcome';
import type { NamedGroup } from './groupId';

/** How deep Parameters and Bundles may stand in each other. */
const MAX_DEPTH = 4;

/** A resource of the response with the name of the parameter that holds it. */
interface NamedResource {
	name: string;
	resource: IDataObject;
}

/** The result groups in a resource of the response: a Group, or Parameters or a batch-response Bundle that contain them. */
export function groupsIn(resource: IDataObject): NamedGroup[] {
	return resourcesIn({ name: '', resource })
		.filter((each) => each.resource.resourceType === 'Group')
		.map(({ name, resource: group }) => ({ name, group }));
}

/** A resource, and those that its entries and parameters hold, in their parts too. */
function resourcesIn(named: NamedResource, depth = 0): NamedResource[] {
	const { name, resource } = named;
	if (depth > MAX_DEPTH) return [];
	const inside =
		resource.resourceType === 'Bundle'
			? objectsOf(resource.entry).flatMap(({ resource: each, response }) => [
					each,
					...(isObject(response) ? [response.outcome] : []),
				])
			: [];
	const ofParameters = resource.resourceType === 'Parameters' ? parametersOf(resource.parameter, name) : [];
	return [
		named,
		...[...inside.filter(isObject).map((each) => ({ name, resource: each })), ...ofParameters].flatMap(
			(each) => resourcesIn(each, depth + 1),
		),
	];
}

function parametersOf(parameters: unknown, outer: string, depth = 0): NamedResource[] {
	if (depth > MAX_DEPTH) return [];
	return objectsOf(parameters).flatMap(({ name, resource, part }) => {
		// The name of the result is the outer one where the inner is a general word, such as "return".
		const own = textOf(name) ?? '';
		const known = RESULT_NAME.test(own) || outer === '' ? own : outer;
		return [
			...(isObject(resource) ? [{ name: known, resource }] : []),
			...parametersOf(part, known, depth + 1),
		];
	});
}

const RESULT_NAME = /^(?:non|consent)?(?:matched|constrained)/i;

/**
 * Whether a part of the response is an error, or was not sent, so that something is missing: an entry of a batch-response Bundle, an
 * OperationOutcome wherever it stands, a further page of a Bundle.
 */
export function whyEntriesFailed(resources: readonly IDataObject[]): string | undefined {
	const entries = resources.flatMap(({ resourceType, entry }) =>
		resourceType === 'Bundle' ? objectsOf(entry) : [],
	);
	const isFailed = entries.some(
		({ response }) =>
			isObject(response) && response.status !== undefined && !/^2\d\d/.test(String(response.status)),
	);
	const all = resources.flatMap((resource) =>
		resourcesIn({ name: '', resource }).map((each) => each.resource),
	);
	if (all.some((each) => each.resourceType === 'Bundle' && nextLink(each) !== undefined))
		return 'The answer goes on on a page that was not read';
	const hasComplaint = all.some((each) => readIssues(each).some(isSeriousIssue));
	return isFailed || hasComplaint ? 'A part of the answer is an error' : undefined;
}
