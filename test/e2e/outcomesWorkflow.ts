import type { N8nExecution } from '../../local-n8n/execution';
import type { N8nWorkflow } from '../../local-n8n/rest';
import { members } from '../../sandbox/members';
import type { PayerNodeName } from '../support/engine';
import { truth } from '../support/expectations';
import { fourSteps } from '../support/steps';
import { theBench } from './bench';
import { TRIGGER, workflowOf, type ExtraNode, type Step } from './workflows';

/** Workflows that end in Member Outcomes, and what the sandbox holds to compare its rows with. */

export const OUTCOMES = 'Member Outcomes';
const LIMIT_MS = 240_000;

/** A connection; the input is the first where not said. */
export interface Wire {
	from: string;
	output?: number;
	to: string;
	input?: number;
}

/** What differs from the four nodes in a row, with the roster and every end connected. */
export interface Shape {
	rows: object[];
	parameters?: Partial<Record<PayerNodeName, object>>;
	onError?: Partial<Record<PayerNodeName, Step['onError']>>;
	extra?: ExtraNode[];
	/** Connections besides. */
	wires?: Wire[];
	/** Connections that are left out. */
	without?: (wire: Wire) => boolean;
	/** Other names of nodes. */
	names?: Record<string, string>;
	/** Where Member Outcomes stands; the others stand in a row at height 0. */
	y?: number;
	simplify?: boolean;
	pinData?: Record<string, Array<{ json: object }>>;
	credentialId?: string;
	credentialType?: string;
}

export const here = (from: string, output = 0): Wire => ({ from, output, to: OUTCOMES, input: 1 });

/** The connections of the four nodes, the roster, and every end. */
const WIRES: Wire[] = [
	{ from: TRIGGER, to: 'Table' },
	{ from: 'Table', to: 'Rows' },
	{ from: 'Rows', to: 'memberMatch' },
	{ from: 'memberMatch', to: 'startExport' },
	{ from: 'startExport', to: 'waitForExport' },
	{ from: 'waitForExport', to: 'fetchBatch' },
	here('Rows'),
	here('memberMatch', 1),
	here('startExport', 1),
	here('waitForExport', 1),
	here('waitForExport', 2),
	here('fetchBatch', 1),
];

type Node = ExtraNode & { id: string; position: [number, number] };

export function outcomesWorkflow(shape: Shape): N8nWorkflow {
	const { rows, parameters = {}, onError = {}, extra = [], wires = [], names = {} } = shape;
	const steps = fourSteps().map(({ node }) => ({
		node,
		parameters: parameters[node] ?? {},
		...(onError[node] && { onError: onError[node] }),
	}));
	const outcomes: ExtraNode = {
		name: OUTCOMES,
		type: 'n8n-nodes-payer-to-payer.memberOutcomes',
		typeVersion: 1,
		parameters: { simplify: shape.simplify ?? false },
	};
	const { credentialId, credentialType } = shape;
	const workflow = workflowOf({
		rows,
		steps,
		extra: [...extra, outcomes],
		...(credentialId !== undefined && { credentialId, credentialType }),
	});
	const nameOf = (name: string) => names[name] ?? name;
	const kept = [...WIRES.filter((wire) => !shape.without?.(wire)), ...wires];
	const connections: Record<string, { main: object[][] }> = {};
	for (const { from, output = 0, to, input = 0 } of kept) {
		const { main } = (connections[nameOf(from)] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output].push({ node: nameOf(to), type: 'main', index: input });
	}
	const nodes = (workflow.nodes as Node[]).map((node) => ({
		...node,
		...(node.name === OUTCOMES && { position: [0, shape.y ?? 400] }),
		name: nameOf(node.name),
	}));
	return { ...workflow, nodes, connections, pinData: shape.pinData ?? {} };
}

/** Saves and runs a workflow to its end. */
export async function ended(workflow: N8nWorkflow): Promise<N8nExecution> {
	const { client } = theBench();
	const id = await client.runManually(await client.createWorkflow(workflow), TRIGGER);
	return await client.waitForExecution(id, { timeoutMs: LIMIT_MS });
}

export type OutcomeRow = Record<string, unknown>;

/** The rows that Member Outcomes gave, run by run. */
export function rowsByRun(execution: N8nExecution, name = OUTCOMES): OutcomeRow[][] {
	return (execution.runData[name] ?? []).map(({ data }) =>
		(data?.main[0] ?? []).map(({ json }) => json as OutcomeRow),
	);
}

/** What the sandbox holds of a member, as a row says it. */
export function held(key: string): [outcome: string, resources: number] {
	const found = members.find((each) => each.key === key);
	if (!found || found.outcome !== 'matched') return [String(found?.outcome), 0];
	if (found.export === 'failed') return ['failed', 0];
	const { resources } = truth(key);
	if (found.export === 'partial') return ['partial', resources];
	return resources === 0 ? ['empty', 0] : ['complete', resources];
}

export const node = (name: string, type: string, typeVersion: number, parameters: object): ExtraNode => ({
	name,
	type: `n8n-nodes-base.${type}`,
	typeVersion,
	parameters,
});

/** A workflow that others call: what they give stands in place of the roster. */
export function asCalled(workflow: N8nWorkflow): N8nWorkflow {
	const nodes = (workflow.nodes as ExtraNode[])
		.filter(({ name }) => name !== TRIGGER && name !== 'Table')
		.map((each) =>
			each.name === 'Rows'
				? { ...each, ...node('Rows', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' }) }
				: each,
		);
	const { [TRIGGER]: start, Table, ...connections } = workflow.connections as Record<string, object>;
	void [start, Table];
	return { ...workflow, nodes, connections };
}

export async function saved(workflow: N8nWorkflow): Promise<string> {
	const { client } = theBench();
	const id = await client.createWorkflow(workflow);
	await client.activate(id);
	return id;
}

/** A workflow that calls another for all rows at once. @param hasOutcomes whether Member Outcomes stands behind it */
export function callOf(workflowId: string, rows: object[], hasOutcomes: boolean): N8nWorkflow {
	const call = node('Call', 'executeWorkflow', 1.2, {
		workflowId: { __rl: true, mode: 'id', value: workflowId },
		workflowInputs: { mappingMode: 'defineBelow', value: {} },
		options: {},
	});
	const outer = outcomesWorkflow({
		rows,
		extra: [call],
		without: ({ from }) => !['Rows', 'Table', TRIGGER].includes(from),
		wires: [{ from: 'Rows', to: 'Call' }, ...(hasOutcomes ? [here('Call')] : [])],
	});
	const left = (outer.nodes as ExtraNode[]).filter(
		({ name, type }) => name === OUTCOMES || !type.includes('payer-to-payer'),
	);
	const nodes = hasOutcomes ? left : left.filter(({ name }) => name !== OUTCOMES);
	const {
		[TRIGGER]: start,
		Table,
		Rows,
	} = outer.connections as Record<string, { main: Array<Array<{ node: string }>> }>;
	const main = Rows.main.map((to) => to.filter((each) => nodes.some(({ name }) => name === each.node)));
	const after = hasOutcomes ? { Call: (outer.connections as Record<string, object>).Call } : {};
	return { ...outer, nodes, connections: { [TRIGGER]: start, Table, Rows: { main }, ...after } };
}
