import { flatMap, listOf } from './collections';
import type { Collection, Scope } from './compiler';
import { ownMember } from './members';

/** Keys by which rows of one payer are joined: what `getReferenceKey` gives for a reference, `getResourceKey` gives for its target. */

/** `Type/id`, or `Type/id/_history/version`, at the end of a reference. */
const RELATIVE = /^([A-Za-z]{1,64})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** The key of a resource: prefix, type and id. Nothing for an element, and for a contained resource, whose id means nothing outside. */
export function resourceKey(focus: Collection, { resource, keyPrefix }: Scope): Collection {
	return flatMap(focus, (value) => {
		const [type, id] = [ownMember(value, 'resourceType'), ownMember(value, 'id')];
		if (typeof type !== 'string' || typeof id !== 'string') return undefined;
		const isContained = value !== resource && listOf(ownMember(resource, 'contained')).includes(value);
		return isContained ? undefined : `${keyPrefix}${type}/${id}`;
	});
}

/**
 * The key of what a Reference means, if that is a resource of the same payer: a relative reference, or one below the payer's FHIR base
 * address, without the version. Nothing for any other: contained (`#id`), `urn:`, another server, a search.
 *
 * @param type only references to resources of this type
 */
export function referenceKey(focus: Collection, type: string | undefined, scope: Scope): Collection {
	return flatMap(focus, (value) => {
		const reference = ownMember(value, 'reference');
		if (typeof reference !== 'string') return undefined;
		const { fhirBase } = scope;
		const isBelow = fhirBase !== '' && reference.startsWith(fhirBase);
		const [, target, id] = RELATIVE.exec(isBelow ? reference.slice(fhirBase.length) : reference) ?? [];
		if (target === undefined || (type !== undefined && type !== target)) return undefined;
		return `${scope.keyPrefix}${target}/${id}`;
	});
}
