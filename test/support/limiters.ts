/** Limiters of a payer: what becomes of a request that arrives at `now` (ms). Undefined: answered; a number: 429 with this Retry-After in ms; null: 429 without one. */
export type Limiter = (now: number) => number | null | undefined;

const SECOND = 1000;
const wholeSeconds = (ms: number) => Math.max(1, Math.ceil(ms / SECOND)) * SECOND;

/** So many in any second. @param retryAfterMs stated with a refusal */
export function slidingWindow(perSecond: number, retryAfterMs = SECOND): Limiter {
	let times: number[] = [];
	return (now) => {
		times = times.filter((time) => time > now - SECOND);
		if (times.length >= perSecond) return retryAfterMs;
		times.push(now);
		return undefined;
	};
}

/** A bucket that is filled evenly, as nginx and most gateways have it. */
export function tokenBucket(perSecond: number, burst = perSecond): Limiter {
	let tokens = burst;
	let last = 0;
	return (now) => {
		tokens = Math.min(burst, tokens + ((now - last) * perSecond) / SECOND);
		last = now;
		if (tokens < 1) return SECOND;
		tokens -= 1;
		return undefined;
	};
}

/** So many in a window that begins with its first request, as express-rate-limit has it. */
export function fixedWindow(perSecond: number, seconds: number, hasHeaders = true): Limiter {
	let count = 0;
	let endsAt = -1;
	return (now) => {
		if (now >= endsAt) [count, endsAt] = [0, now + seconds * SECOND];
		count += 1;
		if (count <= perSecond * seconds) return undefined;
		return hasHeaders ? wholeSeconds(endsAt - now) : null;
	};
}

/** Who asks too often is not answered for a while. */
export function blocking(perSecond: number, seconds: number, hasHeaders = true): Limiter {
	const window = slidingWindow(perSecond);
	let blockedUntil = 0;
	return (now) => {
		if (now >= blockedUntil && window(now) !== undefined) blockedUntil = now + seconds * SECOND;
		if (now >= blockedUntil) return undefined;
		return hasHeaders ? wholeSeconds(blockedUntil - now) : null;
	};
}

/** So many jobs at once, each for so long. */
export function jobsAtOnce(jobs: number, seconds: number, hasHeaders = true): Limiter {
	let ends: number[] = [];
	return (now) => {
		ends = ends.filter((end) => end > now);
		if (ends.length >= jobs) return hasHeaders ? SECOND : null;
		ends.push(now + seconds * SECOND);
		return undefined;
	};
}
