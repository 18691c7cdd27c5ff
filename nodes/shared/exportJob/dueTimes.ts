/** A job and when it is due (ms since 1970); `order` decides between those due at the same time. */
interface Due {
	index: number;
	at: number;
	order: number;
}

/** The times at which the jobs of a run are due, as a heap: each step takes time in proportion to the logarithm of their number. */
export class DueTimes {
	private readonly heap: Due[] = [];
	private added = 0;

	/** When the first is due; Infinity if there is none. */
	get nextAt(): number {
		return this.heap[0]?.at ?? Infinity;
	}

	add(index: number, at: number): void {
		this.added += 1;
		const due = { index, at, order: this.added };
		let place = this.heap.length;
		while (place > 0) {
			const parent = (place - 1) >> 1;
			if (isBefore(this.heap[parent], due)) break;
			this.heap[place] = this.heap[parent];
			place = parent;
		}
		this.heap[place] = due;
	}

	/** Takes out the first job if it is due: the earliest, and of several the one that was added first. */
	take(now: number): number | undefined {
		if (this.nextAt > now) return undefined;
		const [first] = this.heap;
		const last = this.heap.pop();
		if (last && this.heap.length > 0) this.sink(last);
		return first.index;
	}

	/** Puts an entry into the free place at the top, and moves it down to where it belongs. */
	private sink(due: Due): void {
		let place = 0;
		for (;;) {
			const left = 2 * place + 1;
			if (left >= this.heap.length) break;
			const right = left + 1;
			const child = right < this.heap.length && isBefore(this.heap[right], this.heap[left]) ? right : left;
			if (isBefore(due, this.heap[child])) break;
			this.heap[place] = this.heap[child];
			place = child;
		}
		this.heap[place] = due;
	}
}

function isBefore(one: Due, other: Due): boolean {
	return one.at < other.at || (one.at === other.at && one.order < other.order);
}
