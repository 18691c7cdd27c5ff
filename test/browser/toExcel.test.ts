/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { practicePlans } from '../../demo/practice';
import { createCredential, exampleWorkflow } from '../../demo/stage';
import { rosterMembers } from '../../sandbox/members';
import { sheetJs } from '../support/sheetJs';
import type { Editor } from './editor';
import { OPEN_WITHIN_MS, openEditor, type OpenEditor } from './openEditor';
import { withFailurePicture } from './pictures';
import { rosterAsXlsx } from './rosterFiles';

/** The example From a roster to Excel: an uploaded roster becomes two files, without a line of code. */

const LIMIT_MS = 180_000;
const NOT_MATCHED = ['no-match', 'multiple-matches', 'consent-refused', 'consent-not-in-force'];

let open: OpenEditor;
let editor: Editor;

beforeAll(async () => {
	open = await openEditor();
	({ editor } = open);
}, OPEN_WITHIN_MS);

afterAll(async () => await open?.close());

async function rowsOfFile(node: string): Promise<{ name: string; rows: Array<Record<string, unknown>> }> {
	await editor.openPanel(node);
	const { name, path } = await editor.downloadFile();
	await editor.closePanel();
	const { read, utils } = await sheetJs();
	const { SheetNames, Sheets } = read(readFileSync(path));
	return { name, rows: utils.sheet_to_json(Sheets[SheetNames[0]]) };
}

test(
	'claims.xlsx and outcomes.xlsx come from an uploaded roster',
	async () => {
		const { client, n8n } = open.stage;
		const credentialId = await createCredential(client, open.sandbox, practicePlans(open.sandbox));
		const workflow = await exampleWorkflow('roster-to-excel.json', credentialId);
		await withFailurePicture(editor.page, 'a roster to Excel', async () => {
			await editor.openWorkflow(n8n, await client.createWorkflow(workflow));
			await editor.executeWorkflowWithFile(await rosterAsXlsx());
			const claims = await rowsOfFile('Claims File');
			const outcomes = await rowsOfFile('Outcomes File');
			expect([claims.name, outcomes.name]).toEqual(['claims.xlsx', 'outcomes.xlsx']);
			expect(claims.rows.length).toBeGreaterThan(20);
			const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched').length;
			const ids = outcomes.rows.map(({ memberId }) => String(memberId));
			expect(ids).toHaveLength(rosterMembers.length);
			expect(new Set(ids).size).toBe(rosterMembers.length);
			const notMatched = outcomes.rows.filter(({ outcome }) => NOT_MATCHED.includes(String(outcome)));
			expect(notMatched).toHaveLength(rosterMembers.length - matched);
		});
	},
	LIMIT_MS,
);
