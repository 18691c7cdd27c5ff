import { Pace, PaceMemory } from '../../../../nodes/shared/http/pace';
import {
	blocking,
	fixedWindow,
	jobsAtOnce,
	slidingWindow,
	tokenBucket,
	type Limiter,
} from '../../../support/limiters';

/** Requests through a pace to a limiter, in a time of its own: `concurrency` at once, each answered after 8 ms. */
function simulate(pace: Pace, limiter: Limiter, from: number, { requests, concurrency }: Load) {
	const events: Array<{ at: number; run: (now: number) => void }> = [];
	const at = (time: number, run: (now: number) => void) => void events.push({ at: time, run });
	let left = requests;
	let [sent, lateRefusals] = [0, 0];
	const begin = (now: number) => {
		if (left === 0) return;
		left -= 1;
		ask(now);
	};
	const ask = (now: number): void => {
		const slot = pace.reserveSlot(now);
		at(now + slot.waitMs, (due) => {
			if (!pace.isDue(slot) || pace.notBefore > due) return ask(due);
			sent += 1;
			const refused = limiter(due + 4);
			at(due + 8, (answered) => {
				if (refused === undefined) {
					pace.recordReply(answered);
					return begin(answered);
				}
				if (answered > from + 1000) lateRefusals += 1;
				pace.recordRateLimit(refused ?? undefined, answered);
				ask(answered);
			});
		});
	};
	for (let worker = 0; worker < concurrency; worker += 1) begin(from);
	let now = from;
	while (events.length > 0) {
		const next = events.reduce((best, event, index) => (event.at < events[best].at ? index : best), 0);
		const [{ at: time, run }] = events.splice(next, 1);
		now = time;
		run(now);
	}
	return { end: now, seconds: (now - from) / 1000, refusedShare: lateRefusals / sent };
}

interface Load {
	requests: number;
	concurrency: number;
}

describe('E10 the pace, to what a payer bears, in three runs in a row', () => {
	test.each<[string, () => Limiter, perSecond: number, requests: number, least: number, late?: number]>([
		['50 in any second', () => slidingWindow(50), 50, 4500, 0.95],
		['100 in any second', () => slidingWindow(100), 100, 8000, 0.95],
		['50 in any second, few requests', () => slidingWindow(50), 50, 500, 0.95],
		['50 in any second, with a Retry-After of 5 s', () => slidingWindow(50, 5000), 50, 4500, 0.88],
		['a bucket of 50 a second', () => tokenBucket(50), 50, 4500, 0.95],
		['a bucket of 50 a second with a small burst', () => tokenBucket(50, 5), 50, 9000, 0.7],
		['windows of a second', () => fixedWindow(50, 1), 50, 4500, 0.95],
		['windows of a second, without headers', () => fixedWindow(50, 1, false), 50, 4500, 0.95],
		['windows of 10 s', () => fixedWindow(50, 10), 50, 4500, 0.93],
		['windows of 10 s, without headers', () => fixedWindow(50, 10, false), 50, 4500, 0.93],
		['windows of a minute', () => fixedWindow(50, 60), 50, 9000, 0.95],
		['windows of a minute, without headers', () => fixedWindow(50, 60, false), 50, 9000, 0.9],
		['blocked for 2 s', () => blocking(50, 2), 50, 4500, 0.93],
		['blocked for 10 s, which the first run pays', () => blocking(50, 10), 50, 4500, 0.87],
		['blocked for 10 s, without headers', () => blocking(50, 10, false), 50, 4500, 0.87],
		['10 jobs of 2 s at once', () => jobsAtOnce(10, 2), 5, 500, 0.85, 0.02],
		['10 jobs of 2.6 s at once', () => jobsAtOnce(10, 2.6), 10 / 2.6, 500, 0.88, 0.02],
		['10 jobs of 20 s at once', () => jobsAtOnce(10, 20), 0.5, 200, 0.85, 0.2],
	])('%s', (what, make, perSecond, requests, least, late = 0.015) => {
		for (const concurrency of [5, 20]) {
			const [limiter, pace] = [make(), new Pace(what.includes('jobs'))];
			let from = 1_000_000;
			for (const run of [1, 2, 3]) {
				const { end, seconds, refusedShare } = simulate(pace, limiter, from, { requests, concurrency });
				expect([concurrency, run, Math.min(requests / perSecond / seconds, least)]).toEqual([
					concurrency,
					run,
					least,
				]);
				expect(refusedShare).toBeLessThanOrEqual(late);
				from = end + 500;
			}
		}
	});
});

