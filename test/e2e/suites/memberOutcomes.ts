import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { signedIn } from '../dataTables';
import {
	asCalled,
	callOf,
	ended,
	held,
	here,
	node,
	OUTCOMES,
	outcomesWorkflow,
	rowsByRun,
	saved,
	type OutcomeRow,
	type Shape,
} from '../outcomesWorkflow';
import { allJson } from '../examples/bringIn';
import { TRIGGER } from '../workflows';

const LIMIT_MS = 180_000;
const MIXED = [
	'small',
	'no-match',
	'partial',
	'multiple-matches',
	'empty',
	'failed',
	'consent-ended',
	'medium',
];
/** A row that Member Match cannot read. */
const BAD = { ...row('accents'), birthDate: 'soon' };
const rowsOf = (keys: readonly string[]) => keys.map((key) => row(key));
/** The roster of a plan that has its own names for everything. */
const renamed = (keys: readonly string[]) =>
	rowsOf(keys).map((member, index) => {
		const { memberId, coverageId, givenName, familyName, birthDate, gender, consentId, ...rest } = member;
		const { consentStart, consentEnd, tenant } = rest as Record<string, unknown>;
		return {
			no: index + 100,
			card: memberId,
			'their card': coverageId,
			called: givenName,
			house: familyName,
			born: birthDate,
			mf: gender,
			paper: consentId,
			'paper from': consentStart,
			'paper to': consentEnd,
			gate: tenant,
		};
	});
const RENAMED_FIELDS = {
	memberId: '={{ $json.card }}',
	coverageId: '={{ $json["their card"] }}',
	givenName: '={{ $json.called }}',
	familyName: '={{ $json.house }}',
	birthDate: '={{ $json.born }}',
	gender: '={{ $json.mf }}',
	consentId: '={{ $json.paper }}',
	consentStart: '={{ $json["paper from"] }}',
	consentEnd: '={{ $json["paper to"] }}',
	tenant: '={{ $json.gate }}',
};
const wait = node('Pause', 'wait', 1.1, { amount: 1, unit: 'seconds' });
const toWait = { from: 'waitForExport', output: 1, to: 'Pause' };
const backToWait = { from: 'Pause', to: 'waitForExport' };
const isStillRunning = ({ from, output }: { from: string; output?: number }) =>
	from === 'waitForExport' && output === 1;
const loop = node('Loop', 'splitInBatches', 3, { options: {} });
const ENDS: Array<[string, number]> = [
	['memberMatch', 1],
	['startExport', 1],
	['waitForExport', 2],
	['fetchBatch', 1],
];

/** By its name: the workflow, and the members of whom a row is expected, in order. */
const CASES: Array<[name: string, keys: string[], shape: Partial<Shape>]> = [
	['below the others', MIXED, { y: 800 }],
	['above the others', MIXED, { y: -800 }],
	['nobody matched', ['no-match', 'multiple-matches', 'no-match'], {}],
	['everybody failed', ['failed', 'failed'], {}],
	[
		'renamed nodes',
		['small', 'no-match', 'empty'],
		{
			names: {
				memberMatch: `It's "who"`,
				startExport: '2',
				waitForExport: 'A 1000000',
				fetchBatch: '$json',
				Rows: 'R',
			},
		},
	],
	[
		'renamed columns',
		['small', 'no-match', 'partial'],
		{ rows: renamed(['small', 'no-match', 'partial']), parameters: { memberMatch: RENAMED_FIELDS } },
	],
	[
		'a Merge that waits for all ends',
		['small', 'no-match', 'failed'],
		{
			extra: [node('All', 'merge', 3.2, { mode: 'append', numberInputs: ENDS.length })],
			without: ({ from, to }) => to === OUTCOMES && from !== 'Rows',
			wires: [...ENDS.map(([from, output], input) => ({ from, output, to: 'All', input })), here('All')],
		},
	],
	[
		'a Wait loop',
		['small', 'slow', 'no-match'],
		{
			parameters: { waitForExport: { giveUpAfter: 0 } },
			extra: [wait],
			without: (wire) => isStillRunning(wire),
			wires: [toWait, backToWait],
			y: -800,
		},
	],
	[
		'Loop Over Items',
		['small', 'no-match', 'empty', 'no-match'],
		{
			extra: [loop],
			without: ({ from, to }) => (from === 'Rows' && to !== OUTCOMES) || (to === OUTCOMES && from !== 'Rows'),
			wires: [
				{ from: 'Rows', to: 'Loop' },
				{ from: 'Loop', output: 1, to: 'memberMatch' },
				...ENDS.map(([from, output]) => ({ from, output, to: 'Loop' })),
				here('Loop'),
			],
		},
	],
	[
		'two rosters that a Merge puts together',
		['small', 'no-match', 'empty'],
		{
			rows: rowsOf(['small', 'no-match']),
			extra: [
				node('More', 'set', 3.4, { mode: 'raw', jsonOutput: JSON.stringify(row('empty')), options: {} }),
				node('Both', 'merge', 3.2, { mode: 'append' }),
			],
			without: ({ from }) => from === 'Rows',
			wires: [
				{ from: TRIGGER, to: 'More' },
				{ from: 'Rows', to: 'Both' },
				{ from: 'More', to: 'Both', input: 1 },
				{ from: 'Both', to: 'memberMatch' },
				here('Both'),
			],
			y: -800,
		},
	],
	[
		'only the roster connected',
		MIXED.slice(0, 3),
		{ without: ({ from, to }) => to === OUTCOMES && from !== 'Rows' },
	],
	[
		'a pinned roster',
		['small', 'no-match'],
		{ pinData: { Rows: rowsOf(['small', 'no-match']).map((json) => ({ json })) } },
	],
];

