import {
	mayBeCarriedOut,
	pauseBeforeRepeat,
	REPEAT,
	repeatUntil,
} from '../../../../nodes/shared/http/repeat';
import type { NoAnswer, PayerReply } from '../../../../nodes/shared/http/reply';
import { SignInPause } from '../../../../nodes/shared/http/signInPause';
import { Trouble } from '../../../../nodes/shared/http/trouble';
import { ExchangeError } from '../../../../nodes/shared/n8n/exchangeError';
import { outcome, reply } from '../../../support/helpers';

const refused: NoAnswer = { code: 'ECONNREFUSED', certainlyNotSent: true };
const broken: NoAnswer = { code: 'ECONNRESET', certainlyNotSent: false };
const unknownHost: NoAnswer = { code: 'ENOTFOUND', certainlyNotSent: true };
const after = (seconds: string, status = 429) => reply(status, '', { 'retry-after': seconds });
const { read, match, file, kickOff, status } = REPEAT;

describe('B1 a further attempt', () => {
	test.each<[string, Parameters<typeof pauseBeforeRepeat>, 'none' | number | 'backoff']>([
		['reading after 500', [reply(500), read, 1, 60_000], 'backoff'],
		['reading after 408', [reply(408), read, 1, 60_000], 'backoff'],
		['reading after 501', [reply(501), read, 1, 60_000], 'none'],
		['reading after 404', [reply(404), read, 1, 60_000], 'none'],
		['reading after a reset', [broken, read, 1, 60_000], 'backoff'],
		['reading the fortieth time', [reply(500), read, 40, 60_000], 'backoff'],
		['reading when its time is over', [reply(500), read, 1, 50], 'none'],
		['a file after 502', [reply(502), file, 9, 60_000], 'backoff'],
		['B3 matching after 500', [reply(500), match, 1, 60_000], 'backoff'],
		['B3 matching after 504', [reply(504), match, 1, 60_000], 'backoff'],
		['B3 matching after a reset', [broken, match, 1, 60_000], 'backoff'],
		['matching after 422', [reply(422), match, 1, 60_000], 'none'],
		['B3 starting after 425', [reply(425), kickOff, 1, 60_000], 'backoff'],
		['B3 starting after a bare 408', [reply(408), kickOff, 1, 60_000], 'none'],
		['B3 starting after a bare 500', [reply(500), kickOff, 1, 60_000], 'none'],
		['B3 starting after a bare 502', [reply(502), kickOff, 1, 60_000], 'none'],
		['B3 starting after a 504 with a page', [reply(504, '<html>'), kickOff, 1, 60_000], 'none'],
		[
			'B3 starting after 500 with an outcome',
			[reply(500, outcome('exception', '')), kickOff, 1, 60_000],
			'backoff',
		],
		[
			'B3 starting after 502 with an outcome',
			[reply(502, outcome('transient', '')), kickOff, 1, 60_000],
			'backoff',
		],
		[
			'starting after 501 with an outcome',
			[reply(501, outcome('not-supported', '')), kickOff, 1, 60_000],
			'none',
		],
		['starting after 503', [reply(503), kickOff, 1, 60_000], 'backoff'],
		['starting after 422', [reply(422), kickOff, 1, 60_000], 'none'],
		['B3 starting after a reset', [broken, kickOff, 1, 60_000], 'none'],
		['starting after a refused connection', [refused, kickOff, 1, 60_000], 'backoff'],
		['starting after 429', [after('7'), kickOff, 1, 60_000], 7000],
		['starting after the twentieth 429', [after('7'), kickOff, 20, 60_000], 7000],
		['starting after 429, later than its time lasts', [after('61'), kickOff, 1, 60_000], 'none'],
		['after a 503 with Retry-After', [after('9', 503), read, 1, 60_000], 9000],
		['a poll', [after('1'), status, 1, 60_000], 'none'],
	])('%s', (_, call, expected) => {
		const pause = pauseBeforeRepeat(...call);
		if (expected === 'none') expect(pause).toBeUndefined();
		else if (expected === 'backoff') expect(pause).toBeGreaterThan(0);
		else expect(pause).toBe(expected);
	});

	it('takes place before the time ends, however long the pauses have become', () => {
		expect(pauseBeforeRepeat(reply(502), read, 12, 5000)).toBe(5000);
	});

	test.each<[string, PayerReply | NoAnswer, boolean]>([
		['a reset', broken, true],
		['a bare 502', reply(502), true],
		['a 500 with an outcome', reply(500, outcome('exception', '')), false],
		['503', reply(503), false],
		['a refused connection', refused, false],
		['404', reply(404), false],
	])('B3 whether an export may have started after %s', (_, answer, expected) => {
		expect(mayBeCarriedOut(answer)).toBe(expected);
	});

	it('is not waited for as long where the host is not found', () => {
		expect(repeatUntil(0, read, broken)).toBe(300_000);
		expect(repeatUntil(0, read, unknownHost)).toBe(15_000);
		expect(repeatUntil(0, { forMs: 1000 }, unknownHost)).toBe(1000);
	});
});

