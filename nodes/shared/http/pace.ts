import { MINUTE, SECOND } from '../n8n/time';

const MAX_GAP_MS = MINUTE;
/** Safety margin below the rate that the payer was measured to accept. */
const FIRST_MARGIN = 1.04;
/** Slowdown for each further 429. */
const FURTHER_MARGIN = 1.2;
/** Replies in the second before a 429 that make the measured rate reliable. */
const MIN_MEASURED_REPLIES = 20;
const RECOVERY_FACTOR = 0.8;
/** How long a measured rate is reused by later runs. */
const MEMORY_MS = MINUTE;

/** Remembers the request rate that each payer accepted, for the next run. */
export class PaceMemory {
	private readonly gaps = new Map<string, { gapMs: number; at: number }>();

	/** The pace for a new run. @param payer key that identifies payer and client */
	begin(payer: string, now: number): Pace {
		for (const [each, { at }] of this.gaps) if (now - at > MEMORY_MS) this.gaps.delete(each);
		return new Pace(this.gaps.get(payer)?.gapMs, (gapMs, at) => void this.gaps.set(payer, { gapMs, at }));
	}
}

/**
 * The request rate of one node run. After a 429, all requests of the run pause, and then continue slightly below the rate
 * that the payer was measured to accept, to avoid another 429.
 */
export class Pace {
	private heldUntil = 0;
	private gapMs: number;
	private lastSlot = 0;
	private replyTimes: number[] = [];
	/** Whether the accepted rate is known: from enough replies before the first 429, or after a second 429. */
	private isKnown: boolean;
	/** Whether the rate is based on enough replies to be reused by the next run. A few replies may be chance. */
	private isMeasured: boolean;
	private rateLimits = 0;

	/**
	 * @param knownGapMs time between two requests, if an earlier run measured it
	 * @param onMeasured receives the gap once it is measured reliably
	 */
	constructor(
		knownGapMs?: number,
		private readonly onMeasured: (gapMs: number, now: number) => void = () => undefined,
	) {
		this.gapMs = knownGapMs ?? 0;
		this.isKnown = knownGapMs !== undefined;
		this.isMeasured = this.isKnown;
	}

	/** No request may be sent before this time (ms since 1970); in the past if there was no 429. */
	get notBefore(): number {
		return this.heldUntil;
	}

	/**
	 * Reserves the next slot, unless it is too far away.
	 * @returns milliseconds until the request may be sent; above `maxMs` nothing was reserved
	 */
	reserveSlot(now: number, maxMs = Infinity): number {
		const slot = Math.max(now, this.heldUntil, this.lastSlot + this.gapMs);
		if (slot - now <= maxMs) this.lastSlot = slot;
		return slot - now;
	}

	/** Records a reply other than 429. */
	recordReply(now: number): void {
		this.replyTimes = [...this.replyTimes.filter((time) => time > now - SECOND), now].slice(-1000);
		// A 429 to one of the first requests says little about the rate, so its effect fades.
		if (this.isMeasured) this.onMeasured(this.gapMs, now);
		if (!this.isKnown) this.gapMs *= RECOVERY_FACTOR;
	}

	/** Records a 429. @param pauseMs how long no request may be sent */
	recordRateLimit(pauseMs: number, now: number): void {
		const isNewHold = now >= this.heldUntil;
		this.heldUntil = Math.max(this.heldUntil, now + pauseMs);
		if (!isNewHold) return;
		this.rateLimits += 1;
		const recentReplies = this.replyTimes.filter((time) => time > now - SECOND).length;
		const measuredGapMs = (SECOND / Math.max(1, recentReplies)) * FIRST_MARGIN;
		// Once the rate is known, requests are sent at that rate: measuring it again gives nothing new.
		const gap = this.isKnown ? this.gapMs * FURTHER_MARGIN : Math.max(measuredGapMs, this.gapMs);
		this.gapMs = Math.min(gap, MAX_GAP_MS);
		this.isMeasured ||= !this.isKnown && recentReplies >= MIN_MEASURED_REPLIES;
		this.isKnown ||= this.isMeasured || this.rateLimits > 1;
	}
}
