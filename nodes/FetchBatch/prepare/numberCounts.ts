const FIRST_SLOTS = 1024;

/** How often each of many numbers came: 24 bytes each. A Map of such numbers takes five times as much, and as long. */
export class NumberCounts {
	size = 0;
	private keys = new Float64Array(FIRST_SLOTS);
	private counts = new Uint32Array(FIRST_SLOTS);

	/** @param key a whole number above 0, spread evenly, as a part of a hash is */
	add(key: number, count = 1): void {
		const slot = this.slotOf(key);
		if (this.keys[slot] !== key) {
			this.keys[slot] = key;
			this.size += 1;
		}
		this.counts[slot] += count;
		if (this.size * 2 > this.keys.length) this.grow();
	}

	has(key: number): boolean {
		return this.keys[this.slotOf(key)] === key;
	}

	forEach(look: (key: number, count: number) => void): void {
		this.keys.forEach((key, slot) => {
			if (key !== 0) look(key, this.counts[slot]);
		});
	}

	private slotOf(key: number): number {
		const last = this.keys.length - 1;
		let slot = key & last;
		while (this.keys[slot] !== 0 && this.keys[slot] !== key) slot = (slot + 1) & last;
		return slot;
	}

	private grow(): void {
		const { keys, counts } = this;
		this.keys = new Float64Array(keys.length * 2);
		this.counts = new Uint32Array(keys.length * 2);
		this.size = 0;
		keys.forEach((key, slot) => {
			if (key !== 0) this.add(key, counts[slot]);
		});
	}
}