describe('a payer in trouble', () => {
	it('has its time once, not for each request anew, until it answers properly', () => {
		const trouble = new Trouble();
		expect(trouble.since(5)).toBe(5);
		for (const [answer, now] of [
			[broken, 10],
			[reply(502), 20],
			[reply(503), 30],
		] as const)
			trouble.record(answer, now);
		expect(trouble.since(40)).toBe(10);
		for (const well of [reply(200), reply(404), reply(429), reply(501)]) {
			trouble.record(reply(500), 50);
			trouble.record(well, 60);
			expect(trouble.since(70)).toBe(70);
		}
	});
});

describe('B2 the pause of a token endpoint in trouble', () => {
	const noToken = (afterMs?: number) =>
		new ExchangeError('no token', { whatToDo: '', tokenRetry: afterMs === undefined ? {} : { afterMs } });

	it('is what the endpoint asks for, shared by all who ask together', () => {
		const pause = new SignInPause();
		for (const now of [1000, 1001, 1002]) pause.recordFailure(noToken(7000), now);
		expect(pause.notBefore).toBe(8000);
		expect(pause.failure(1003, Infinity)).toBeUndefined();
	});

	it('grows, and ends with success', () => {
		const pause = new SignInPause();
		let now = 0;
		const pauses = [1, 2, 3, 4].map(() => {
			pause.recordFailure(noToken(), now);
			const length = pause.notBefore - now;
			now = pause.notBefore;
			return length;
		});
		pauses.forEach((length, index) => {
			expect(length).toBeLessThanOrEqual(1000 * 2 ** index);
			expect(length).toBeGreaterThanOrEqual(750 * 2 ** index);
		});
		pause.recordSuccess();
		expect(pause.notBefore).toBe(0);
	});

	it('is not waited for past two minutes, or past the time of the request', () => {
		const pause = new SignInPause();
		const error = noToken(121_000);
		pause.recordFailure(error, 0);
		expect(pause.failure(1, Infinity)).toBe(error);
		// When it has passed, the endpoint is asked once more.
		expect(pause.failure(121_001, Infinity)).toBeUndefined();
		const short = new SignInPause();
		short.recordFailure(noToken(5000), 0);
		expect(short.failure(1, 4000)).toBeDefined();
		expect(short.failure(1, 6000)).toBeUndefined();
	});

	it('that was given up is not that of the next run, while one that is waited for is', () => {
		const pause = new SignInPause();
		pause.recordFailure(noToken(121_000), 0);
		pause.beginRun(5000);
		expect([pause.notBefore, pause.failure(5000, Infinity)]).toEqual([5000, undefined]);
		pause.recordFailure(noToken(60_000), 5001);
		pause.beginRun(6000);
		expect(pause.notBefore).toBe(65_001);
	});

	it('begins anew when the last failure is long ago', () => {
		const pause = new SignInPause();
		pause.recordFailure(noToken(1000), 0);
		pause.recordFailure(noToken(1000), 500_000);
		expect(pause.failure(500_001, Infinity)).toBeUndefined();
	});
});
