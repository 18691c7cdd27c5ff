import { MINUTE, SECOND } from '../n8n/time';

/** Below the rate that the payer was seen to bear. */
const MARGIN = 0.98;
/** Fewer answers in a second than this do not tell a rate: the payer may count jobs, or a burst. */
const MIN_MEASURED = 20;
/** Answers of a cycle that tell a rate, where so many cycles in a row were as short. */
const MIN_CYCLE = 5;
const CYCLES_OF_FEW = 3;
/** Answers looked back at. */
const KEPT_TIMES = 2000;
/** How much slower, and how often in a row, where a rate was slightly too high. */
const SLIGHTLY = 1.04;
const SLIGHT_STEPS = 3;
/** A rate that lasted this long before the next 429 was nearly right. */
const SUSTAINED_MS = 8 * SECOND;
/** How long a rate is kept before a higher one is tried: at first; and as a multiple of what the last 429 cost. */
const FIRST_PLATEAU_MS = 20 * SECOND;
const PLATEAU_PER_HOLD = 12;
/** Without a 429 for this long, the rate is forgotten; as a multiple of what the last 429 cost, within these bounds. */
const FORGET_MS = { least: 3 * MINUTE, most: 10 * MINUTE, perHold: 30 };
const LONGEST_GAP_MS = MINUTE;
/** How long others wait for the answer to the first request after a pause, and how often they look. */
const PROBE_MS = 2 * SECOND;
const PROBE_LOOK_MS = 20;
/** How fast the rate grows: by e to the power of this times the square of the seconds. Quick where nothing was measured. */
const GROWTH = { slow: 0.005, quick: 0.04 };

/** A slot for a request, or when to ask for one again. */
export interface Slot {
	waitMs: number;
	isReserved: boolean;
	/** Pauses before it was reserved. */
	pauses: number;
}

/** A 429 after which no other answer has come yet. */
interface Refusal {
	/** When it came, and the further ones without an answer between. */
	at: number;
	count: number;
	/** Pauses since then. */
	holdMs: number;
	/** The rate was set, and the 429 came soon after that. */
	isSoon: boolean;
	/** There was no rate yet, and too few answers to measure one. */
	isUnmeasured: boolean;
}

/**
 * The rate at which requests of a kind are sent to a payer. Free until a 429. Then all of that kind pause, one request looks whether the pause
 * is over, and the others follow evenly, slightly below the rate that the payer was seen to bear: the answers of the last second, or, where
 * that proves too much, those of the whole cycle of asking and pausing (a window of a minute, a number of jobs). After a while a higher rate
 * is tried, and after minutes without a 429 it is forgotten.
 *
 * Shared by all runs in this n8n process, since a payer counts the requests of a client, not of a run. Times are in ms since 1970.
 */
export class Pace {
	private gapMs = 0;
	private heldUntil = 0;
	private lastSlot = 0;
	private probingUntil = 0;
	private replyTimes: number[] = [];
	private refusal?: Refusal;
	/** The current cycle: since the first answer after the last pause. */
	private cycle?: { start: number; accepted: number };
	private plateauMs = FIRST_PLATEAU_MS;
	private growth = { from: Infinity, last: 0, factor: GROWTH.slow };
	private forgetAt = 0;
	private pauses = 0;
	private soonInRow = 0;
	private lastRefusalEnd = -Infinity;

	/** @param isOfJobs whether each request starts a job: then few answers tell much, namely how many jobs are borne at once */
	constructor(private readonly isOfJobs = false) {}

	/** No request may be sent before this time; in the past if there was no 429. */
	get notBefore(): number {
		return this.heldUntil;
	}

	/** A run that begins looks for itself whether a pause is over: the reason for it may be, and Stop does not end it. */
	beginRun(now: number): void {
		if (now < this.heldUntil) this.refusal = undefined;
		this.heldUntil = Math.min(this.heldUntil, now);
		// Nor does it tell anything that the run before was refused, or how little it asked for.
		this.cycle = undefined;
		this.soonInRow = 0;
		this.lastRefusalEnd = -Infinity;
	}

	/** Whether a request may be sent in its slot: no 429 came while it was waiting for it. */
	isDue({ isReserved, pauses }: Slot): boolean {
		return isReserved && pauses === this.pauses;
	}

	/**
	 * Reserves the next slot, unless the payer wants a longer pause than `maxMs`, or the answer to another request is waited for.
	 * @returns above `maxMs` nothing was reserved
	 */
	reserveSlot(now: number, maxMs = Infinity): Slot {
		if (now > this.forgetAt && !this.refusal) this.gapMs = 0;
		const isProbe = this.refusal !== undefined;
		const isWatched = isProbe && now >= this.heldUntil && now < this.probingUntil;
		if (isWatched && maxMs >= PROBE_LOOK_MS) return this.unreserved(PROBE_LOOK_MS);
		const slot = isProbe ? Math.max(now, this.heldUntil) : Math.max(now, this.lastSlot + this.gapMs);
		if (this.heldUntil - now > maxMs) return this.unreserved(this.heldUntil - now);
		// Only the payer's own pause makes a request fail; its turn comes when its time is over, at the latest.
		const waitMs = Math.min(slot - now, maxMs);
		// One looks whether the pause is over; the others come back then.
		if (isProbe && now < this.heldUntil) return this.unreserved(this.heldUntil - now);
		if (isProbe) this.probingUntil = now + PROBE_MS;
		this.lastSlot = slot;
		return { waitMs, isReserved: true, pauses: this.pauses };
	}

	private unreserved(waitMs: number): Slot {
		return { waitMs, isReserved: false, pauses: this.pauses };
	}

