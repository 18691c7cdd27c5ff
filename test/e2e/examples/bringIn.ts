import { exampleWorkflow } from '../../../demo/stage';
import type { N8nExecution } from '../../../local-n8n/execution';
import type { N8nWorkflow } from '../../../local-n8n/rest';
import { theBench } from '../bench';

const LIMIT_MS = 240_000;
/** The trigger that a person presses in the examples that run by a schedule or by hand. */
export const BY_HAND = 'Start by Hand';

/** A node as an exported workflow has it. */
export interface ExampleNode {
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentials?: object;
	[more: string]: unknown;
}

/** What a person fills in after importing an example. */
export interface FilledIn {
	/** For nodes by name: parameters that are set instead of the shipped ones. */
	parameters?: Record<string, Record<string, unknown>>;
	/** For node types: the credentials that are chosen. */
	credentials?: Record<string, object>;
	/** The credential of the gateway; absent: that of the bench. */
	credentialId?: string;
	/** Whether n8n keeps nothing of its runs, as the file says; otherwise the test can read them. */
	asShipped?: boolean;
	/** Nodes that a person adds behind others, and before others where they say so. */
	added?: Array<{ after: string; before?: string; node: ExampleNode }>;
}

/** Reads an example and fills in what its note says. @throws where a node that is named is not in it */
export async function filledIn(file: string, filled: FilledIn = {}): Promise<N8nWorkflow> {
	const { credentialId = theBench().credentialId, asShipped } = filled;
	const workflow = await exampleWorkflow(file, credentialId, { asShipped });
	const nodes = workflow.nodes as ExampleNode[];
	for (const [name, changes] of Object.entries(filled.parameters ?? {})) {
		const node = nodes.find((each) => each.name === name);
		if (!node) throw new Error(`${file} has no node "${name}"`);
		Object.assign(node.parameters, changes);
	}
	for (const node of nodes) {
		const credentials = filled.credentials?.[node.type];
		if (credentials) node.credentials = credentials;
	}
	const connections = workflow.connections as Record<string, { main: Array<Array<object> | null> }>;
	const connect = (from: string, to: string) =>
		((connections[from] ??= { main: [[]] }).main[0] ??= []).push({ node: to, type: 'main', index: 0 });
	for (const { after, before, node } of filled.added ?? []) {
		nodes.push(node);
		connect(after, node.name);
		if (before !== undefined) connect(node.name, before);
	}
	return workflow;
}

/** Imports an example. @returns the workflow's id */
export async function bringIn(file: string, filled?: FilledIn): Promise<string> {
	return await theBench().client.createWorkflow(await filledIn(file, filled));
}

/** Runs an imported example by hand and waits for the end. @throws where it did not end well */
export async function runByHand(workflowId: string, trigger = BY_HAND): Promise<N8nExecution> {
	const { client } = theBench();
	return await endOf(await client.runManually(workflowId, trigger));
}

/** Waits for the end of an execution. @throws where it did not end well */
export async function endOf(executionId: string, timeoutMs = LIMIT_MS): Promise<N8nExecution> {
	const execution = await theBench().client.waitForExecution(executionId, { timeoutMs });
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	return execution;
}

/** The JSON of all items that left a step by one of its outputs, in all of its runs. */
export function allJson<T = Record<string, unknown>>(execution: N8nExecution, step: string, output = 0): T[] {
	return (execution.runData[step] ?? []).flatMap((run) =>
		(run.data?.main[output] ?? []).map(({ json }) => json as T),
	);
}
