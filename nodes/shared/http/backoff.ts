import { DAY, MINUTE, SECOND } from '../n8n/time';

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

const LONGEST_BACKOFF_MS = MINUTE;

/**
 * Milliseconds to wait before attempt `attempt + 1` of something that failed in passing or is not done yet: doubled each time, up
 * to a minute (or the first pause, where that is longer), with up to a quarter taken off by chance so that many waiters do not
 * come back at once (FHIR Bulk Data asks for exponential backoff between status requests).
 *
 * @param attempt 1 for the first
 * @param random 0 to 1
 * @param firstMs the pause after the first attempt
 */
export function backoffMs(attempt: number, random = Math.random(), firstMs = SECOND): number {
	const full = Math.min(firstMs * 2 ** Math.max(attempt - 1, 0), Math.max(firstMs, LONGEST_BACKOFF_MS));
	return Math.round(full * (1 - random / 4));
}
