/** As HTTP writes a date (RFC 9110 section 5.6.7). */
const HTTP_DATE = /^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/;

/**
 * When the files of a finished export go (FHIR Bulk Data, "Response - Complete Status", header `Expires`), in milliseconds since
 * 1970. A time that is over by the arrival of the answer says nothing: servers use the same header to forbid caching.
 */
export function expiryOf(header: string | undefined, now: number): number | undefined {
	const text = header?.trim() ?? '';
	const at = HTTP_DATE.test(text) ? Date.parse(text) : NaN;
	return at > now ? at : undefined;
}

/** An instant of an item, in milliseconds since 1970; undefined where it holds none. */
export function instantOf(value: unknown): number | undefined {
	const at = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : NaN;
	return Number.isNaN(at) ? undefined : at;
}

/** A time as a sentence names it, to the minute. */
export function minuteOf(at: number): string {
	return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
