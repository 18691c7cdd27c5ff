import { MINUTE, SECOND } from '../n8n/time';

const LONGEST_GAP_MS = MINUTE;
/** Slower than what the payer was seen to bear. */
const FIRST_MARGIN = 1.04;
/** Slower each time the payer complains again. */
const FURTHER_MARGIN = 1.2;
/** Answers in the second before a complaint that tell how fast the payer can be asked. */
const ENOUGH_ANSWERS = 20;
const RECOVERY = 0.8;
/** How long a speed that was found counts for the runs that follow. */
const REMEMBERED_MS = MINUTE;

/** The speed that a payer was last seen to bear, for the next run that asks it. */
export class PaceMemory {
	private readonly found = new Map<string, { gapMs: number; at: number }>();

	/** A pace for a run that begins. @param payer whatever tells payers and clients apart */
	begin(payer: string, now: number): Pace {
		for (const [each, { at }] of this.found) if (now - at > REMEMBERED_MS) this.found.delete(each);
		return new Pace(this.found.get(payer)?.gapMs, (gapMs, at) => void this.found.set(payer, { gapMs, at }));
	}
}

/**
 * The speed of one node run. When the payer answers 429 to one call, all calls of the run pause, and afterwards leave a little
 * more slowly than the payer was seen to bear, so that it need not say so again.
 */
export class Pace {
	private heldUntil = 0;
	private gapMs: number;
	private lastSlot = 0;
	private answered: number[] = [];
	/** Whether the speed that the payer bears is known: by many answers before the first complaint, or by a second one. */
	private isKnown: boolean;
	/** Whether it was found by many answers: worth telling the next run. What few answers told may be chance. */
	private isMeasured: boolean;
	private complaints = 0;

	/**
	 * @param knownGapMs between two calls, where an earlier run found it
	 * @param onMeasured hears of the gap where many answers told it
	 */
	constructor(
		knownGapMs?: number,
		private readonly onMeasured: (gapMs: number, now: number) => void = () => undefined,
	) {
		this.gapMs = knownGapMs ?? 0;
		this.isKnown = knownGapMs !== undefined;
		this.isMeasured = this.isKnown;
	}

	/** Until when no request may leave (ms since 1970); in the past where the payer did not complain. */
	get notBefore(): number {
		return this.heldUntil;
	}

	/**
	 * Takes the next place in the row, where it comes soon enough.
	 * @returns milliseconds until the request may leave; above `mostMs` no place was taken
	 */
	takeSlot(now: number, mostMs = Infinity): number {
		const slot = Math.max(now, this.heldUntil, this.lastSlot + this.gapMs);
		if (slot - now <= mostMs) this.lastSlot = slot;
		return slot - now;
	}

	/** The payer answered, and not that it is asked too often. */
	wentWell(now: number): void {
		this.answered = [...this.answered.filter((time) => time > now - SECOND), now].slice(-1000);
		// A complaint about one of the first calls says little of the speed, so it is forgotten bit by bit.
		if (this.isMeasured) this.onMeasured(this.gapMs, now);
		if (!this.isKnown) this.gapMs *= RECOVERY;
	}

	/** The payer said that it is asked too often. @param pauseMs how long nothing may leave */
	tooOften(pauseMs: number, now: number): void {
		const isFirstOfMany = now >= this.heldUntil;
		this.heldUntil = Math.max(this.heldUntil, now + pauseMs);
		if (!isFirstOfMany) return;
		this.complaints += 1;
		const borne = this.answered.filter((time) => time > now - SECOND).length;
		const seen = (SECOND / Math.max(1, borne)) * FIRST_MARGIN;
		// Once the speed is known, the payer is asked at that speed: what it bore just now tells nothing new.
		const gap = this.isKnown ? this.gapMs * FURTHER_MARGIN : Math.max(seen, this.gapMs);
		this.gapMs = Math.min(gap, LONGEST_GAP_MS);
		this.isMeasured ||= !this.isKnown && borne >= ENOUGH_ANSWERS;
		this.isKnown ||= this.isMeasured || this.complaints > 1;
	}
}