	/** Records a reply other than 429. */
	recordReply(now: number): void {
		this.replyTimes.push(now);
		if (this.replyTimes.length > 2 * KEPT_TIMES) this.replyTimes.splice(0, KEPT_TIMES);
		if (this.cycle) this.cycle.accepted += 1;
		// Sent before the 429.
		if (now < this.heldUntil) return;
		if (this.refusal) this.endRefusal(this.refusal, now);
		this.cycle ??= { start: now, accepted: 1 };
		this.grow(now);
	}

	/** Records a 429. @param pauseMs how long the payer wants to be left alone, if it says so */
	recordRateLimit(pauseMs: number | undefined, now: number): void {
		if (now < this.heldUntil) {
			// Sent together with the one that was recorded.
			this.heldUntil = Math.max(this.heldUntil, now + (pauseMs ?? 0));
			return;
		}
		this.refusal ??= this.beginRefusal(now);
		const { at, count } = this.refusal;
		// The longer it refuses, the longer the pauses, but never so long that much of the time is lost when it is over.
		const ownMs = Math.min(SECOND * 2 ** count, Math.max(SECOND, (now - at) / 8), MINUTE);
		const holdMs = Math.max(pauseMs ?? 0, ownMs);
		this.refusal.count += 1;
		this.refusal.holdMs += holdMs;
		this.heldUntil = now + holdMs;
		this.pauses += 1;
		this.probingUntil = 0;
	}

	private beginRefusal(now: number): Refusal {
		const isPaced = this.gapMs > 0;
		const { rate, answers } = this.measured(now);
		const isUnmeasured = !isPaced && answers < MIN_MEASURED;
		const isSoon = now - this.lastRefusalEnd < SUSTAINED_MS;
		// Few answers tell how little was asked, not how much is borne: unless the next 429 comes soon.
		if (!isUnmeasured || (this.isOfJobs && answers > 0)) {
			const longest = isUnmeasured ? SECOND : LONGEST_GAP_MS;
			this.gapMs = Math.min(Math.max(this.gapMs, 1 / rate) / MARGIN, longest);
		}
		return { at: now, count: 0, holdMs: 0, isSoon, isUnmeasured };
	}

	/** Answers for each millisecond, of the last second, or of the last 20 answers if these took longer. */
	private measured(now: number): { rate: number; answers: number } {
		const answers = this.replyTimes.filter((time) => time > now - SECOND).length;
		if (answers >= MIN_MEASURED) return { rate: answers / SECOND, answers };
		const last = this.replyTimes.slice(-MIN_MEASURED);
		const span = Math.max(SECOND, now - (last[0] ?? now));
		return { rate: Math.max(last.length / span, 1 / LONGEST_GAP_MS), answers };
	}

	private endRefusal({ at, holdMs, isSoon, isUnmeasured }: Refusal, now: number): void {
		const { start, accepted } = this.cycle ?? { start: now, accepted: 0 };
		const activeMs = at - start;
		this.soonInRow = isSoon ? this.soonInRow + 1 : 0;
		const isSlight = isSoon && this.gapMs > 0 && holdMs < activeMs && this.soonInRow <= SLIGHT_STEPS;
		if (isSlight) {
			this.gapMs = Math.min(this.gapMs * SLIGHTLY, LONGEST_GAP_MS);
		} else if (isSoon && accepted >= this.enoughToTell() && now > start) {
			// The rate was far too high: the payer counts over a longer time.
			this.gapMs = Math.min(Math.max(this.gapMs, (now - start) / accepted / MARGIN), LONGEST_GAP_MS);
			this.plateauMs = FIRST_PLATEAU_MS;
		} else if (!isUnmeasured) {
			this.plateauMs = Math.min(this.plateauMs * 2, FORGET_MS.most);
		}
		const plateau = Math.max(this.plateauMs, PLATEAU_PER_HOLD * holdMs);
		const isQuick = isUnmeasured && (!this.isOfJobs || this.forgetAt < at);
		this.growth = {
			from: isQuick ? now : now + plateau,
			last: now,
			factor: isQuick ? GROWTH.quick : GROWTH.slow,
		};
		this.forgetAt = now + Math.min(Math.max(FORGET_MS.least, FORGET_MS.perHold * holdMs), FORGET_MS.most);
		this.refusal = undefined;
		this.lastRefusalEnd = now;
		this.cycle = { start: now, accepted: 0 };
		this.lastSlot = now;
	}

	/** A cycle of few answers tells a rate only if it is not the first: a 429 may have another cause than the rate. */
	private enoughToTell(): number {
		if (this.isOfJobs) return 1;
		return this.soonInRow >= CYCLES_OF_FEW ? MIN_CYCLE : MIN_MEASURED;
	}

	private grow(now: number): void {
		const { from, last, factor } = this.growth;
		if (this.gapMs === 0 || now <= from) return;
		const [before, after] = [last, now].map((time) => Math.max(time - from, 0) / SECOND);
		this.gapMs /= Math.exp(factor * (after ** 2 - before ** 2));
		this.growth.last = now;
		if (this.gapMs < 1) this.gapMs = 0;
	}
}

/** The rates of a client at a payer. */
export class Paces {
	/** Of kick-offs beside the other one: a payer refuses them while it works on others, which says nothing of other requests. */
	readonly kickOff = new Pace(true);
	readonly all = new Pace();
}

/** Remembers the rates, for the next run. */
export class PaceMemory {
	private readonly paces = new Map<string, Paces>();

	/** The rates for a run that begins. @param payer key that identifies payer and client */
	begin(payer: string, now: number): Paces {
		const paces = this.paces.get(payer) ?? new Paces();
		this.paces.set(payer, paces);
		paces.all.beginRun(now);
		paces.kickOff.beginRun(now);
		return paces;
	}
}
