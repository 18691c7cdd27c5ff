/** Lanes with items in work at once. */
const MAX_ACTIVE_LANES = 8;
/** Items in work at once, where there are several lanes. */
const MAX_IN_WORK = 40;
/** The share of a lane does not depend on whether there are two, three or four, so that a further one takes nothing from the others. */
const LARGEST_SHARE = MAX_IN_WORK / 4;
/** Where lanes wait, one that has started this many times its limit lets another take its place. */
const ROUNDS_OF_A_TURN = 4;

/** The items of one payer, for instance. */
interface Lane {
	/** All of the run. */
	items: number[];
	/** May start, in this order. */
	ready: Queue<number>;
	inWork: number;
	/** Has a place among the active lanes. */
	isActive: boolean;
	/** Waits for a place. */
	isQueued: boolean;
	/** Since it got its place. */
	started: number;
}

/**
 * Decides which item of a run may start next, so that a slow payer never holds up the others: the items of each lane start in their own
 * order, as many at once as the lane's limit. With one lane that is the concurrency as given. With several, at most 8 lanes are active and 40
 * items in work; lanes wait for a place in the order in which they asked, and one with many items gives its place up after a while.
 *
 * Knows neither time nor requests: the caller says what is ready and what is done, and starts what `next` returns.
 */
export class Lanes {
	/** Items in work at once in one lane. */
	readonly limit: number;
	private readonly laneOfItem = new Map<number, Lane>();
	private readonly active = new Set<Lane>();
	private readonly queue = new Queue<Lane>();
	private total = 0;

	/**
	 * @param concurrency items in work at once, at least 1
	 * @param items all items of the run
	 * @param laneOf the lane of an item; must not throw
	 */
	constructor(concurrency: number, items: Iterable<number>, laneOf: (item: number) => string) {
		const lanes = new Map<string, Lane>();
		for (const item of items) {
			const name = laneOf(item);
			const lane = lanes.get(name) ?? newLane();
			lane.items.push(item);
			lanes.set(name, lane);
			this.laneOfItem.set(item, lane);
		}
		this.limit = Math.min(concurrency, shareOf(lanes.size));
	}

	/** Items that were started and are not done. */
	get inWork(): number {
		return this.total;
	}

	/** The item may start, after those of its lane that are ready already. */
	ready(item: number): void {
		const lane = this.lane(item);
		lane.ready.push(item);
		if (!lane.isActive) this.enqueue(lane);
	}

	/** Starts an item: it is in work until `done`. Undefined if none may start now. */
	next(): number | undefined {
		for (const lane of this.active) if (this.mayStart(lane)) return this.start(lane);
		while (this.active.size < MAX_ACTIVE_LANES) {
			const lane = this.queue.shift();
			if (!lane) return undefined;
			lane.isQueued = false;
			if (lane.ready.size === 0) continue;
			Object.assign(lane, { isActive: true, started: 0 });
			this.active.add(lane);
			return this.start(lane);
		}
		return undefined;
	}

	/** A started item is no longer in work. It may become ready again. */
	done(item: number): void {
		const lane = this.lane(item);
		lane.inWork -= 1;
		this.total -= 1;
		this.leaveIfIdle(lane);
	}

	/** Takes back the items of this item's lane that are ready and not started, in their order. */
	withdraw(item: number): number[] {
		const lane = this.lane(item);
		const withdrawn = lane.ready.takeAll();
		this.leaveIfIdle(lane);
		return withdrawn;
	}

	/** All items of this item's lane, itself included, in the order of the run. */
	sameLane(item: number): readonly number[] {
		return this.lane(item).items;
	}

	private lane(item: number): Lane {
		const lane = this.laneOfItem.get(item);
		if (!lane) throw new Error(`Item ${item} is not of this run`);
		return lane;
	}

	private mayStart(lane: Lane): boolean {
		return lane.ready.size > 0 && lane.inWork < this.limit && !this.mustYield(lane);
	}

	private mustYield({ started }: Lane): boolean {
		return this.queue.size > 0 && started >= this.limit * ROUNDS_OF_A_TURN;
	}

	private start(lane: Lane): number | undefined {
		lane.inWork += 1;
		lane.started += 1;
		this.total += 1;
		return lane.ready.shift();
	}

	private leaveIfIdle(lane: Lane): void {
		if (!lane.isActive || lane.inWork > 0) return;
		if (lane.ready.size > 0 && !this.mustYield(lane)) return;
		lane.isActive = false;
		this.active.delete(lane);
		if (lane.ready.size > 0) this.enqueue(lane);
	}

	private enqueue(lane: Lane): void {
		if (lane.isQueued) return;
		lane.isQueued = true;
		this.queue.push(lane);
	}
}

function newLane(): Lane {
	return { items: [], ready: new Queue(), inWork: 0, isActive: false, isQueued: false, started: 0 };
}

/** @param lanes of the whole run */
function shareOf(lanes: number): number {
	if (lanes <= 1) return Infinity;
	return Math.min(LARGEST_SHARE, Math.floor(MAX_IN_WORK / Math.min(lanes, MAX_ACTIVE_LANES)));
}

/** A queue whose steps do not grow with its length, as `Array.shift` does. */
class Queue<T> {
	private entries: T[] = [];
	private first = 0;

	get size(): number {
		return this.entries.length - this.first;
	}

	push(entry: T): void {
		this.entries.push(entry);
	}

	shift(): T | undefined {
		if (this.size === 0) return undefined;
		const entry = this.entries[this.first];
		this.first += 1;
		if (this.first * 2 > this.entries.length) this.takeOut();
		return entry;
	}

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
