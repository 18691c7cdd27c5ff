import type { AxiosInstance } from 'axios';
import type { N8nExecution } from '../../local-n8n/execution';
import { row } from '../support/expectations';
import { fourSteps } from '../support/steps';
import { closeBench, openBench, theBench } from './bench';
import { jsonOf, TRIGGER, workflowOf, type ExtraNode, type Link } from './workflows';
import { createDataTable, signedIn } from './dataTables';
import { rowsOf } from './examples/dataTables';
import { tablesSuite } from './suites/tables';

/** F7: the four nodes in the places where people put them: a loop, a sub-workflow, a table, one step after the other. */

const OPEN_WITHIN_MS = 40 * 60_000;
const LIMIT_MS = 240_000;
const ROWS = [row('small'), row('no-match'), row('empty'), row('no-match', { memberId: 'other-1' })];

let http: AxiosInstance;
beforeAll(async () => {
	await openBench();
	http = await signedIn(theBench().n8n);
}, OPEN_WITHIN_MS);
afterAll(closeBench);

/** The outputs at which a member's way ends. `Resources` is not among them: a report comes for each file. */
const ENDS: Array<[from: string, output: number]> = [
	['memberMatch', 1],
	['startExport', 1],
	['waitForExport', 1],
	['waitForExport', 2],
	['fetchBatch', 1],
];
const endsTo = (to: string): Link[] => ENDS.map(([from, output]) => ({ from, output, to }));

const node = (name: string, type: string, typeVersion: number, parameters: object): ExtraNode => ({
	name,
	type: `n8n-nodes-base.${type}`,
	typeVersion,
	parameters,
});
const append = node('All', 'merge', 3.2, { mode: 'append', numberInputs: ENDS.length });

type Connections = Record<string, { main: Array<Array<{ node: string; type: string; index: number }>> }>;

/** A workflow of the four nodes and others, with some connections made otherwise. */
async function save(
	rows: object[],
	extra: ExtraNode[],
	change: (connections: Connections) => void,
	links: Link[] = [],
): Promise<string> {
	const workflow = workflowOf({ rows, steps: fourSteps(), extra, links });
	change(workflow.connections as Connections);
	// The editor saves it so; without it, n8n runs no single step.
	return await theBench().client.createWorkflow({ ...workflow, pinData: {} });
}
const to = (name: string, index = 0) => ({ node: name, type: 'main', index });
/** Each end leads into an input of its own. */
const intoMerge = (connections: Connections) =>
	ENDS.forEach(([from, output], index) => {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output].push(to('All', index));
	});

async function ended(workflowId: string): Promise<N8nExecution> {
	const { client } = theBench();
	const id = await client.runManually(workflowId, TRIGGER);
	const execution = await client.waitForExecution(id, { timeoutMs: LIMIT_MS });
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	return execution;
}
const idsOf = (items: Array<Record<string, unknown>>) =>
	[...new Set(items.map(({ memberId }) => String(memberId)))].sort();
const ALL = ROWS.map(({ memberId }) => String(memberId)).sort();

test(
	'F7 Loop Over Items goes on after a member who was not matched',
	async () => {
		const loop = node('Loop', 'splitInBatches', 3, { options: {} });
		const id = await save(
			ROWS,
			[loop],
			(connections) => {
				connections.Rows.main = [[to('Loop')]];
				connections.Loop = { main: [[], [to('memberMatch')]] };
			},
			endsTo('Loop'),
		);
		const { runData } = await ended(id);
		const matches = runData.memberMatch.map(({ data }) => data!.main.map((items) => items?.length ?? 0));
		expect(matches).toEqual([
			[1, 0],
			[0, 1],
			[1, 0],
			[0, 1],
		]);
		const done = runData.Loop.at(-1)!.data!.main[0] ?? [];
		expect(idsOf(done.map(({ json }) => json))).toEqual(ALL);
	},
	LIMIT_MS,
);

