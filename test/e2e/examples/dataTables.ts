import type { N8nWorkflow } from '../../../local-n8n/rest';
import { theBench } from '../bench';
import { TRIGGER } from '../workflows';
import { allJson, endOf } from './bringIn';

/** What n8n itself adds to a row. */
const OF_N8N = ['id', 'createdAt', 'updatedAt'];

function workflowOf(nodes: Array<{ name: string; type: string; typeVersion: number; parameters: object }>) {
	const trigger = {
		name: TRIGGER,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		parameters: {},
	};
	const row = [trigger, ...nodes];
	return {
		name: 'data table',
		nodes: row.map((node, index) => ({ id: String(index), position: [200 * index, 0], ...node })),
		connections: Object.fromEntries(
			row
				.slice(1)
				.map(({ name }, index) => [row[index].name, { main: [[{ node: name, type: 'main', index: 0 }]] }]),
		),
		settings: { executionOrder: 'v1' },
	} satisfies N8nWorkflow;
}

function tableNode(name: string, table: string, parameters: object) {
	return {
		name,
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'row',
			dataTableId: { __rl: true, mode: 'name', value: table },
			...parameters,
		},
	};
}

/** All rows of a data table, as a workflow reads them, without n8n's own columns. */
export async function rowsOf<T>(table: string): Promise<T[]> {
	const { client } = theBench();
	const get = tableNode('Rows', table, { operation: 'get', filters: {}, returnAll: true });
	const execution = await endOf(
		await client.runManually(await client.createWorkflow(workflowOf([get])), TRIGGER),
	);
	return allJson(execution, 'Rows').map(
		(row) => Object.fromEntries(Object.entries(row).filter(([column]) => !OF_N8N.includes(column))) as T,
	);
}

/** Adds rows to a data table, as importing a CSV file into it does. */
export async function addRows(table: string, rows: object[]): Promise<void> {
	const { client } = theBench();
	const nodes = [
		{
			name: 'List',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} },
		},
		{
			name: 'Each',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'rows', options: {} },
		},
		tableNode('Add', table, {
			operation: 'insert',
			columns: { mappingMode: 'autoMapInputData', value: {}, matchingColumns: [], schema: [] },
		}),
	];
	await endOf(await client.runManually(await client.createWorkflow(workflowOf(nodes)), TRIGGER));
}
