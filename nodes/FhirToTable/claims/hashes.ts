import { createHash } from 'crypto';
import { Column } from './columns';

/** 64 bits of a text. */
export interface Hash {
	high: number;
	low: number;
}

/** Cryptographic, because a payer chooses the texts: no two of another payer's can be hit. */
export function hashOf(text: string): Hash {
	const digest = createHash('sha256').update(text).digest();
	return { high: digest.readUInt32LE(0), low: digest.readUInt32LE(4) };
}

/** A list of hashes, by number. */
export class Hashes {
	private readonly high = new Column(Uint32Array);
	private readonly low = new Column(Uint32Array);

	get(at: number): Hash {
		return { high: this.high.get(at), low: this.low.get(at) };
	}

	set(at: number, { high, low }: Hash): void {
		this.high.set(at, high);
		this.low.set(at, low);
	}

	is(at: number, { high, low }: Hash): boolean {
		return this.low.get(at) === low && this.high.get(at) === high;
	}

	get bytes(): number {
		return this.high.bytes + this.low.bytes;
	}
}

const FIRST_SLOTS = 1021;
const FULLEST = 0.8;
const GROWTH = 1.5;

/** Finds a hash of a list: an open table of numbers, 5 to 8 bytes for each. */
export class HashTable {
	/** The number in the list and 1; 0 for none. */
	private slots = new Uint32Array(FIRST_SLOTS);
	private size = 0;

	constructor(private readonly list: Hashes) {}

	/** The number of a hash in the list; -1 if it is not there. */
	find(hash: Hash): number {
		return this.slots[this.slotOf(hash)] - 1;
	}

	/** Adds a number of the list, whose hash is not there yet. */
	add(at: number): void {
		if (this.size + 1 > this.slots.length * FULLEST) this.grow();
		this.slots[this.slotOf(this.list.get(at))] = at + 1;
		this.size += 1;
	}

	get bytes(): number {
		return this.slots.byteLength;
	}

	private slotOf(hash: Hash): number {
		let slot = hash.low % this.slots.length;
		while (this.slots[slot] !== 0 && !this.list.is(this.slots[slot] - 1, hash)) {
			slot = slot + 1 === this.slots.length ? 0 : slot + 1;
		}
		return slot;
	}

	private grow(): void {
		const old = this.slots;
		this.slots = new Uint32Array(Math.ceil(old.length * GROWTH));
		for (const entry of old) if (entry !== 0) this.slots[this.slotOf(this.list.get(entry - 1))] = entry;
	}
}
