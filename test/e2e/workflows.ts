/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf, type N8nExecution } from '../../local-n8n/execution';
import type { N8nWorkflow } from '../../local-n8n/rest';
import type { NodeName } from '../support/engine';
import { theBench } from './bench';

const PACKAGE = 'n8n-nodes-payer-to-payer';
const CREDENTIAL = 'oneUpHealthOAuth2Api';
/** The name of the trigger in every workflow here. */
export const TRIGGER = 'Start';
const LIMIT_MS = 120_000;

/** A step of a workflow; its name is that of the node. */
export interface Step {
	node: NodeName;
	parameters?: object;
	onError?: 'continueRegularOutput' | 'continueErrorOutput';
}

/** A connection beyond the row: from an output of a node to the input of another. */
export interface Link {
	from: string;
	output: number;
	to: string;
}

/** More nodes than the four, e.g. n8n's Wait node. */
export interface ExtraNode {
	name: string;
	type: string;
	typeVersion: number;
	parameters: object;
}

/** What to build a workflow of. */
export interface Plan {
	/** The items that reach the first step. */
	rows: object[];
	/** In a row: each is connected to the first output of the one before. */
	steps: Step[];
	extra?: ExtraNode[];
	links?: Link[];
	credentialId?: string;
	/** Of which type that credential is; 1upHealth's where not said. */
	credentialType?: string;
}

/** A workflow as a person would build it: a manual trigger, the rows, the steps in a row. */
export function workflowOf({
	rows,
	steps,
	extra = [],
	links = [],
	credentialId,
	credentialType = CREDENTIAL,
}: Plan): N8nWorkflow {
	const source: ExtraNode[] = [
		{ name: TRIGGER, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Table',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} },
		},
		{
			name: 'Rows',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'rows', options: {} },
		},
	];
	const ours = steps.map(({ node, parameters = {}, onError }) => ({
		name: node,
		type: `${PACKAGE}.${node}`,
		typeVersion: 1,
		parameters,
		...(onError && { onError }),
		credentials: {
			[credentialType]: { id: credentialId ?? theBench().credentialId, name: 'Sandbox gateway' },
		},
	}));
	const row = [...source, ...ours].map(({ name }) => name);
	const inARow = row.slice(1).map((to, index): Link => ({ from: row[index], output: 0, to }));
	return {
		name: 'e2e',
		nodes: [...source, ...ours, ...extra].map((node, index) => ({
			id: String(index),
			position: [200 * index, 0],
			...node,
		})),
		connections: connectionsOf([...inARow, ...links]),
		settings: { executionOrder: 'v1' },
	};
}

function connectionsOf(links: Link[]): object {
	const connections: Record<string, { main: object[][] }> = {};
	for (const { from, output, to } of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output].push({ node: to, type: 'main', index: 0 });
	}
	return connections;
}

/** Saves a workflow and starts it. @returns the execution's id, and the workflow's to run it again */
export async function start(plan: Plan): Promise<{ executionId: string; workflowId: string }> {
	const { client } = theBench();
	const workflowId = await client.createWorkflow(workflowOf(plan));
	return { workflowId, executionId: await client.runManually(workflowId, TRIGGER) };
}

/** Runs a saved workflow again and waits for the end. */
export async function runAgain(workflowId: string): Promise<N8nExecution> {
	const { client } = theBench();
	const executionId = await client.runManually(workflowId, TRIGGER);
	return await client.waitForExecution(executionId, { timeoutMs: LIMIT_MS });
}

/** Saves a workflow, runs it and waits for the end. */
export async function run(plan: Plan): Promise<N8nExecution> {
	const { executionId } = await start(plan);
	return await theBench().client.waitForExecution(executionId, { timeoutMs: LIMIT_MS });
}

/** The JSON of the items on one output of a step's last run. */
export function jsonOf(execution: N8nExecution, step: string, output = 0): Array<Record<string, unknown>> {
	return itemsOf(execution, step, output).map(({ json }) => json);
}

/** Long, for machines that do other work as well: it is a limit, and says nothing of how long it should take. */
const UNTIL_LIMIT_MS = 120_000;

/** Waits until a condition holds. @throws after two minutes */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
	const giveUpAt = Date.now() + UNTIL_LIMIT_MS;
	while (!(await holds())) {
		if (Date.now() > giveUpAt) throw new Error(`Not within two minutes: ${what}`);
		await sleep(20);
	}
}
