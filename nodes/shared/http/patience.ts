import { backoffMs, retryAfterMs } from './backoff';
import type { NoAnswer, PayerReply } from './reply';

/**
 * When a request may be sent again:
 * - `reading`: after 429, 5xx (but 501: it will never be done) and a broken connection, for it changes nothing at the payer;
 * - `asking`: only where it was certainly not carried out (429, 503, no connection), for a match or a kick-off must not happen twice;
 * - `never`: the caller has its own clock.
 */
export type Repeat = 'reading' | 'asking' | 'never';

/** Of the same request after trouble at the payer or on the way. A 429 is no trouble: it is bounded by time alone. */
const MOST_ATTEMPTS = 4;

/**
 * How long to wait before the next attempt.
 *
 * @param attempt 1 for the first
 * @param leftMs until patience ends
 * @returns milliseconds; undefined where there is to be no further attempt
 */
export function pauseBeforeNext(
	reply: PayerReply | NoAnswer,
	repeat: Repeat,
	attempt: number,
	leftMs: number,
): number | undefined {
	if (!mayRepeat(reply, repeat)) return undefined;
	const isRefusedForNow = 'status' in reply && reply.status === 429;
	if (!isRefusedForNow && attempt >= MOST_ATTEMPTS) return undefined;
	const pause = wantedPause(reply) ?? backoffMs(attempt);
	return pause <= leftMs ? pause : undefined;
}

/** Milliseconds that the payer wants to be left alone, where it says so. */
export function wantedPause(reply: Pick<PayerReply, 'headers'> | NoAnswer): number | undefined {
	return 'headers' in reply ? retryAfterMs(reply.headers['retry-after'], Date.now()) : undefined;
}

function mayRepeat(reply: PayerReply | NoAnswer, repeat: Repeat): boolean {
	if (repeat === 'never') return false;
	if (!('status' in reply)) return reply.certainlyNotSent || repeat === 'reading';
	const { status } = reply;
	return status === 429 || status === 503 || (repeat === 'reading' && status >= 500 && status !== 501);
}