describe('the pace', () => {
	const waitOf = (pace: Pace, now: number) => pace.reserveSlot(now).waitMs;

	it('is free until the payer refuses', () => {
		const pace = new Pace();
		expect([0, 0, 5].map((now) => waitOf(pace, now))).toEqual([0, 0, 0]);
		expect(pace.notBefore).toBe(0);
	});

	it('holds every request for as long as the payer wants, and lets one look whether that is over', () => {
		const pace = new Pace();
		for (let n = 0; n < 26; n += 1) pace.recordReply(1000 + n);
		const before = pace.reserveSlot(1090);
		for (let n = 0; n < 8; n += 1) pace.recordRateLimit(5000, 1100);
		expect(pace.notBefore).toBe(6100);
		expect(pace.isDue(before)).toBe(false);
		expect(pace.isDue(pace.reserveSlot(6100))).toBe(true);
		expect(pace.isDue(pace.reserveSlot(6100))).toBe(false);
		pace.recordReply(6110);
		// 26 in a second were borne.
		const slots = [1, 2, 3].map(() => pace.reserveSlot(6110));
		slots.forEach((slot, index) => expect(slot.waitMs).toBeCloseTo(((index + 1) * 1000) / (26 * 0.98), 5));
	});

	it('is free after the first request was refused, which tells of no rate', () => {
		const pace = new Pace();
		pace.recordRateLimit(1000, 0);
		pace.reserveSlot(1000);
		pace.recordReply(1010);
		expect([1, 2, 3].map(() => waitOf(pace, 1010))).toEqual([0, 0, 0]);
	});

	it('does not wait for ever for the one that looks', () => {
		const pace = new Pace();
		pace.recordRateLimit(1000, 0);
		expect(pace.isDue(pace.reserveSlot(1000))).toBe(true);
		expect(pace.isDue(pace.reserveSlot(2999))).toBe(false);
		expect(pace.isDue(pace.reserveSlot(3001))).toBe(true);
	});

	it('sends what has no time to wait for the one that looks: the payer did not ask for that', () => {
		const pace = new Pace();
		pace.recordRateLimit(1000, 0);
		pace.reserveSlot(1000);
		expect(pace.reserveSlot(1001, 5)).toMatchObject({ waitMs: 0, isReserved: true });
		expect(new Pace().reserveSlot(0, 0)).toMatchObject({ waitMs: 0, isReserved: true });
		// The pause itself is waited for to its end, however short the rest of it.
		const held = new Pace();
		held.recordRateLimit(1000, 0);
		expect(held.reserveSlot(995, 10)).toMatchObject({ waitMs: 5, isReserved: false });
	});

	it('reserves nothing that is too far away', () => {
		const pace = new Pace();
		pace.recordRateLimit(10_000, 0);
		const { waitMs, isReserved } = pace.reserveSlot(1, 5000);
		expect([waitMs > 5000, isReserved]).toEqual([true, false]);
	});

	it('pauses longer the longer it is refused, without Retry-After, and never beyond a minute', () => {
		const pace = new Pace();
		const pauses = Array.from({ length: 60 }, () => {
			const now = pace.notBefore + 1;
			pace.recordRateLimit(undefined, now);
			return pace.notBefore - now;
		});
		expect(pauses[0]).toBe(1000);
		expect(pauses[59]).toBe(60_000);
		expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
	});

	it('is not slowed by runs that are refused once each, as by a payer that wants fewer polls', () => {
		const memory = new PaceMemory();
		let now = 0;
		for (let run = 0; run < 30; run += 1) {
			const { all } = memory.begin('payer', now);
			all.recordReply((now += 10));
			all.recordRateLimit(run % 2 ? 1000 : 3_600_000, (now += 10));
			if (run % 2 === 0) continue;
			now = all.notBefore + 1;
			for (let n = 0; n < 6; n += 1) all.recordReply((now += 100));
		}
		const { all } = memory.begin('payer', now);
		expect([1, 2, 3].map(() => waitOf(all, now))).toEqual([0, 0, 0]);
	});

	it('forgets within minutes', () => {
		const pace = new Pace();
		for (let n = 0; n < 26; n += 1) pace.recordReply(1000 + n);
		pace.recordRateLimit(1000, 1100);
		pace.reserveSlot(2100);
		pace.recordReply(2110);
		const gapAt = (now: number) => {
			waitOf(pace, now);
			return waitOf(pace, now);
		};
		expect(gapAt(3000)).toBeGreaterThan(0);
		expect(gapAt(4 * 60_000)).toBe(0);
	});

	it('is one for all runs of a client at a payer, and another for kick-offs', () => {
		const memory = new PaceMemory();
		const first = memory.begin('payer client', 0);
		expect(memory.begin('payer other', 0)).not.toBe(first);
		first.kickOff.recordRateLimit(600_000, 100);
		expect([first.all.notBefore, first.kickOff.notBefore]).toEqual([0, 600_100]);
		// The next run looks for itself.
		const next = memory.begin('payer client', 5000);
		expect(next).toBe(first);
		expect(next.kickOff.reserveSlot(5000)).toMatchObject({ waitMs: 0, isReserved: true });
	});
});

test.each([0, 1, 5])(
	'E10 a 429 after %d answers in a minute costs its pause, not a minute each',
	(answers) => {
		const pace = new Pace();
		for (let each = 0; each < answers; each += 1) pace.recordReply(each * 10_000);
		pace.recordRateLimit(2000, 60_000);
		pace.recordReply(62_000);
		expect(pace.reserveSlot(62_000).waitMs).toBeLessThanOrEqual(1000);
	},
);