const NOBODY = {
	conditions: {
		options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
		conditions: [{ id: '1', leftValue: 1, rightValue: 2, operator: { type: 'number', operation: 'equals' } }],
		combinator: 'and',
	},
	options: {},
};

const said = (rows: OutcomeRow[]) =>
	rows.map(({ memberId, outcome, resources }) => [memberId, outcome, resources]);

/** @param only names of cases; all if not given */
export function memberOutcomesSuite(only?: readonly string[]): void {
	describe('Member Outcomes says of each member what the sandbox holds', () => {
		test.each(CASES.filter(([name]) => !only || only.includes(name)))(
			'%s',
			async (_, keys, shape) => {
				const execution = await ended(outcomesWorkflow({ rows: rowsOf(keys), ...shape }));
				expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
				const [first, ...later] = rowsByRun(execution);
				expect(first.map(({ memberId, outcome, resources }) => [memberId, outcome, resources])).toEqual(
					keys.map((key) => [row(key).memberId, ...held(key)]),
				);
				expect(first.map((each) => each.row)).toEqual(keys.map((_, index) => index + 1));
				expect(later.flat()).toEqual([]);
				const ids = first.map(({ exchangeId }) => exchangeId);
				expect(new Set(ids).size).toBe(keys.length);
			},
			LIMIT_MS,
		);

		test.each(['continueRegularOutput', 'continueErrorOutput', undefined] as const)(
			'On Error %s',
			async (onError) => {
				const rows = [row('small'), BAD, row('no-match')];
				const execution = await ended(
					outcomesWorkflow({ rows, ...(onError && { onError: { memberMatch: onError } }) }),
				);
				if (onError === undefined) {
					// n8n runs nothing after the error.
					expect([execution.status, execution.runData[OUTCOMES]]).toEqual(['error', undefined]);
					return;
				}
				const [first] = rowsByRun(execution);
				expect(first.map(({ memberId, outcome }) => [memberId, outcome])).toEqual([
					[row('small').memberId, 'complete'],
					[BAD.memberId, 'error'],
					[row('no-match').memberId, 'no-match'],
				]);
				expect(first[1]).toMatchObject({ row: 2, reason: expect.stringContaining('Birth Date') as string });
			},
			LIMIT_MS,
		);

		test(
			'a file that cannot be fetched',
			async () => {
				const { sandbox } = theBench();
				await sandbox.plan([
					{ on: 'file', member: 'small', batch: 1, fault: { name: 'answer', status: 404 } },
				]);
				const shape: Shape = { rows: rowsOf(['small']), onError: { fetchBatch: 'continueRegularOutput' } };
				const execution = await ended(outcomesWorkflow(shape)).finally(async () => await sandbox.plan([]));
				const [[only]] = rowsByRun(execution);
				expect(only).toMatchObject({
					outcome: 'partial',
					filesFetched: Number(only.files) - 1,
					filesSha256: null,
				});
			},
			LIMIT_MS,
		);

		test(
			"a run that ended with an error, and n8n's Retry",
			async () => {
				const { sandbox, client, n8n } = theBench();
				const keys = ['small', 'no-match', 'empty'];
				await sandbox.plan([
					{ on: 'file', member: 'small', batch: 1, fault: { name: 'answer', status: 404 } },
				]);
				const workflowId = await client.createWorkflow(outcomesWorkflow({ rows: rowsOf(keys) }));
				const id = await client.runManually(workflowId, TRIGGER);
				const failed = await client
					.waitForExecution(id, { timeoutMs: LIMIT_MS })
					.finally(async () => await sandbox.plan([]));
				expect([failed.status, failed.runData[OUTCOMES]]).toEqual(['error', undefined]);
				const http = await signedIn(n8n);
				const { data } = await http.post<{ data: { id: string } }>(`/rest/executions/${id}/retry`, {
					loadWorkflow: false,
				});
				const again = await client.waitForExecution(data.data.id, { timeoutMs: LIMIT_MS });
				const [first, ...later] = rowsByRun(again);
				expect(said(first)).toEqual(keys.map((key) => [row(key).memberId, ...held(key)]));
				expect(later.flat()).toEqual([]);
			},
			LIMIT_MS,
		);

		test(
			'a member who stands in two rows has two, and one who was asked for at no payer is unknown',
			async () => {
				const rows = [row('small'), row('no-match'), row('small'), row('empty')];
				// The last is kept from Member Match.
				const limit = node('Three', 'limit', 1, { maxItems: 3 });
				const execution = await ended(
					outcomesWorkflow({
						rows,
						extra: [limit],
						without: ({ from, to }) => from === 'Rows' && to === 'memberMatch',
						wires: [
							{ from: 'Rows', to: 'Three' },
							{ from: 'Three', to: 'memberMatch' },
						],
					}),
				);
				const [first] = rowsByRun(execution);
				expect(first.map(({ row: place, outcome }) => [place, outcome])).toEqual([
					[1, 'complete'],
					[2, 'no-match'],
					[3, 'complete'],
					[4, 'unknown'],
				]);
				expect(first[3].reason).toBe('memberMatch has not run for this row.');
			},
			LIMIT_MS,
		);

		test(
			'a pinned Member Match: rows that it has no item for are unknown',
			async () => {
				const before = await ended(outcomesWorkflow({ rows: rowsOf(['small', 'no-match']) }));
				const matched = (before.runData.memberMatch[0].data?.main[0] ?? []).map(({ json }) => ({ json }));
				const again = outcomesWorkflow({
					rows: rowsOf(['no-match', 'small']),
					pinData: { memberMatch: matched },
				});
				const [first, ...later] = rowsByRun(await ended(again));
				expect(said(first)).toEqual([
					[row('no-match').memberId, 'unknown', null],
					[row('small').memberId, ...held('small')],
				]);
				expect(later.flat()).toEqual([]);
			},
			LIMIT_MS,
		);

		test(
			'nobody reached Member Match',
			async () => {
				const execution = await ended(
					outcomesWorkflow({
						rows: rowsOf(['small']),
						without: ({ from, to }) => from === 'Rows' && to === 'memberMatch',
						extra: [node('None', 'filter', 2.2, NOBODY)],
						wires: [
							{ from: 'Rows', to: 'None' },
							{ from: 'None', to: 'memberMatch' },
						],
					}),
				);
				expect(rowsByRun(execution)[0]).toMatchObject([
					{ memberId: row('small').memberId, outcome: 'unknown', reason: 'memberMatch has not run.' },
				]);
			},
			LIMIT_MS,
		);

		test(
			'in a sub-workflow, where everything comes through one Merge, its rows are given back',
			async () => {
				const ends = [here('Rows'), ...ENDS.map(([from, output]) => here(from, output))];
				const keys = ['small', 'no-match', 'failed'];
				const inner = outcomesWorkflow({
					rows: [],
					extra: [node('All', 'merge', 3.2, { mode: 'append', numberInputs: ends.length })],
					without: ({ to }) => to === OUTCOMES,
					wires: [
						...ends.map(({ from, output }, input) => ({ from, output, to: 'All', input })),
						here('All'),
					],
				});
				const execution = await ended(callOf(await saved(asCalled(inner)), rowsOf(keys), false));
				expect(said(allJson(execution, 'Call'))).toEqual(
					keys.map((key) => [row(key).memberId, ...held(key)]),
				);
			},
			LIMIT_MS,
		);

		test(
			'behind a sub-workflow that gives back the items of every end',
			async () => {
				const keys = ['small', 'no-match', 'failed', 'empty', 'partial'];
				const inner = outcomesWorkflow({
					rows: [],
					extra: [node('All', 'merge', 3.2, { mode: 'append', numberInputs: ENDS.length })],
					without: ({ to }) => to === OUTCOMES,
					wires: ENDS.map(([from, output], input) => ({ from, output, to: 'All', input })),
				});
				const nodes = inner.nodes.filter((each) => (each as { name: string }).name !== OUTCOMES);
				const id = await saved(asCalled({ ...inner, nodes }));
				const [first] = rowsByRun(await ended(callOf(id, rowsOf(keys), true)));
				expect(said(first)).toEqual(keys.map((key) => [row(key).memberId, ...held(key)]));
			},
			LIMIT_MS,
		);

		test(
			'something on the input that is left free',
			async () => {
				const execution = await ended(
					outcomesWorkflow({
						rows: rowsOf(['no-match']),
						without: ({ to }) => to === OUTCOMES,
						wires: [{ from: 'Rows', to: OUTCOMES }],
					}),
				);
				expect(execution.error?.message).toContain('Leave Free');
			},
			LIMIT_MS,
		);
	});
}
