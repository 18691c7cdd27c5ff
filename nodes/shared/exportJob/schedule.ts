const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/**
 * Milliseconds that a `Retry-After` header asks to wait (RFC 9110 section 10.2.3: seconds or an HTTP date), where it says
 * something usable: one second to 24 hours. Anything else counts as not stated.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
	const text = header?.trim() ?? '';
	const isSeconds = /^\d+$/.test(text);
	const isDate = /^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/.test(text);
	const wait = isSeconds ? Number(text) * SECOND : isDate ? Date.parse(text) - now : NaN;
	return wait >= SECOND && wait <= DAY ? wait : undefined;
}

/**
 * Milliseconds to wait before attempt `attempt + 1` of something that failed in passing: doubled each time, up to a minute,
 * with up to a quarter taken off by chance so that many waiters do not come back at once.
 *
 * @param attempt 1 for the first failure
 * @param random 0 to 1
 */
export function backoffMs(attempt: number, random = Math.random()): number {
	const full = Math.min(SECOND * 2 ** (attempt - 1), 60 * SECOND);
	return Math.round(full * (1 - random / 4));
}
