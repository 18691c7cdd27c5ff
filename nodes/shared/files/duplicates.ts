import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import { DUPLICATE_LIMITS } from '../fhir/limits';

/** How a resource compares with those of the file before it. */
export type Repetition = 'first' | 'identical' | 'different';

const FIRST_SLOTS = 1024;

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
	private ids = new Float64Array(FIRST_SLOTS);
	private prints = new Uint32Array(FIRST_SLOTS);
	private size = 0;

	/** @param text the line */
	look(resource: IDataObject, text: string): Repetition {
		const { resourceType, id } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return 'first';
		const key = hash53(resourceType, id);
		const print = fingerprint(resource, text);
		const slot = this.slotOf(key);
		if (this.ids[slot] === key) {
			this.count += 1;
			if (this.prints[slot] === print) return 'identical';
			this.different += 1;
			this.prints[slot] = print;
			return 'different';
		}
		if (this.size >= DUPLICATE_LIMITS.resources) this.isCut = true;
		else this.add(slot, key, print);
		return 'first';
	}

	private add(slot: number, key: number, print: number): void {
		this.ids[slot] = key;
		this.prints[slot] = print;
		this.size += 1;
		if (this.size * 2 > this.ids.length) this.grow();
	}

	private slotOf(key: number): number {
		const last = this.ids.length - 1;
		let slot = key & last;
		while (this.ids[slot] !== 0 && this.ids[slot] !== key) slot = (slot + 1) & last;
		return slot;
	}

	private grow(): void {
		const { ids, prints } = this;
		this.ids = new Float64Array(ids.length * 2);
		this.prints = new Uint32Array(ids.length * 2);
		for (let old = 0; old < ids.length; old += 1) {
			if (ids[old] === 0) continue;
			const slot = this.slotOf(ids[old]);
			this.ids[slot] = ids[old];
			this.prints[slot] = prints[old];
		}
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
