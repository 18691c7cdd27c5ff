import { isObject, objectsOf, textOf } from '../../fhir/json';

/**
 * Names of the operations that a capability statement states, for the server and for any resource (FHIR R4
 * CapabilityStatement.rest.operation, .rest.resource.operation): by name, and by the last part of their definition.
 *
 * @returns undefined where it is no capability statement, or states no operation at all: then it tells nothing
 */
export function offeredOperations(capabilities: unknown): string[] | undefined {
	if (!isObject(capabilities) || capabilities.resourceType !== 'CapabilityStatement') return undefined;
	const operations = objectsOf(capabilities.rest).flatMap((rest) => [
		...objectsOf(rest.operation),
		...objectsOf(rest.resource).flatMap(({ operation }) => objectsOf(operation)),
	]);
	if (operations.length === 0) return undefined;
	return operations.flatMap(({ name, definition }) => {
		const last = textOf(definition)?.split('|')[0].split('/').at(-1);
		return [textOf(name)?.replace(/^\$/, ''), last].filter((each) => each !== undefined);
	});
}
