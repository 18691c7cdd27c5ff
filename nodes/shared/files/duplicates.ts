import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import { DUPLICATE_LIMITS } from '../fhir/limits';
import { NumberTable } from './numberTable';

/** How a resource compares with those of the file before it. */
export type Repetition = 'first' | 'identical' | 'different';

/**
 * Counts the resources that a file holds twice, by type and id. It keeps 12 bytes for each: a hash of type and id, and a fingerprint of the
 * line. Whoever leaves out a resource compares it itself.
 */
export class Duplicates {
	/** Resources that the file held before. */
	count = 0;
	/** Those of them that differ from the one before. */
	different = 0;
	/** There were more resources than are compared. */
	isCut = false;
	/** The fingerprint of each resource. */
	private readonly prints = new NumberTable();

	/** @param text the line */
	look(resource: IDataObject, text: string): Repetition {
		const { resourceType, id } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return 'first';
		const key = hash53(resourceType, id);
		const print = fingerprint(resource, text);
		const slot = this.prints.slotOf(key);
		const before = this.prints.at(slot, key);
		if (before !== undefined) {
			this.count += 1;
			if (before === print) return 'identical';
			this.different += 1;
			this.prints.put(slot, key, print);
			return 'different';
		}
		if (this.prints.size >= DUPLICATE_LIMITS.resources) this.isCut = true;
		else this.prints.put(slot, key, print);
		return 'first';
	}
}

/** Two hashes of type and id (FNV-1a with different starts) as one number of 53 bits, never 0. */
function hash53(type: string, id: string): number {
	let [high, low] = [0x811c9dc5, 0x050c5d1f];
	// Not joined first: that would make a new text for every resource.
	for (const text of [type, '/', id]) {
		for (let at = 0; at < text.length; at += 1) {
			const unit = text.charCodeAt(at);
			high = Math.imul(high ^ unit, 0x01000193);
			low = Math.imul(low ^ unit, 0x0100019d);
		}
	}
	return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0) || 1;
}

/** A line of so many letters is looked at whole; of a longer one, so many letters. */
const SHORT_LINE = 256;
const SAMPLES = 48;

/** Of its length, its version, and letters all over it, because looking at every letter of a file takes too long. */
function fingerprint({ meta }: IDataObject, text: string): number {
	const { versionId, lastUpdated } = isObject(meta) ? meta : {};
	let hash = 0x811c9dc5 ^ text.length;
	const step = text.length <= SHORT_LINE ? 1 : Math.floor(text.length / SAMPLES);
	for (let at = 0; at < text.length; at += step) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
	for (const version of [versionId, lastUpdated]) {
		if (typeof version !== 'string') continue;
		for (let at = 0; at < version.length; at += 1)
			hash = Math.imul(hash ^ version.charCodeAt(at), 0x01000193);
	}
	return hash >>> 0;
}
