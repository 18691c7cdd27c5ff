import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../shared/fhir/json';
import { instantOf } from '../shared/fhir/values';
import { LEFT_OUT, type ResourceLine } from '../shared/files/batchIntake';

/** Puts another version of a resource in the place of the one that was passed on. */
export type Replace = (resource: IDataObject, at: ResourceLine) => void;

/**
 * Passes a resource on, or returns the reason why it cannot be used.
 * @returns how to replace it afterwards
 */
export type PassOn = (resource: IDataObject, at: ResourceLine) => Replace | string;

interface Kept {
	updatedAt: number;
	replace: Replace;
}

/**
 * Passes on one of each resource of a file, by type and id: the version that was last updated, or the first where that is not stated. It
 * remembers what is passed on, so it is for outputs whose size has a ceiling.
 */
export function oneOfEach(passOn: PassOn): (resource: IDataObject, at: ResourceLine) => unknown {
	const kept = new Map<string, Kept>();
	return (resource, at) => {
		const { resourceType, id, meta } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return passOn(resource, at);
		const key = `${resourceType}/${id}`;
		const known = kept.get(key);
		const updatedAt = instantOf(isObject(meta) ? meta.lastUpdated : undefined) ?? -Infinity;
		if (known) {
			if (updatedAt > known.updatedAt) {
				known.replace(resource, at);
				known.updatedAt = updatedAt;
			}
			return LEFT_OUT;
		}
		const replace = passOn(resource, at);
		if (typeof replace === 'string') return replace;
		kept.set(key, { updatedAt, replace });
		return undefined;
	};
}
