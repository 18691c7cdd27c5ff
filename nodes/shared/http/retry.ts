import { backoffMs, retryAfterMs } from './backoff';
import { isLasting } from './failures';
import type { NoAnswer, PayerReply } from './reply';

/**
 * When a request may be retried:
 * - `safe`: after 429, 5xx except 501 (which is permanent), and a broken connection; the request changes nothing at the
 *   payer
 * - `ifNotProcessed`: only if the payer did not process it (429, 503, no connection); a match or kick-off must not happen
 *   twice
 * - `never`: the caller schedules retries itself
 */
export type RetryPolicy = 'safe' | 'ifNotProcessed' | 'never';

/** Maximum attempts after server and connection errors. 429 is limited by time only. */
const MAX_ATTEMPTS = 4;

/**
 * The delay before the next attempt.
 *
 * @param attempt 1 for the first
 * @param remainingMs time left for retries
 * @returns milliseconds; undefined if there must be no further attempt
 */
export function retryDelayMs(
	reply: PayerReply | NoAnswer,
	retry: RetryPolicy,
	attempt: number,
	remainingMs: number,
): number | undefined {
	if (!mayRetry(reply, retry)) return undefined;
	const isRateLimited = 'status' in reply && reply.status === 429;
	if (!isRateLimited && attempt >= MAX_ATTEMPTS) return undefined;
	const pause = requestedPauseMs(reply) ?? backoffMs(attempt);
	return pause <= remainingMs ? pause : undefined;
}

/** The delay that the payer asks for in Retry-After, in milliseconds; undefined if it does not. */
export function requestedPauseMs(reply: Pick<PayerReply, 'headers'> | NoAnswer): number | undefined {
	return 'headers' in reply ? retryAfterMs(reply.headers['retry-after'], Date.now()) : undefined;
}

function mayRetry(reply: PayerReply | NoAnswer, retry: RetryPolicy): boolean {
	if (retry === 'never') return false;
	if (!('status' in reply)) return !isLasting(reply.cause) && (reply.certainlyNotSent || retry === 'safe');
	const { status } = reply;
	return status === 429 || status === 503 || (retry === 'safe' && status >= 500 && status !== 501);
}
