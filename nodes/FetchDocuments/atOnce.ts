import { LanePlaces, Lanes } from '../shared/n8n/lanes';
import { Queue } from '../shared/n8n/queue';

/** Lets so many pieces of work be done at the same time, whichever item they are of. */
export class AtOnce {
	private readonly waiting = new Queue<() => void>();

	constructor(private free: number) {}

	/** Does the work when there is a slot. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		await this.take();
		try {
			return await work();
		} finally {
			this.leave();
		}
	}

	/** Within the work: does something for which no slot is needed, while another may have it. */
	async without<T>(work: () => Promise<T>): Promise<T> {
		this.leave();
		try {
			return await work();
		} finally {
			await this.take();
		}
	}

	private async take(): Promise<void> {
		if (this.free > 0) this.free -= 1;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	private leave(): void {
		const next = this.waiting.shift();
		if (next) next();
		else this.free += 1;
	}
}

/** The same for requests to several payers, none of which waits for another (see `Lanes`). */
export class AtOnceByPayer {
	private readonly lanes: Lanes;
	private readonly begin = new Map<number, () => void>();
	/** Numbers that a request had before, by payer: there are never more than requests at once, in work or waiting. */
	private readonly unused = new Map<string, number[]>();
	private numbers = 0;

	/**
	 * @param concurrency requests to one payer at the same time
	 * @param payers how many there are in the run
	 */
	constructor(concurrency: number, payers: number) {
		this.lanes = new Lanes(concurrency, [], () => '', new LanePlaces(payers));
	}

	/** Does the work when there is a slot for the payer. */
	async run<T>(payer: string, work: () => Promise<T>): Promise<T> {
		const unused = this.unused.get(payer) ?? [];
		this.unused.set(payer, unused);
		const number = unused.pop() ?? this.newNumber(payer);
		await new Promise<void>((resolve) => {
			this.begin.set(number, resolve);
			this.lanes.ready(number);
			this.startMore();
		});
		try {
			return await work();
		} finally {
			this.lanes.done(number);
			unused.push(number);
			this.startMore();
		}
	}

	private newNumber(payer: string): number {
		this.numbers += 1;
		this.lanes.add(this.numbers, payer);
		return this.numbers;
	}

	private startMore(): void {
		for (let number = this.lanes.next(); number !== undefined; number = this.lanes.next()) {
			this.begin.get(number)?.();
			this.begin.delete(number);
		}
	}
}
