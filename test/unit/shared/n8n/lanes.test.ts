import { LanePlaces, Lanes, workInLanes } from '../../../../nodes/shared/n8n/lanes';

interface LaneLoad {
	items: number;
	/** How long each item takes. */
	ms: number;
}

/** Several lanes, their items mixed as in a roster that is sorted by member. */
function mixed(loads: readonly LaneLoad[]): number[] {
	const left = loads.map(({ items }) => items);
	const laneOfItem: number[] = [];
	while (left.some((count) => count > 0)) {
		left.forEach((count, lane) => {
			if (count > 0) laneOfItem.push(lane);
			left[lane] -= count > 0 ? 1 : 0;
		});
	}
	return laneOfItem;
}

/** Works through all items on a clock of its own. */
function simulate(concurrency: number, loads: readonly LaneLoad[], laneOfItem = mixed(loads)) {
	const items = [...laneOfItem.keys()];
	const lanes = new Lanes(concurrency, items, (item) => `payer ${laneOfItem[item]}`);
	items.forEach((item) => lanes.ready(item));
	const inWork: Array<{ item: number; endsAt: number }> = [];
	const startedOf = loads.map((): number[] => []);
	const endOf = loads.map(() => 0);
	const most = { inWork: 0, inLane: 0, lanes: 0 };
	for (let now = 0; ; ) {
		for (let item = lanes.next(); item !== undefined; item = lanes.next()) {
			inWork.push({ item, endsAt: now + loads[laneOfItem[item]].ms });
			startedOf[laneOfItem[item]].push(item);
		}
		expect(lanes.inWork).toBe(inWork.length);
		const counts = new Map<number, number>();
		for (const { item } of inWork) counts.set(laneOfItem[item], (counts.get(laneOfItem[item]) ?? 0) + 1);
		most.inWork = Math.max(most.inWork, inWork.length);
		most.lanes = Math.max(most.lanes, counts.size);
		most.inLane = Math.max(most.inLane, ...counts.values());
		if (inWork.length === 0) break;
		inWork.sort((one, other) => other.endsAt - one.endsAt);
		const ended = inWork.pop();
		if (!ended) break;
		now = ended.endsAt;
		lanes.done(ended.item);
		endOf[laneOfItem[ended.item]] = now;
	}
	return { startedOf, endOf, most, took: Math.max(...endOf) };
}

const equal = (lanes: number, items: number, ms = 100): LaneLoad[] =>
	Array.from({ length: lanes }, () => ({ items, ms }));
const ascending = (list: readonly number[]) => list.every((each, at) => at === 0 || each > list[at - 1]);

test.each([1, 2, 5, 7, 10])(
	'four payers end 3.5 times as fast as one alone: concurrency %i',
	(concurrency) => {
		const alone = simulate(concurrency, equal(1, 800));
		const four = simulate(concurrency, equal(4, 200));
		expect(alone.took / four.took).toBeGreaterThanOrEqual(3.5);
	},
);

test.each([1, 2, 5, 7, 10, 20, 50])(
	'a payer ten times slower takes at most a fifth from the other three: concurrency %i',
	(concurrency) => {
		const without = simulate(concurrency, equal(3, 200));
		for (const slowAt of [0, 1, 3]) {
			const loads = equal(3, 200);
			loads.splice(slowAt, 0, { items: 200, ms: 1000 });
			const others = simulate(concurrency, loads).endOf.filter((_, lane) => lane !== slowAt);
			expect(Math.max(...others) / without.took).toBeLessThanOrEqual(1.2);
		}
	},
);

test.each([
	// lanes, concurrency, at once: in a lane, in all, lanes
	[1, 1, 1, 1, 1],
	[1, 5, 5, 5, 1],
	[1, 64, 64, 64, 1],
	[2, 5, 5, 10, 2],
	[2, 64, 10, 20, 2],
	[4, 64, 10, 40, 4],
	[5, 5, 5, 25, 5],
	[5, 64, 8, 40, 5],
	[6, 64, 6, 36, 6],
	[7, 64, 5, 35, 7],
	[8, 4, 4, 32, 8],
	[8, 64, 5, 40, 8],
	[9, 64, 5, 40, 8],
	[100, 1, 1, 8, 8],
	[100, 64, 5, 40, 8],
])(
	'%i payers with concurrency %i: %i at once of one, %i in all, %i payers',
	(count, concurrency, inLane, inWork, lanes) => {
		const loads = Array.from({ length: count }, (_, lane) => ({ items: 100, ms: 50 + ((lane * 37) % 100) }));
		const { most, startedOf } = simulate(concurrency, loads);
		expect(most).toEqual({ inLane, inWork, lanes });
		expect(startedOf.every((items) => items.length === 100 && ascending(items))).toBe(true);
	},
);

test('payers that wait for a place get it in the order of their first item', () => {
	const { endOf } = simulate(5, equal(40, 5));
	expect(ascending([...new Set(endOf)])).toBe(true);
	expect([...endOf].sort((one, other) => one - other)).toEqual(endOf);
});

