const FIRST_SLOTS = 1024;

/**
 * A count or a mark of 32 bits for each of many numbers: an open table, half empty, of 24 bytes for each. A Map of such numbers takes five
 * times as much, and as long.
 */
export class NumberTable {
	size = 0;
	private keys = new Float64Array(FIRST_SLOTS);
	private values = new Uint32Array(FIRST_SLOTS);

	/**
	 * Where a key stands, or would stand. It holds until the next key is put in.
	 * @param key a whole number above 0, spread evenly, as a part of a hash is
	 */
	slotOf(key: number): number {
		const { keys } = this;
		const last = keys.length - 1;
		let slot = key & last;
		while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & last;
		return slot;
	}

	/** The value at the slot of a key; undefined if the key is not in. */
	at(slot: number, key: number): number | undefined {
		return this.keys[slot] === key ? this.values[slot] : undefined;
	}

	/** Sets the value at the slot of a key, which is put in where it is new. */
	put(slot: number, key: number, value: number): void {
		this.values[slot] = value;
		if (this.keys[slot] === key) return;
		this.keys[slot] = key;
		this.size += 1;
		if (this.size * 2 > this.keys.length) this.grow();
	}

	/** Adds to the value of a key: what is not in counts as 0. */
	add(key: number, count = 1): void {
		const slot = this.slotOf(key);
		this.put(slot, key, (this.at(slot, key) ?? 0) + count);
	}

	has(key: number): boolean {
		return this.keys[this.slotOf(key)] === key;
	}

	forEach(look: (key: number, value: number) => void): void {
		for (let slot = 0; slot < this.keys.length; slot += 1) {
			if (this.keys[slot] !== 0) look(this.keys[slot], this.values[slot]);
		}
	}

	private grow(): void {
		const { keys, values } = this;
		this.keys = new Float64Array(keys.length * 2);
		this.values = new Uint32Array(keys.length * 2);
		for (let old = 0; old < keys.length; old += 1) {
			if (keys[old] === 0) continue;
			const slot = this.slotOf(keys[old]);
			this.keys[slot] = keys[old];
			this.values[slot] = values[old];
		}
	}
}
