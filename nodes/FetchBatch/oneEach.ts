import { isObject } from '../shared/fhir/json';
import { instantOf } from '../shared/fhir/values';
import { LEFT_OUT, type OnResource } from '../shared/files/intakeOptions';

interface Kept {
	updatedAt: number;
	replace: OnResource;
}

/**
 * Passes on one of each resource of a file, by type and id: the version that was last updated, or the first where that is not stated. It
 * remembers what is passed on, so it is for outputs whose size has a ceiling.
 *
 * @param passOn passes a resource on, or returns the reason why it cannot be used
 * @param replaceLast how to put another version in the place of what was passed on last
 */
export function oneOfEach(passOn: OnResource, replaceLast: () => OnResource): OnResource {
	const kept = new Map<string, Kept>();
	return (resource, ...line) => {
		const { resourceType, id, meta } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return passOn(resource, ...line);
		const key = `${resourceType}/${id}`;
		const known = kept.get(key);
		const updatedAt = instantOf(isObject(meta) ? meta.lastUpdated : undefined) ?? -Infinity;
		if (known) {
			if (updatedAt > known.updatedAt) {
				known.replace(resource, ...line);
				known.updatedAt = updatedAt;
			}
			return LEFT_OUT;
		}
		const reason = passOn(resource, ...line);
		if (reason === undefined) kept.set(key, { updatedAt, replace: replaceLast() });
		return reason;
	};
}
