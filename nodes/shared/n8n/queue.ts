/** A queue whose steps do not grow with its length, as `Array.shift` does. */
export class Queue<T> {
	private entries: T[] = [];
	private first = 0;

	get size(): number {
		return this.entries.length - this.first;
	}

	/** At the end. */
	push(entry: T): void {
		this.entries.push(entry);
	}

	/** Takes the first out; undefined if there is none. */
	shift(): T | undefined {
		if (this.size === 0) return undefined;
		const entry = this.entries[this.first];
		this.first += 1;
		if (this.first * 2 > this.entries.length) this.takeOut();
		return entry;
	}

	/** Takes all out, in their order. */
	takeAll(): T[] {
		const all = this.entries.slice(this.first);
		this.entries = [];
		this.first = 0;
		return all;
	}

	/** Gives back the room of what was taken. */
	private takeOut(): void {
		this.entries = this.entries.slice(this.first);
		this.first = 0;
	}
}
