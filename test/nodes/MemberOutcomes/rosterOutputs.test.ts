import { credentialFor, runSteps, type Link } from '../../support/engine';
import { row } from '../../support/expectations';
import { twoOutputsNode } from '../../support/loopNode';

/** A roster that comes by two outputs of a node: n8n tells by one of them only where it leads. */

const OUTCOMES = 'memberOutcomes';
const toOutcomes = (from: string, output = 0): Link => ({ from, output, to: OUTCOMES, input: 1 });
const [FIRST, SECOND] = ['Match A', 'Match B'];
/** The error output, behind Matched and Not Matched. */
const ERRORS = 2;
const TO_SORT: Link[] = [{ from: 'Input', to: 'Sort' }];
const toMatch = (output: number, to: string): Link => ({ from: 'Sort', output, to });
const BOTH_HERE = [toOutcomes('Sort'), toOutcomes('Sort', 1)];

type Given = Array<[memberId: unknown, row: unknown, outcome: unknown]>;

/** Even rows leave by the first output, odd ones by the second. @returns the rows of each run that gave any */
async function given(ids: string[], links: Link[]): Promise<Given[]> {
	const sort = twoOutputsNode('Sort', (items) => [
		items.filter((_, index) => index % 2 === 0),
		items.filter((_, index) => index % 2 === 1),
	]);
	const match = { node: 'memberMatch', onError: 'continueErrorOutput' } as const;
	const run = await runSteps({
		// Member Match cannot read the birth date: each row is an outcome without a request.
		items: ids.map((memberId) => ({ ...row('small'), memberId, birthDate: 'soon' })),
		steps: [{ ...match, name: FIRST }, { ...match, name: SECOND }, { node: OUTCOMES }],
		others: { Sort: sort },
		links: [...TO_SORT, ...links],
		credential: credentialFor({ url: 'http://127.0.0.1:1', clientId: 'a', clientSecret: 'b' }),
	});
	expect(run.error?.message).toBeUndefined();
	return (run.raw.data.resultData.runData[OUTCOMES] ?? [])
		.map(({ data }) =>
			(data?.main[0] ?? []).map(({ json }): Given[number] => [json.memberId, json.row, json.outcome]),
		)
		.filter((rows) => rows.length > 0);
}

const error = (memberId: string, place: number): Given[number] => [memberId, place, 'error'];
const CASES: Array<[name: string, ids: string[], links: Link[], expected: Given[]]> = [
	[
		'to one node, in two runs',
		['a', 'b', 'c', 'd'],
		[toMatch(0, FIRST), toMatch(1, FIRST), ...BOTH_HERE, toOutcomes(FIRST, ERRORS)],
		[[error('a', 1), error('c', 2), error('b', 3), error('d', 4)]],
	],
	[
		'to a node for each payer',
		['a', 'b', 'c'],
		[
			toMatch(0, FIRST),
			toMatch(1, SECOND),
			...BOTH_HERE,
			toOutcomes(FIRST, ERRORS),
			toOutcomes(SECOND, ERRORS),
		],
		[[error('a', 1), error('c', 2), error('b', 3)]],
	],
	[
		'a member at both payers',
		['a', 'a'],
		[
			toMatch(0, FIRST),
			toMatch(1, SECOND),
			...BOTH_HERE,
			toOutcomes(FIRST, ERRORS),
			toOutcomes(SECOND, ERRORS),
		],
		[[error('a', 1), error('a', 2)]],
	],
	[
		'one output leads nowhere: its rows are none of the roster',
		['a', 'b', 'c', 'a'],
		[toMatch(0, FIRST), toOutcomes('Sort'), toOutcomes(FIRST, ERRORS)],
		[[error('a', 1), error('c', 2)]],
	],
	[
		'one output leads to this node only: its rows come with it, as unknown',
		['a', 'b', 'c', 'd'],
		[toMatch(0, FIRST), ...BOTH_HERE, toOutcomes(FIRST, ERRORS)],
		[
			[error('a', 1), error('c', 2)],
			[
				['b', 3, 'unknown'],
				['d', 4, 'unknown'],
			],
		],
	],
];

test.each(CASES)('%s', async (_, ids, links, expected) => {
	expect(await given(ids, links)).toEqual(expected);
});
