import { Pace, PaceMemory } from '../../../../nodes/shared/http/pace';

describe('the pace of a run', () => {
	it('is free until the payer complains', () => {
		const pace = new Pace();
		expect([0, 0, 5].map((now) => pace.reserveSlot(now))).toEqual([0, 0, 0]);
		expect(pace.notBefore).toBe(0);
	});

	it('holds every call for as long as the payer wants, then lets them leave one by one', () => {
		const pace = new Pace();
		for (let call = 0; call < 26; call += 1) pace.recordReply(1000 + call);
		pace.recordRateLimit(5000, 1100);
		expect(pace.notBefore).toBe(6100);
		// 26 calls in a second were borne, so somewhat less follow.
		expect([1200, 1200, 1200].map((now) => now + pace.reserveSlot(now))).toEqual([6100, 6140, 6180]);
	});

	it('counts the complaints of calls that left together as one', () => {
		const pace = new Pace();
		const gapAfter = (complaints: number) => {
			for (let n = 0; n < complaints; n += 1) pace.recordRateLimit(1000, 10_000);
			const first = 20_000 + pace.reserveSlot(20_000);
			return 20_000 + pace.reserveSlot(20_000) - first;
		};
		expect(gapAfter(8)).toBe(1040);
	});

	it('recovers from a complaint about one of the first calls, and keeps what many answers told', () => {
		const gapAfter = (answers: number, complaints = 1) => {
			const pace = new Pace();
			for (let complaint = 0; complaint < complaints; complaint += 1) {
				for (let n = 0; n < answers; n += 1) pace.recordReply(1000 + 3000 * complaint + n);
				pace.recordRateLimit(10, 1500 + 3000 * complaint);
			}
			for (let n = 0; n < 20; n += 1) pace.recordReply(9000 + n);
			return gapOf(pace);
		};
		expect(gapAfter(1)).toBeLessThan(15);
		expect(gapAfter(10)).toBeLessThan(15);
		expect(gapAfter(26)).toBe(40);
		// Twice after as many answers: that is what the payer bears.
		expect(gapAfter(5, 2)).toBe(208);
	});

	it('hands what it found to the next run for a minute, but not that the payer wants to be left alone', () => {
		const memory = new PaceMemory();
		const first = memory.begin('payer', 0);
		for (let n = 0; n < 26; n += 1) first.recordReply(1000 + n);
		first.recordRateLimit(3_600_000, 1500);
		first.recordReply(3_602_000);
		const [next, other, late] = (
			[
				['payer', 3_603_000],
				['other', 3_603_000],
				['payer', 3_663_000],
			] as const
		).map(([payer, now]) => memory.begin(payer, now));
		expect([next, other, late].map(gapOf)).toEqual([40, 0, 0]);
		expect(next.notBefore).toBe(0);
	});

	it('keeps to itself what few answers told', () => {
		const memory = new PaceMemory();
		const first = memory.begin('payer', 0);
		for (const now of [1000, 5000]) {
			first.recordReply(now);
			first.recordRateLimit(10, now + 1);
		}
		first.recordReply(6000);
		expect(gapOf(memory.begin('payer', 6001))).toBe(0);
	});

	function gapOf(pace: Pace): number {
		const first = 20_000 + pace.reserveSlot(20_000);
		return 20_000 + pace.reserveSlot(20_000) - first;
	}

	it('never slows down beyond a call a minute', () => {
		const pace = new Pace();
		for (let n = 0; n < 200; n += 1) pace.recordRateLimit(1, n * 1000);
		const first = pace.reserveSlot(1_000_000);
		expect(pace.reserveSlot(1_000_000) - first).toBe(60_000);
	});
});
