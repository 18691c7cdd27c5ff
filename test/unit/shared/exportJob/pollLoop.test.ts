import { sleep as wait } from 'n8n-workflow';
import {
	pollLoop,
	type JobResult,
	type PollLimits,
	type PollResult,
} from '../../../../nodes/shared/exportJob/pollLoop';

const LONG = 60_000;

// A clock that goes on when everybody waits for it: whatever else the machine does, a pause is as long as it says.
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

async function onThatClock<T>(work: Promise<T>): Promise<T> {
	let isOver = false;
	const end = () => void (isOver = true);
	void work.then(end, end);
	while (!isOver) await jest.advanceTimersToNextTimerAsync();
	return await work;
}

/** The nap of a node: it ends early where it is woken. */
const napping = async (ms: number, wake: AbortSignal) => await wait(ms, wake).catch(() => undefined);

interface Seen {
	polls: Array<{ index: number; at: number }>;
	mostAtOnce: number;
	results: Array<JobResult<string>>;
}

type Poll = (index: number, nth: number) => PollResult<string> | Promise<PollResult<string>>;

async function poll(firstPolls: number[], pollOnce: Poll, limits: Partial<PollLimits> = {}): Promise<Seen> {
	const started = Date.now();
	const polls: Seen['polls'] = [];
	let atOnce = 0;
	let mostAtOnce = 0;
	const polling = pollLoop<string>(
		firstPolls.map((delay) => ({ firstPollAt: started + delay })),
		async (index) => {
			polls.push({ index, at: Date.now() - started });
			atOnce += 1;
			mostAtOnce = Math.max(mostAtOnce, atOnce);
			try {
				return await pollOnce(index, polls.filter((each) => each.index === index).length);
			} finally {
				atOnce -= 1;
			}
		},
		{ deadline: started + LONG, concurrency: 5, haltsOn: () => 'none', ...limits },
		napping,
	);
	const results = await onThatClock(polling);
	return { polls, mostAtOnce, results };
}

const timesOf = ({ polls }: Seen, index: number) =>
	polls.filter((each) => each.index === index).map((each) => each.at);

it('polls no jobs', async () => {
	expect((await poll([], () => ({ end: 'x' }))).results).toEqual([]);
});

it('keeps the order of the jobs, whichever ends first', async () => {
	const seen = await poll([30, 15, 0], (index) => ({ end: `job ${index}` }));
	expect(seen.results).toEqual([{ end: 'job 0' }, { end: 'job 1' }, { end: 'job 2' }]);
	expect(seen.polls.map((look) => look.index)).toEqual([2, 1, 0]);
});

it('asks each job on its own clock, and none after its end', async () => {
	const every = [10, 40];
	const seen = await poll([0, 0], (index, nth) => (nth === 4 ? { end: 'x' } : { pollIn: every[index] }));
	every.forEach((interval, index) => {
		const times = timesOf(seen, index);
		expect(times).toHaveLength(4);
		times.slice(1).forEach((time, nth) => expect(time - times[nth]).toBeGreaterThanOrEqual(interval));
	});
	expect(timesOf(seen, 0)[3]).toBeLessThan(timesOf(seen, 1)[3]);
});

it('reports after each poll how many have ended', async () => {
	const told: unknown[] = [];
	const look = (index: number, nth: number) => (index === 0 || nth > 1 ? { end: 'x' } : { pollIn: 10 });
	await poll([0, 0], look, { onPoll: (...each) => void told.push(each) });
	expect(told).toEqual([
		[1, 2],
		[1, 2],
		[2, 2],
	]);
});

it('asks no job before its time', async () => {
	const seen = await poll([40, 0], () => ({ end: 'x' }));
	expect(timesOf(seen, 0)[0]).toBeGreaterThanOrEqual(40);
});

it('waits for no slow job with the others', async () => {
	const seen = await poll([0, 0], async (index) => {
		if (index === 0) await wait(80);
		return { end: String(Date.now()) };
	});
	const [slow, quick] = seen.results.map((result) => Number('end' in result && result.end));
	expect(quick).toBeLessThan(slow);
});

test.each([1, 2, 3, 7])('never asks more than %i at once', async (concurrency) => {
	const seen = await poll(
		Array.from({ length: 12 }, () => 0),
		async (_, nth) => {
			await wait(3);
			return nth === 2 ? { end: 'x' } : { pollIn: 1 };
		},
		{ concurrency },
	);
	expect(seen.mostAtOnce).toBe(concurrency);
	expect(seen.polls).toHaveLength(24);
	expect(seen.results.every((result) => 'end' in result)).toBe(true);
});