test(
	'F7 a sub-workflow gives back the items of all outputs, where a Merge node is its last',
	async () => {
		const inner = await save(ROWS, [append], (connections) => {
			connections[TRIGGER] = { main: [[to('memberMatch')]] };
			delete connections.Table;
			delete connections.Rows;
			intoMerge(connections);
		});
		const { data: stored } = await http.get<{ data: { nodes: ExtraNode[]; versionId: string } }>(
			`/rest/workflows/${inner}`,
		);
		const nodes = stored.data.nodes
			.filter(({ name }) => !['Table', 'Rows'].includes(name))
			.map((each) =>
				each.name === TRIGGER
					? {
							...each,
							...node(TRIGGER, 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' }),
						}
					: each,
			);
		await http.patch(`/rest/workflows/${inner}`, { nodes, versionId: stored.data.versionId });
		const { data: saved } = await http.get<{ data: { versionId: string } }>(`/rest/workflows/${inner}`);
		await http.post(`/rest/workflows/${inner}/activate`, { versionId: saved.data.versionId });
		const call = node('Call', 'executeWorkflow', 1.2, {
			workflowId: { __rl: true, mode: 'id', value: inner },
			workflowInputs: { mappingMode: 'defineBelow', value: {} },
			options: {},
		});
		const outer = workflowOf({ rows: ROWS, steps: [], extra: [call] });
		(outer.connections as Connections).Rows = { main: [[to('Call')]] };
		const execution = await ended(await theBench().client.createWorkflow(outer));
		expect(idsOf(jsonOf(execution, 'Call'))).toEqual(ALL);
	},
	LIMIT_MS,
);

const COLUMNS = ['memberId', 'outcome', 'reason', 'nextStep', 'payer'];
const insertInto = (table: string) =>
	node('Insert', 'dataTable', 1.1, {
		resource: 'row',
		operation: 'insert',
		dataTableId: { __rl: true, mode: 'name', value: table },
		columns: { mappingMode: 'autoMapInputData', value: {}, matchingColumns: [], schema: [] },
	});

async function createTable(name: string, columns: string[]): Promise<void> {
	const typed = columns.map((column) => ({
		name: column,
		type: ['httpStatus', 'row'].includes(column) ? 'number' : 'string',
	}));
	await createDataTable(http, name, typed);
}

test(
	'F7 Not Matched goes into a Data Table as it is',
	async () => {
		const consent = ['consentId', 'consentPolicy', 'consentEnd'];
		const exchange = ['exchangeId', 'row', 'askedAt'];
		const columns = [...COLUMNS, 'tenant', 'httpStatus', ...consent, ...exchange];
		await createTable('notmatched', columns);
		await ended(
			await save(ROWS, [insertInto('notmatched')], () => undefined, [
				{ from: 'memberMatch', output: 1, to: 'Insert' },
			]),
		);
		const rows = await rowsOf<Record<string, unknown>>('notmatched');
		expect(rows).toHaveLength(2);
		for (const each of rows) {
			expect(each).toMatchObject({ outcome: 'no-match', nextStep: expect.any(String) as string });
		}
	},
	LIMIT_MS,
);

test(
	'F7 the ends of all outputs go into one Data Table, by Edit Fields with a choice of fields',
	async () => {
		await createTable('ends', COLUMNS);
		const choose = node('Choose', 'set', 3.4, {
			mode: 'manual',
			includeOtherFields: true,
			include: 'selected',
			includeFields: COLUMNS.join(', '),
			options: {},
		});
		const rows = [...ROWS, row('partial')];
		await ended(
			await save(rows, [append, choose, insertInto('ends')], (connections) => {
				intoMerge(connections);
				connections.All = { main: [[to('Choose')]] };
				connections.Choose = { main: [[to('Insert')]] };
			}),
		);
		const stored = await rowsOf<Record<string, unknown>>('ends');
		expect(idsOf(stored)).toEqual(idsOf(rows as Array<Record<string, unknown>>));
		expect([...new Set(stored.map(({ outcome }) => outcome))].sort()).toEqual([
			'complete',
			'no-match',
			'partial',
		]);
	},
	LIMIT_MS,
);

test(
	'F7 step by step: each node goes on from what the one before it gave',
	async () => {
		const { client } = theBench();
		const id = await save([row('small')], [], () => undefined);
		const { data: workflow } = await http.get<{ data: object }>(`/rest/workflows/${id}`);
		let runData: object | undefined;
		for (const name of ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch']) {
			const { data } = await http.post<{ data: { executionId: string } }>(`/rest/workflows/${id}/run`, {
				workflowData: workflow.data,
				destinationNode: { nodeName: name, mode: 'inclusive' },
				...(runData ? { runData, dirtyNodeNames: [] } : { triggerToStartFrom: { name: TRIGGER } }),
			});
			const execution = await client.waitForExecution(data.data.executionId, { timeoutMs: LIMIT_MS });
			expect([name, execution.status, execution.error?.message]).toEqual([name, 'success', undefined]);
			runData = execution.runData;
			expect(jsonOf(execution, name).length).toBeGreaterThan(0);
		}
	},
	LIMIT_MS,
);

test.each([
	['Matched', 0, ['small', 'empty']],
	['Not Matched', 1, ['no-match', 'no-match']],
])(
	'F7 Merge by memberId finds the rows of %s again where memberId is a number',
	async (_, output, keys) => {
		const rows = ROWS.map((each, index) => ({
			...each,
			memberId: 1001 + index,
			mail: `m${index}@example.org`,
		}));
		const merge = node('Merge', 'merge', 3.2, {
			mode: 'combine',
			combineBy: 'combineByFields',
			fieldsToMatchString: 'memberId',
			joinMode: 'keepMatches',
			options: {},
		});
		const execution = await ended(
			await save(rows, [merge], (connections) => {
				connections.Rows.main[0].push(to('Merge'));
				const { main } = connections.memberMatch;
				while (main.length <= output) main.push([]);
				main[output].push(to('Merge', 1));
			}),
		);
		const wanted = rows.filter(({ coverageId }) => keys.some((key) => row(key).coverageId === coverageId));
		expect(jsonOf(execution, 'Merge').map(({ memberId, mail }) => [memberId, mail])).toEqual(
			wanted.map(({ memberId, mail }) => [memberId, mail]),
		);
	},
	LIMIT_MS,
);

describe('tables', tablesSuite);
