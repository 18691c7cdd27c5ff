import axios from 'axios';
import type { N8nExecution } from '../../../local-n8n/execution';
import { sheetJs } from '../../support/sheetJs';
import { theBench } from '../bench';
import { until } from '../workflows';
import { bringIn, endOf, filledIn, type ExampleNode, type FilledIn } from './bringIn';

/** An example that starts with the form for a roster. */
export interface RosterForm {
	workflowId: string;
	/** Sends a roster as a file, as a person does. @returns the execution's id */
	send(rows: object[], kind?: 'csv' | 'xlsx'): Promise<string>;
	/** Sends a roster and waits for the end. @throws where it did not end well */
	run(rows: object[], kind?: 'csv' | 'xlsx'): Promise<N8nExecution>;
}

/** Who asks, as the form says. */
export const ASKS = 'The tester';

/** Imports an example and publishes its form. */
export async function bringInForm(file: string, filled?: FilledIn): Promise<RosterForm> {
	const { client, n8n } = theBench();
	const { nodes } = await filledIn(file, filled);
	const form = (nodes as ExampleNode[]).find(({ type }) => type.endsWith('.formTrigger'));
	const { path } = (form?.parameters as { options: { path: string } }).options;
	const address = `${n8n.url}/form/${path}`;
	const workflowId = await bringIn(file, filled);
	await client.activate(workflowId);
	const ask = async () => await axios.get(address, { proxy: false, validateStatus: () => true });
	await until('the form is there', async () => (await ask()).status === 200);
	const send: RosterForm['send'] = async (rows, kind = 'csv') => {
		const before = await lastExecution(workflowId);
		const body = new FormData();
		body.append('field-0', kind === 'csv' ? csvOf(rows) : await excelOf(rows), `roster.${kind}`);
		body.append('field-1', ASKS);
		await axios.post(address, body, { proxy: false });
		await until('the run has begun', async () => (await lastExecution(workflowId)) > before);
		return String(await lastExecution(workflowId));
	};
	return { workflowId, send, run: async (...roster) => await endOf(await send(...roster)) };
}

async function lastExecution(workflowId: string): Promise<number> {
	const [[id]] = await theBench().n8n.query(
		`SELECT coalesce(max(id), 0) FROM execution_entity WHERE "workflowId" = '${workflowId}'`,
	);
	return Number(id);
}

function csvOf(rows: object[]): Blob {
	const quoted = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`;
	const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row) as unknown[])];
	return new Blob([lines.map((cells) => cells.map(quoted).join(',')).join('\r\n')], { type: 'text/csv' });
}

async function excelOf(rows: object[]): Promise<Blob> {
	const { utils, write } = await sheetJs();
	const book = utils.book_new();
	const cells = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row) as unknown[])];
	utils.book_append_sheet(book, utils.aoa_to_sheet(cells), 'Roster');
	return new Blob([new Uint8Array(write(book, { type: 'buffer', bookType: 'xlsx' }))]);
}