describe('the deadline', () => {
	it('lets a job go whose next look would come after it', async () => {
		const before = Date.now();
		const seen = await poll([0, 0], (index) => (index ? { end: 'x' } : { pollIn: 5000 }), {
			deadline: Date.now() + 50,
		});
		expect(Date.now() - before).toBeLessThan(2000);
		expect(seen.results[1]).toEqual({ end: 'x' });
		const [first] = seen.results;
		expect('nextPollAt' in first && first.nextPollAt - before).toBeGreaterThanOrEqual(5000);
		expect(timesOf(seen, 0)).toHaveLength(1);
	});

	it('of now polls at every job once, however long that takes', async () => {
		const seen = await poll(
			[-1000, -1000, -1000],
			async () => {
				await wait(10);
				return { pollIn: 1 };
			},
			{ deadline: Date.now(), concurrency: 1 },
		);
		expect(seen.polls.map((look) => look.index)).toEqual([0, 1, 2]);
		expect(seen.results.every((result) => 'nextPollAt' in result)).toBe(true);
	});

	it('before the first look leaves the job unasked', async () => {
		const seen = await poll([10_000], () => ({ end: 'x' }), { deadline: Date.now() + 20 });
		expect(seen.polls).toEqual([]);
		expect(seen.results).toEqual([{ nextPollAt: expect.any(Number) as number }]);
	});

	it('ends a job that never ends', async () => {
		const seen = await poll([0], () => ({ pollIn: 5 }), { deadline: Date.now() + 60 });
		expect(seen.polls.length).toBeGreaterThan(1);
		expect(seen.polls.length).toBeLessThanOrEqual(13);
		expect(seen.results).toEqual([{ nextPollAt: expect.any(Number) as number }]);
	});
});

describe('an error', () => {
	const broken = new Error('broken');
	const look: Poll = async (index, nth) => {
		await wait(2);
		if (index === 1) throw broken;
		return nth === 3 ? { end: 'x' } : { pollIn: 20 };
	};

	it('of one job leaves the others alone', async () => {
		const { results } = await poll([0, 0, 0], look);
		expect(results).toEqual([{ end: 'x' }, { error: broken }, { end: 'x' }]);
	});

	it('that concerns all ends the loop: every job has the error, and none is asked again', async () => {
		const seen = await poll([0, 0, 50], look, { haltsOn: (error) => (error === broken ? 'all' : 'none') });
		expect(seen.results).toEqual([{ error: broken }, { error: broken }, { error: broken }]);
		expect(seen.polls).toHaveLength(2);
	});

	it('keeps what ended before it', async () => {
		const seen = await poll(
			[0, 30],
			(index) => {
				if (index === 1) throw broken;
				return { end: 'x' };
			},
			{ haltsOn: () => 'all' },
		);
		expect(seen.results).toEqual([{ end: 'x' }, { error: broken }]);
	});

	it('of the nap, which is Stop, ends the loop at once', async () => {
		const stop = new Error('The run was stopped');
		const polling = pollLoop(
			[{ firstPollAt: Date.now() + LONG }],
			async () => await Promise.resolve({ end: 'x' }),
			{ deadline: Date.now() + 2 * LONG, concurrency: 1, haltsOn: () => 'none' },
			async (ms) => {
				expect(ms).toBeLessThanOrEqual(500);
				return await Promise.reject(stop);
			},
		);
		await expect(polling).rejects.toBe(stop);
	});
});

it('leaves no nap behind: each is over before the next begins', async () => {
	let naps = 0;
	let mostAtOnce = 0;
	const nap = async (ms: number, signal: AbortSignal) => {
		naps += 1;
		mostAtOnce = Math.max(mostAtOnce, naps);
		await napping(ms, signal);
		naps -= 1;
	};
	const startedAt = Date.now();
	const polling = pollLoop(
		Array.from({ length: 20 }, () => ({ firstPollAt: startedAt })),
		async (index) => {
			await wait(index);
			return { end: index };
		},
		{ deadline: startedAt + LONG, concurrency: 20, haltsOn: () => 'none' },
		nap,
	);
	await onThatClock(polling);
	expect([naps, mostAtOnce]).toEqual([0, 1]);
	// A poll that ends wakes the loop: nobody waits for the end of a nap of half a second.
	expect(Date.now() - startedAt).toBeLessThan(400);
});

