import type { IDataObject } from 'n8n-workflow';
import { exchangesOf } from '../../../nodes/MemberOutcomes/judge/exchanges';
import { factOf, type Fact } from '../../../nodes/MemberOutcomes/read/fact';
import { joinRoster } from '../../../nodes/MemberOutcomes/row/rosterJoin';

let count = 0;
const exchange = (memberId: string | number, row: number) =>
	({
		outcome: 'no-match',
		reason: 'x',
		consentPolicy: 'regular',
		memberId,
		row,
		exchangeId: `exchange-${(count += 1)}`,
	}) as IDataObject;
const factsOf = (...items: IDataObject[]) =>
	items.map((json) => ({
		...(factOf(json, { step: 'memberMatch' }) as Fact),
		at: { node: 'Match', run: 0 },
	}));
const joined = (
	roster: IDataObject[],
	facts: Fact[],
	direct = true,
	inputRowOf: (fact: Fact) => IDataObject | undefined = () => undefined,
) =>
	joinRoster(
		exchangesOf(facts),
		roster.map((json) => ({ json, isSure: true, directTo: new Set(direct ? ['Match'] : []) })),
		inputRowOf,
	).map(({ rosterIndex }) => rosterIndex);

test.each<[name: string, roster: IDataObject[], items: IDataObject[], rows: Array<number | undefined>]>([
	['by the member ID', [{ memberId: 'a' }, { memberId: 'b' }], [exchange('b', 1), exchange('a', 2)], [1, 0]],
	['a number and its text', [{ 'Member No': 1001 }], [exchange('1001', 1)], [0]],
	[
		'whatever its column is called',
		[
			{ x: 'q', card: 'a' },
			{ x: 'a1', card: 'b' },
		],
		[exchange('b', 7), exchange('a', 8)],
		[1, 0],
	],
	['in an object of the row', [{ body: { member: { card: 'a' } } }], [exchange('a', 1)], [0]],
	[
		'twice in the roster: by place',
		[{ memberId: 'a' }, { memberId: 'b' }, { memberId: 'a' }],
		[exchange('a', 3), exchange('b', 2), exchange('a', 1)],
		[2, 1, 0],
	],
	[
		'twice in the roster, in a loop of one each',
		[{ memberId: 'a' }, { memberId: 'a' }],
		[exchange('a', 1), exchange('a', 1)],
		[0, 1],
	],
	[
		'twice in the roster, each at another payer, whose node counts anew',
		[{ memberId: 'a' }, { memberId: 'a' }],
		[
			{ ...exchange('a', 1), payer: 'pdex:a.example/r4' },
			{ ...exchange('a', 1), payer: 'pdex:b.example/r4' },
		],
		[0, 1],
	],
	[
		'once in the roster, at two payers',
		[{ memberId: 'a' }],
		[exchange('a', 1), { ...exchange('a', 1), payer: 'pdex:b.example/r4' }],
		[0, 0],
	],
	[
		'a member ID made of something else: by place',
		[{ no: 1 }, { no: 2 }],
		[exchange('P-2', 2), exchange('P-1', 1)],
		[1, 0],
	],
	[
		'the same, at two clients of one payer, whose nodes each count from the start',
		[{ no: 1 }],
		[
			{ ...exchange('P-1', 1), directoryKey: 'north' },
			{ ...exchange('P-1', 1), directoryKey: 'south' },
		],
		[0, 0],
	],
	[
		'ids that stand in another column too',
		[
			{ card: 1, other: 3 },
			{ card: 2, other: 9 },
			{ card: 3, other: 9 },
		],
		[exchange(3, 1), exchange(2, 2)],
		[2, 1],
	],
	[
		'two columns that hold as many',
		[
			{ card: 'a', copy: 'a' },
			{ card: 'b', copy: 'b' },
		],
		[exchange('b', 1)],
		[1],
	],
	[
		'an id that another row has in another column',
		[
			{ card: 'a', of: 'b' },
			{ card: 'c', of: 'd' },
			{ card: 'd', of: 'x' },
		],
		[exchange('a', 1), exchange('c', 2), exchange('b', 3)],
		[0, 1, undefined],
	],
	['not in the roster', [{ memberId: 'a' }], [exchange('b', 4)], [undefined]],
	[
		'a place that is somebody else',
		[{ memberId: 'a' }],
		[exchange('a', 2), exchange('z', 1)],
		[0, undefined],
	],
])('%s', (_, roster, items, rows) => expect(joined(roster, factsOf(...items))).toEqual(rows));

test('by place only where the roster goes straight to the node', () => {
	expect(joined([{ no: 1 }, { no: 2 }], factsOf(exchange('P-2', 2)), false)).toEqual([undefined]);
});

describe('an error of Member Match', () => {
	const error = { error: 'x', message: 'y' };
	const bare = (itemIndex: number) => factsOf({ ...error, details: { itemIndex } });

	test('with the input row, by the error output', () => {
		const roster = [
			{ card: 'a', born: 'soon' },
			{ card: 'b', born: 'later' },
		];
		expect(joined(roster, factsOf({ ...roster[1], ...error }), false)).toEqual([1]);
	});

	test('by its index, in the rows that the node was given', () => {
		expect(joined([{ card: 'a' }, { card: 'b' }], bare(1))).toEqual([1]);
		expect(joined([{ card: 'a' }, { card: 'b' }], bare(0), false)).toEqual([undefined]);
		expect(joined([{ card: 'a' }, { card: 'b' }], bare(0), false, () => ({ card: 'b' }))).toEqual([1]);
	});

	test('of two equal rows, each has its own', () => {
		const roster = [{ card: 'a' }, { card: 'a' }];
		expect(joined(roster, factsOf({ ...roster[0], ...error }, { ...roster[0], ...error }), false)).toEqual([
			0, 1,
		]);
	});
});

test('ten thousand rows whose column has no known name', () => {
	const roster = Array.from({ length: 10_000 }, (_, index) => ({ card: `c-${index}`, other: index % 7 }));
	const items = roster.map(({ card }, index) => exchange(card, index + 1));
	expect(joined(roster, factsOf(...items))).toEqual(roster.map((_, index) => index));
});
