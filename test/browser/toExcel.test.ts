/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { practicePlans } from '../../demo/practice';
import { createCredential, exampleWorkflow } from '../../demo/stage';
import { rosterMembers } from '../../sandbox/members';
import { ownRoster } from '../../sandbox/roster';
import { directoryCredential, gatewayRow, standardRow } from '../support/directories';
import { sheetJs } from '../support/sheetJs';
import { startStandardPayers } from '../support/standardSandbox';
import type { Editor } from './editor';
import { OPEN_WITHIN_MS, openEditor, type OpenEditor } from './openEditor';
import { withFailurePicture } from './pictures';
import { rosterAsXlsx } from './rosterFiles';

/** The examples whose form takes a roster: it becomes files of rows, without a line of code. */

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
	'many-payers: one roster goes to a gateway and three payers, each member to its own',
	async () => {
		const { client, n8n } = open.stage;
		const standard = await Promise.all([1, 2, 3].map(async () => await startStandardPayers()));
		const [heron, otter, swift] = standard;
		const directory = {
			bison: gatewayRow(open.sandbox, open.sandbox.tenant),
			heron: standardRow(heron, { name: 'Heron Health' }),
			otter: standardRow(otter, { npi: '1558444216' }),
			swift: standardRow(swift, { signIn: 'secret in body' }),
		};
		const names = ['bison', 'Heron Health', '1558444216', 'Swift', 'Somebody Else'];
		const members = ownRoster().map((row, index) => ({
			...row,
			'Previous Plan': names[index % names.length],
		}));
		const data = directoryCredential(directory);
		const credential = { name: 'Payers', type: 'payerDirectoryApi', data };
		const workflow = await exampleWorkflow('many-payers.json', await client.createCredential(credential));
		await withFailurePicture(editor.page, 'one roster, many payers', async () => {
			await editor.openWorkflow(n8n, await client.createWorkflow(workflow));
			await editor.executeWorkflowWithFile(await rosterAsXlsx(members));
			const files = [await rowsOfFile('Claims File'), await rowsOfFile('Coverages File')];
			expect(files.map(({ name }) => name)).toEqual(['claims.xlsx', 'coverages.xlsx']);
			expect(files.every(({ rows }) => rows.length > 0)).toBe(true);
			const outcomes = (await rowsOfFile('Outcomes File')).rows;
			expect(outcomes).toHaveLength(members.length);
			outcomes.forEach((outcome, index) => {
				const isUnknown = index % names.length === 4;
				expect([index, outcome.outcome === 'payer-unknown']).toEqual([index, isUnknown]);
			});
			const asked = await Promise.all(standard.map(async (each) => (await each.requests()).length));
			expect(asked.every((count) => count > 0)).toBe(true);
		}).finally(async () => await Promise.all(standard.map(async (each) => await each.stop())));
	},
	LIMIT_MS,
);

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
