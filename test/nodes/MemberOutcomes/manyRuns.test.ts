import { WorkflowDataProxy, type INodeType } from 'n8n-workflow';
import * as judging from '../../../nodes/MemberOutcomes/judge/judge';
import { credentialFor, runSteps, type Link } from '../../support/engine';
import { row } from '../../support/expectations';
import { loopNode } from '../../support/loopNode';

/** Member Outcomes runs once for each arrival: what each run does must not grow with the runs before it. */

const OUTCOMES = 'memberOutcomes';
const toOutcomes = (from: string, output = 0): Link => ({ from, output, to: OUTCOMES, input: 1 });
const IN_LOOP: Link[] = [
	{ from: 'Input', to: 'Loop' },
	{ from: 'Loop', output: 1, to: 'memberMatch' },
];
const ENDS_IN_LOOP: Link[] = [
	...IN_LOOP,
	{ from: 'memberMatch', output: 1, to: 'Loop' },
	toOutcomes('Input'),
	toOutcomes('memberMatch', 1),
];
const ALL_IN_LOOP: Link[] = [
	...IN_LOOP,
	{ from: OUTCOMES, to: 'Loop' },
	toOutcomes('Loop', 1),
	toOutcomes('memberMatch', 1),
];
/** Rows that Member Match cannot read: each is an outcome without a request. */
const badRows = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		...row('small'),
		memberId: `m-${index}`,
		birthDate: 'soon',
	}));

/** @returns the member IDs that each run gave, and how often the node asked n8n for data and judged an exchange */
async function work(links: Link[], rows: object[], others: Record<string, INodeType>) {
	const proxy = WorkflowDataProxy.prototype as unknown as { getNodeExecutionOrPinnedData(): unknown };
	const reads = jest.spyOn(proxy, 'getNodeExecutionOrPinnedData');
	const judged = jest.spyOn(judging, 'judge');
	const run = await runSteps({
		items: rows as never,
		steps: [{ node: 'memberMatch', onError: 'continueRegularOutput' }, { node: OUTCOMES }],
		others,
		links,
		credential: credentialFor({ url: 'http://127.0.0.1:1', clientId: 'a', clientSecret: 'b' }),
	});
	const counts = { reads: reads.mock.calls.length, judged: judged.mock.calls.length };
	jest.restoreAllMocks();
	expect(run.error?.message).toBeUndefined();
	const given = (run.raw.data.resultData.runData[OUTCOMES] ?? []).map(({ data }) =>
		(data?.main[0] ?? []).map(({ json }) => json.memberId),
	);
	return { given, ...counts };
}

const few = 10;
const many = 40;

test('behind many arrivals all rows are made once, in the first run, and each run of a node is read once', async () => {
	const [less, more] = [
		await work(ENDS_IN_LOOP, badRows(few), { Loop: loopNode() }),
		await work(ENDS_IN_LOOP, badRows(many), { Loop: loopNode() }),
	];
	const ids = badRows(many).map(({ memberId }) => memberId);
	expect(more.given).toEqual([ids, ...ids.map(() => [])]);
	expect(more.judged).toBe(many);
	expect(more.reads / less.reads).toBeLessThan(many / few);
});

test('in a loop each round gives its own row, and each run of a node is read once', async () => {
	const [less, more] = [
		await work(ALL_IN_LOOP, badRows(few), { Loop: loopNode() }),
		await work(ALL_IN_LOOP, badRows(many), { Loop: loopNode() }),
	];
	expect(more.given).toEqual(badRows(many).map(({ memberId }) => [memberId]));
	expect(more.reads / less.reads).toBeLessThan((many / few) * 1.05);
});