test('eight slow payers do not keep the ninth from being asked until they have ended', () => {
	const slow = equal(8, 300, 10_000);
	const { endOf, took } = simulate(5, [...slow, ...equal(20, 20)]);
	expect(Math.max(...endOf.slice(8))).toBeLessThan(took / 3);
});

describe('what is withdrawn', () => {
	const of = (laneOfItem: readonly number[], concurrency = 1) =>
		new Lanes(concurrency, laneOfItem.keys(), (item) => String(laneOfItem[item]));

	it('is what is ready and not started, of that payer alone', () => {
		const lanes = of([0, 1, 0, 1, 0]);
		[0, 1, 2, 3, 4].forEach((item) => lanes.ready(item));
		expect([lanes.next(), lanes.next(), lanes.next()]).toEqual([0, 1, undefined]);
		expect([lanes.sameLane(4), lanes.withdraw(4), lanes.withdraw(4)]).toEqual([[0, 2, 4], [2, 4], []]);
		[0, 1].forEach((item) => lanes.done(item));
		expect([lanes.next(), lanes.next()]).toEqual([3, undefined]);
		lanes.ready(2);
		expect(lanes.next()).toBe(2);
	});

	it.each(['before it is done', 'after it is done'])('leaves its place to another payer: %s', (when) => {
		const lanes = of([...Array(8).keys(), 0, 8]);
		for (let item = 0; item < 10; item += 1) lanes.ready(item);
		for (let item = 0; item < 8; item += 1) expect(lanes.next()).toBe(item);
		expect(lanes.next()).toBeUndefined();
		if (when === 'before it is done') lanes.withdraw(0);
		lanes.done(0);
		lanes.withdraw(0);
		expect(lanes.next()).toBe(9);
	});

	it('needs no place', () => {
		const lanes = of([...Array(20).keys()]);
		for (let item = 0; item < 20; item += 1) lanes.ready(item);
		for (let item = 0; item < 8; item += 1) lanes.next();
		for (let item = 8; item < 19; item += 1) lanes.withdraw(item);
		lanes.done(3);
		expect([lanes.next(), lanes.next()]).toEqual([19, undefined]);
	});
});

test('an item that was not announced is a fault of the caller', () => {
	expect(() => new Lanes(1, [0], () => '').ready(1)).toThrow('not of this run');
});

test.each(['__proto__', 'constructor', ''])('a payer may be called %j', (name) => {
	const lanes = new Lanes(2, [0, 1, 2], (item) => (item === 1 ? 'x' : name));
	[0, 1, 2].forEach((item) => lanes.ready(item));
	expect([lanes.next(), lanes.next(), lanes.next(), lanes.next()]).toEqual([0, 2, 1, undefined]);
});

describe('two kinds of work in one run', () => {
	/** Each payer has a lane of one kind. Work takes as many ticks as the payer's number says. */
	async function together(one: readonly number[], other: readonly number[], breaks = false) {
		const places = new LanePlaces(new Set([...one, ...other]).size);
		const inWork = new Map<number, number>();
		const most = { items: 0, payers: 0 };
		const ended: number[] = [];
		const runOf = async (payers: readonly number[], isBroken: boolean) => {
			const lanes = new Lanes(20, payers.keys(), (item) => `payer ${payers[item]}`, places);
			for (const item of payers.keys()) lanes.ready(item);
			let isHalted = false;
			await workInLanes(
				lanes,
				async (item) => {
					const payer = payers[item];
					inWork.set(payer, (inWork.get(payer) ?? 0) + 1);
					most.items = Math.max(
						most.items,
						[...inWork.values()].reduce((sum, count) => sum + count, 0),
					);
					most.payers = Math.max(most.payers, inWork.size);
					for (let tick = 0; tick < payer; tick += 1) await Promise.resolve();
					const left = (inWork.get(payer) ?? 0) - 1;
					if (left === 0) inWork.delete(payer);
					else inWork.set(payer, left);
					lanes.done(item);
					ended.push(payer);
					isHalted = isBroken;
				},
				() => isHalted,
			);
			expect(lanes.isIdle).toBe(true);
		};
		await Promise.all([runOf(one, breaks), runOf(other, false)]);
		return { most, ended };
	}
	const payers = (count: number, first: number, items: number) =>
		Array.from({ length: count * items }, (_, item) => first + (item % count));

	it.each([
		// payers of one kind, of the other, at most at once: requests, payers
		[1, 1, 20, 2],
		[2, 2, 40, 4],
		[8, 8, 40, 8],
		[20, 3, 40, 8],
		[3, 20, 40, 8],
		[8, 0, 40, 8],
	])('%i and %i payers: %i at once, of %i payers', async (one, other, items, most) => {
		const [first, second] = [payers(one, 1, 30), payers(other, one + 1, 30)];
		const seen = await together(first, second);
		expect(seen.most).toEqual({ items, payers: most });
		expect(seen.ended).toHaveLength(first.length + second.length);
	});

	it('leaves its places to the other when it stops early', async () => {
		const { ended } = await together(payers(20, 1, 30), payers(20, 21, 10), true);
		expect(ended.filter((payer) => payer > 20)).toHaveLength(200);
	});
});
