import { Queue } from './queue';

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
	/** Who starts them. */
	owner: Lanes;
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

/** The places of a run, which all `Lanes` share that are given them: two kinds of work at once are then no more requests than one. */
export class LanePlaces {
	private readonly active = new Set<Lane>();
	private readonly queue = new Queue<Lane>();

	/** @param lanes how many there are in the run, of all kinds of work */
	constructor(private readonly lanes: number) {}

	/** Items of one lane that may be in work at once, as far as the others are concerned. */
	get share(): number {
		if (this.lanes <= 1) return Infinity;
		return Math.min(LARGEST_SHARE, Math.floor(MAX_IN_WORK / Math.min(this.lanes, MAX_ACTIVE_LANES)));
	}

	/** Whether a lane waits for a place. */
	get areWanted(): boolean {
		return this.queue.size > 0;
	}

	/** The active lanes of one kind of work, in the order in which they got their places. */
	*activeOf(owner: Lanes): Generator<Lane> {
		for (const lane of this.active) if (lane.owner === owner) yield lane;
	}

	/** Gives a lane a place, or lets it wait for one. */
	take(lane: Lane): void {
		if (lane.isQueued) return;
		lane.isQueued = true;
		this.queue.push(lane);
		this.fill(lane.owner);
	}

	/** Gives the place of a lane to one that waits. */
	leave(lane: Lane): void {
		lane.isActive = false;
		this.active.delete(lane);
		this.fill(lane.owner);
	}

	/** @param actor asks by itself which item is next; the others are told */
	private fill(actor: Lanes): void {
		const others = new Set<Lanes>();
		while (this.active.size < MAX_ACTIVE_LANES) {
			const lane = this.queue.shift();
			if (!lane) break;
			lane.isQueued = false;
			if (lane.ready.size === 0) continue;
			Object.assign(lane, { isActive: true, started: 0 });
			this.active.add(lane);
			if (lane.owner !== actor) others.add(lane.owner);
		}
		for (const other of others) other.onPlace?.();
	}
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
	/** Called when other work of the run has left a place to a lane of this one: there is a `next` item. */
	onPlace?: () => void;
	private readonly lanes = new Map<string, Lane>();
	private readonly laneOfItem = new Map<number, Lane>();
	private readonly places: LanePlaces;
	private total = 0;
	private readyCount = 0;

	/**
	 * @param concurrency items in work at once, at least 1
	 * @param items all items of the run
	 * @param laneOf the lane of an item; must not throw
	 * @param places of a run with other lanes besides
	 */
	constructor(
		concurrency: number,
		items: Iterable<number>,
		laneOf: (item: number) => string,
		places?: LanePlaces,
	) {
		for (const item of items) this.add(item, laneOf(item));
		this.places = places ?? new LanePlaces(this.lanes.size);
		this.limit = Math.min(concurrency, this.places.share);
	}

	/** A further item of the run. */
	add(item: number, laneName: string): void {
		const lane = this.lanes.get(laneName) ?? newLane(this);
		lane.items.push(item);
		this.lanes.set(laneName, lane);
		this.laneOfItem.set(item, lane);
	}

	/** Items that were started and are not done. */
	get inWork(): number {
		return this.total;
	}

	/** Whether no item is in work, and none is ready. */
	get isIdle(): boolean {
		return this.total === 0 && this.readyCount === 0;
	}

	/** The item may start, after those of its lane that are ready already. */
	ready(item: number): void {
		const lane = this.lane(item);
		lane.ready.push(item);
		this.readyCount += 1;
		if (!lane.isActive) this.places.take(lane);
	}

	/** Starts an item: it is in work until `done`. Undefined if none may start now. */
	next(): number | undefined {
		for (const lane of this.places.activeOf(this)) if (this.mayStart(lane)) return this.start(lane);
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
		return this.withdrawLane(this.lane(item));
	}

	/** Takes back all that is ready and not started, so that it keeps no place from others. */
	withdrawAll(): void {
		for (const lane of this.lanes.values()) this.withdrawLane(lane);
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

	private withdrawLane(lane: Lane): number[] {
		const withdrawn = lane.ready.takeAll();
		this.readyCount -= withdrawn.length;
		this.leaveIfIdle(lane);
		return withdrawn;
	}

	private mayStart(lane: Lane): boolean {
		return lane.ready.size > 0 && lane.inWork < this.limit && !this.mustYield(lane);
	}

	private mustYield({ started }: Lane): boolean {
		return this.places.areWanted && started >= this.limit * ROUNDS_OF_A_TURN;
	}

	private start(lane: Lane): number | undefined {
		lane.inWork += 1;
		lane.started += 1;
		this.total += 1;
		this.readyCount -= 1;
		return lane.ready.shift();
	}

	private leaveIfIdle(lane: Lane): void {
		if (!lane.isActive || lane.inWork > 0) return;
		if (lane.ready.size > 0 && !this.mustYield(lane)) return;
		this.places.leave(lane);
		if (lane.ready.size > 0) this.places.take(lane);
	}
}

/**
 * Works on all items that are ready, as the lanes allow it.
 * @param isHalted once it is true, nothing more is started
 */
export async function workInLanes(
	lanes: Lanes,
	work: (item: number) => Promise<void>,
	isHalted = () => false,
): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		const startMore = () => {
			if (isHalted()) lanes.withdrawAll();
			for (let item = lanes.next(); item !== undefined; item = lanes.next()) {
				work(item).then(startMore).catch(reject);
			}
			if (lanes.isIdle) resolve();
		};
		lanes.onPlace = startMore;
		startMore();
	});
}

function newLane(owner: Lanes): Lane {
	return { owner, items: [], ready: new Queue(), inWork: 0, isActive: false, isQueued: false, started: 0 };
}
