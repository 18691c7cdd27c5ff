/** Lets so many pieces of work be done at the same time, whichever item they are of. */
export class AtOnce {
	private readonly waiting: Array<() => void> = [];

	constructor(private free: number) {}

	/** Does the work when there is a slot. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.free > 0) this.free -= 1;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.waiting.shift();
			if (next) next();
			else this.free += 1;
		}
	}
}
