import { backoffMs, retryAfterMs } from '../../../../nodes/shared/http/backoff';

const NOW = Date.parse('2026-03-15T12:00:00Z');
const SECOND = 1000;

describe('Retry-After', () => {
	test.each<[string | undefined, number | undefined]>([
		['1', SECOND],
		['120', 120 * SECOND],
		[' 120 ', 120 * SECOND],
		['007', 7 * SECOND],
		['86400', 86_400 * SECOND],
		['Sun, 15 Mar 2026 12:01:00 GMT', 60 * SECOND],
		['Sunday, 15-Mar-26 12:01:00 GMT', 60 * SECOND],
		['Mon, 16 Mar 2026 12:00:00 GMT', 86_400 * SECOND],
		// not usable
		[undefined, undefined],
		['', undefined],
		['0', undefined],
		['-1', undefined],
		['1.5', undefined],
		['1e3', undefined],
		['0x10', undefined],
		['abc', undefined],
		['soon 10', undefined],
		['86401', undefined],
		['1795479046', undefined],
		['1000000000000', undefined],
		['9'.repeat(400), undefined],
		['Sun, 15 Mar 2026 12:00:00 GMT', undefined],
		['Sun, 15 Mar 2026 11:59:59 GMT', undefined],
		['Sun, 06 Nov 1994 08:49:37 GMT', undefined],
		['Mon, 16 Mar 2026 12:00:01 GMT', undefined],
		['Sun, 99 Foo 2026 12:00:00 GMT', undefined],
	])('%p means %p ms', (header, expected) => {
		expect(retryAfterMs(header, NOW)).toBe(expected);
	});
});

describe('the pause after a passing trouble', () => {
	test.each([
		[1, 0, 1000],
		[2, 0, 2000],
		[3, 0, 4000],
		[6, 0, 32_000],
		[7, 0, 60_000],
		[500, 0, 60_000],
		[1, 1, 750],
		[7, 1, 45_000],
		[2, 0.5, 1750],
	])('number %i with chance %p is %i ms', (attempt, random, expected) => {
		expect(backoffMs(attempt, random)).toBe(expected);
	});

	test.each([
		[1, 10_000],
		[2, 20_000],
		[4, 60_000],
		[5000, 60_000],
		[0, 10_000],
		[-9, 10_000],
	])('number %i of pauses that begin with ten seconds is %i ms', (attempt, expected) => {
		expect(backoffMs(attempt, 0, 10_000)).toBe(expected);
	});

	test('a first pause of ten minutes stays', () => expect(backoffMs(3, 0, 600_000)).toBe(600_000));

	it('differs by chance within its bounds', () => {
		const pauses = Array.from({ length: 50 }, () => backoffMs(3));
		expect(new Set(pauses).size).toBeGreaterThan(1);
		expect(Math.min(...pauses)).toBeGreaterThanOrEqual(3000);
		expect(Math.max(...pauses)).toBeLessThanOrEqual(4000);
	});
});
