import { sleep, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../../../../nodes/shared/n8n/exchangeError';
import { processItems, type ItemResult, type ItemSchedule } from '../../../../nodes/shared/n8n/items';

// A clock that goes on when everybody waits for it.
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

interface Seen {
	starts: Array<{ item: number; at: number }>;
	mostAtOnce: number;
	results: Array<ItemResult | undefined>;
}

/** @param msOf how long an item takes */
async function run(
	{
		count = 6,
		concurrency = 2,
		goesOn = true,
		...schedule
	}: { count?: number; concurrency?: number; goesOn?: boolean } & ItemSchedule,
	msOf: (item: number) => number = () => 10,
	failWith: (item: number) => Error | undefined = () => undefined,
): Promise<Seen> {
	const context = {
		getInputData: () => Array.from({ length: count }, () => ({ json: {} })),
		continueOnFail: () => goesOn,
		getNode: () => ({ name: 'Member Match' }),
		getExecutionId: () => '1',
		logger: { info: () => undefined },
	} as unknown as IExecuteFunctions;
	const startedAt = Date.now();
	const starts: Seen['starts'] = [];
	let atOnce = 0;
	let mostAtOnce = 0;
	let isOver = false;
	const working = processItems(
		context,
		concurrency,
		async (item) => {
			starts.push({ item, at: Date.now() - startedAt });
			atOnce += 1;
			mostAtOnce = Math.max(mostAtOnce, atOnce);
			await sleep(msOf(item));
			atOnce -= 1;
			const error = failWith(item);
			if (error) throw error;
			return [{ output: 0, json: { item } }];
		},
		schedule,
	).finally(() => (isOver = true));
	while (!isOver) await jest.advanceTimersToNextTimerAsync();
	return { starts, mostAtOnce, results: await working };
}

const done = (item: number) => [{ output: 0, json: { item } as IDataObject }];
const itemsOf = ({ starts }: Seen) => starts.map(({ item }) => item);
const byTwo = (item: number) => String(item % 2);
const rejected = new ExchangeError('The credential was rejected', { whatToDo: 'x', concerns: 'run' });
const wrong = new ExchangeError('The row is wrong', { whatToDo: 'x' });
const busy = new ExchangeError('The payer is busy', { whatToDo: 'x', concerns: 'run', transient: true });

test('no items', async () => {
	expect((await run({ count: 0 })).results).toEqual([]);
});

test.each([1, 2, 5, 64])('one lane: %i at once, in the given order', async (concurrency) => {
	const order = [3, 1, 0, 2, ...Array.from({ length: 96 }, (_, at) => at + 4)];
	const seen = await run({ count: 100, concurrency, order });
	expect([seen.mostAtOnce, itemsOf(seen)]).toEqual([concurrency, order]);
	expect(seen.results).toEqual(Array.from({ length: 100 }, (_, item) => done(item)));
});

test('a slow payer holds up its own items only, each in their order', async () => {
	const seen = await run({ count: 40, laneOf: byTwo, order: [...Array(40).keys()].reverse() }, (item) =>
		item % 2 === 0 ? 1000 : 10,
	);
	const others = seen.starts.filter(({ item }) => item % 2 === 1);
	expect(others.map(({ item }) => item)).toEqual(Array.from({ length: 20 }, (_, at) => 39 - 2 * at));
	expect([others[19].at, seen.mostAtOnce]).toEqual([90, 4]);
});

test.each<
	[string, ExchangeError, boolean, ItemSchedule, results: Array<Error | 'done' | undefined>, starts: number]
>([
	['of one item', wrong, true, {}, [wrong, 'done', 'done', 'done', 'done', 'done'], 6],
	['of all items that passes', busy, true, {}, [busy, 'done', 'done', 'done', 'done', 'done'], 6],
	['of all items', rejected, true, {}, [rejected, 'done', rejected, rejected, rejected, rejected], 2],
	[
		'of all items of a payer',
		rejected,
		true,
		{ laneOf: byTwo },
		[rejected, 'done', 'done', 'done', rejected, 'done'],
		5,
	],
	[
		'of one item, On Error: Stop',
		wrong,
		false,
		{},
		[wrong, 'done', undefined, undefined, undefined, undefined],
		2,
	],
	[
		'of a payer, On Error: Stop',
		rejected,
		false,
		{ laneOf: byTwo },
		[rejected, 'done', 'done', 'done', undefined, undefined],
		4,
	],
])('an error %s', async (_, error, goesOn, schedule, results, starts) => {
	const seen = await run(
		{ goesOn, ...schedule },
		(item) => 10 + item,
		(item) => (item === 0 ? error : undefined),
	);
	expect([...seen.results]).toEqual(results.map((each, item) => (each === 'done' ? done(item) : each)));
	expect(seen.starts).toHaveLength(starts);
});

test('what a payer refuses for all its items is no reason to start them, also where it waits for its place', async () => {
	const count = 2000;
	const seen = await run(
		{ count, laneOf: (item) => String(item % 20) },
		() => 10,
		(item) => (item % 20 < 10 ? rejected : undefined),
	);
	expect(seen.results.filter((result) => result === rejected)).toHaveLength(count / 2);
	expect(seen.starts).toHaveLength(count / 2 + 10 * 2);
});
