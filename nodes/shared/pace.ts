const SECOND = 1000;
const LONGEST_GAP_MS = 60 * SECOND;
/** Slower than what the payer was seen to bear. */
const FIRST_MARGIN = 1.04;
/** Slower each time the payer complains again. */
const FURTHER_MARGIN = 1.2;
/** Answers in the second before a complaint that tell how fast the payer can be asked. */
const ENOUGH_ANSWERS = 5;
const RECOVERY = 0.8;

/**
 * The speed of one node run. When the payer answers 429 to one call, all calls of the run pause, and afterwards leave a little
 * more slowly than the payer was seen to bear, so that it need not say so again.
 */
export class Pace {
	private heldUntil = 0;
	private gapMs = 0;
	private lastSlot = 0;
	private answered: number[] = [];
	/** Whether the speed that the payer bears is known: by many answers before the first complaint, or by a second one. */
	private isKnown = false;

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
		if (!this.isKnown) this.gapMs *= RECOVERY;
	}

	/** The payer said that it is asked too often. @param pauseMs how long nothing may leave */
	tooOften(pauseMs: number, now: number): void {
		const isFirstOfMany = now >= this.heldUntil;
		this.heldUntil = Math.max(this.heldUntil, now + pauseMs);
		if (!isFirstOfMany) return;
		// Only before the first complaint was the payer asked as fast as could be; afterwards a second tells nothing of it.
		const borne = Math.max(1, this.answered.filter((time) => time > now - SECOND).length);
		this.isKnown = borne >= ENOUGH_ANSWERS || this.gapMs > 0;
		const gap = this.gapMs === 0 ? (SECOND / borne) * FIRST_MARGIN : this.gapMs * FURTHER_MARGIN;
		this.gapMs = Math.min(gap, LONGEST_GAP_MS);
	}
}