describe('jobs of several payers', () => {
	const broken = new Error('broken');
	/** Job 0 is of payer 0, job 1 of payer 1, ... */
	const payers = (count: number) => ({ laneOf: (index: number) => String(index % count) });
	const sum = (seen: Seen, payer: number, count: number) =>
		seen.polls.filter(({ index }) => index % count === payer).length;

	it('do not wait for those of a slow one', async () => {
		const seen = await poll(
			Array.from({ length: 40 }, () => 0),
			async (index) => {
				await wait(index % 4 === 0 ? 1000 : 10);
				return { end: String(Date.now()) };
			},
			{ ...payers(4), concurrency: 2 },
		);
		const ends = seen.results.map((result) => Number('end' in result && result.end));
		const first = Math.min(...ends);
		ends.forEach((end, index) => expect(end - first < 100).toBe(index % 4 !== 0));
		expect(seen.mostAtOnce).toBe(8);
	});

	test.each([
		[1, 60, 60],
		[2, 60, 20],
		[5, 60, 40],
		[20, 60, 40],
		[20, 3, 24],
	])('%i with concurrency %i: %i polls at once', async (count, concurrency, most) => {
		const seen = await poll(
			Array.from({ length: count * 60 }, () => 0),
			async (_, nth) => {
				await wait(3);
				return nth === 2 ? { end: 'x' } : { pollIn: 1 };
			},
			{ ...payers(count), concurrency },
		);
		expect(seen.mostAtOnce).toBe(most);
		expect(seen.results.every((result) => 'end' in result)).toBe(true);
	});

	it('are all polled, though others before them are due again and again', async () => {
		const seen = await poll(
			Array.from({ length: 200 }, () => 0),
			async () => {
				await wait(100);
				return { pollIn: 1 };
			},
			{ ...payers(20), deadline: Date.now() + 10_000 },
		);
		const polls = Array.from({ length: 20 }, (_, payer) => sum(seen, payer, 20));
		expect(Math.min(...polls)).toBeGreaterThan(Math.max(...polls) / 2);
	});

	it('end for an error that concerns one payer at that payer only; what is polled at that time counts', async () => {
		const seen = await poll(
			[0, 0, 0, 0, 500, 500],
			async (index) => {
				await wait(index === 2 ? 100 : 10);
				if (index === 0) throw broken;
				return { end: 'x' };
			},
			{ ...payers(2), haltsOn: () => 'lane' },
		);
		expect(seen.results).toEqual([
			{ error: broken },
			{ end: 'x' },
			{ end: 'x' },
			{ end: 'x' },
			{ error: broken },
			{ end: 'x' },
		]);
		expect(timesOf(seen, 4)).toEqual([]);
	});

	it('that are being polled then, and have not ended, are not polled again', async () => {
		const seen = await poll(
			[0, 0, 0],
			async (index) => {
				await wait(index === 2 ? 100 : 10);
				if (index === 0) throw broken;
				return index === 2 ? { pollIn: 50 } : { end: 'x' };
			},
			{ ...payers(2), haltsOn: () => 'lane' },
		);
		expect(seen.results).toEqual([{ error: broken }, { end: 'x' }, { error: broken }]);
		expect(timesOf(seen, 2)).toHaveLength(1);
	});

	it('end together where On Error is to stop', async () => {
		const seen = await poll(
			[0, 0, 50, 50],
			async (index) => {
				await wait(10);
				if (index === 0) throw broken;
				return { end: 'x' };
			},
			{ ...payers(2), haltsOn: () => 'all' },
		);
		expect(seen.results).toEqual([{ error: broken }, { end: 'x' }, { error: broken }, { error: broken }]);
	});

	it('are left alone by the pause of their own payer only', async () => {
		const until = Date.now() + 2000;
		const seen = await poll([0, 0, 100, 100], () => ({ end: 'x' }), {
			...payers(2),
			notBefore: (index) => (index % 2 === 0 ? until : 0),
		});
		expect([0, 1, 2, 3].map((index) => timesOf(seen, index)[0])).toEqual([2000, 0, 2000, 100]);
	});

	test.each([
		['their own 429', false],
		['a 429 of another run', true],
	])('are still running at once, where their payer pauses beyond the deadline: %s', async (_, isAtStart) => {
		const startedAt = Date.now();
		const until = startedAt + 2 * LONG;
		let pause = isAtStart ? until : 0;
		const seen = await poll(
			[0, 1000, 30_000, 1000, 30_000],
			(index) => {
				if (index === 0) pause = until;
				return index === 0 ? { pollIn: 20_000 } : { end: 'x' };
			},
			{ ...payers(2), notBefore: (index) => (index % 2 === 0 ? pause : 0) },
		);
		const later = { nextPollAt: until };
		expect(seen.results).toEqual([later, { end: 'x' }, later, { end: 'x' }, later]);
		// Nobody waits for the time at which they would have been due.
		expect(Date.now() - startedAt).toBeLessThan(2000);
	});
});

it('a pause of the payer puts off what is due, and what becomes due meanwhile', async () => {
	const startedAt = Date.now();
	let pause = 0;
	const seen = await poll(
		[0, 0, 0, 500, 1500],
		async (index, nth) => {
			await wait(1);
			if (index === 0 && nth === 1) {
				pause = startedAt + 1000;
				return { pollIn: 200 };
			}
			return { end: 'x' };
		},
		{ concurrency: 1, notBefore: () => pause },
	);
	expect(timesOf(seen, 0)).toEqual([0, 1000 + 2]);
	expect([1, 2, 3, 4].map((index) => timesOf(seen, index)[0])).toEqual([1000, 1001, 1003, 1500]);
});

it('a pause that ended after the deadline keeps no job from being polled that was due before', async () => {
	const now = Date.now();
	const limits = { deadline: now - 10, notBefore: () => now - 5 };
	expect((await poll([-20], () => ({ end: 'x' }), limits)).results).toEqual([{ end: 'x' }]);
});
