import { DAY, MINUTE, SECOND } from '../n8n/time';

/**
 * The delay of a `Retry-After` header in milliseconds (RFC 9110 section 10.2.3: seconds or an HTTP date). Undefined unless
 * it is between one second and 24 hours.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
	const text = header?.trim() ?? '';
	const isSeconds = /^\d+$/.test(text);
	const isDate = /^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/.test(text);
	const wait = isSeconds ? Number(text) * SECOND : isDate ? Date.parse(text) - now : NaN;
	return wait >= SECOND && wait <= DAY ? wait : undefined;
}

const MAX_BACKOFF_MS = MINUTE;

/**
 * Milliseconds to wait before attempt `attempt + 1` (FHIR Bulk Data asks for exponential backoff between status requests).
 * Doubles each time, up to a minute or the first pause, whichever is longer. Jitter takes off up to a quarter, so that
 * concurrent clients do not retry at the same moment.
 *
 * @param attempt 1 for the first
 * @param random 0 to 1
 * @param firstMs the pause after the first attempt
 */
export function backoffMs(attempt: number, random = Math.random(), firstMs = SECOND): number {
	const max = Math.min(firstMs * 2 ** Math.max(attempt - 1, 0), Math.max(firstMs, MAX_BACKOFF_MS));
	return Math.round(max * (1 - random / 4));
}
