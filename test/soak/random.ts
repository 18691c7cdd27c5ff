/** Numbers by chance that are the same for the same seed. */
export class Random {
	private state: number;

	/** @param seed a whole number; any two differ */
	constructor(seed: number) {
		this.state = seed >>> 0;
	}

	/** From 0, below 1 (mulberry32). */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number from `least` to `most`, both included. */
	whole(least: number, most: number): number {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	chance(likelihood: number): boolean {
		return this.next() < likelihood;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.whole(0, list.length - 1)];
	}

	/** So many different entries of a list, in a new order. */
	some<T>(list: readonly T[], count: number): T[] {
		const left = [...list];
		return Array.from(
			{ length: Math.min(count, left.length) },
			() => left.splice(this.whole(0, left.length - 1), 1)[0],
		);
	}
}
