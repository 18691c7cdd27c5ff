import { createCredential, exampleWorkflow } from '../../demo/stage';
import { directoryCredential, gatewayRow } from '../support/directories';
import { OPEN_WITHIN_MS, openEditor, type OpenEditor } from './openEditor';
import { picture } from './pictures';

const EXAMPLES = [
	...['roster-to-excel', 'one-member', 'new-enrollees', 'webhook', 'long-export', 'fhir-server'],
	...['postgres-and-spreadsheet', 'large-export', 'warehouse', 'prior-authorizations', 'quarterly'],
	...['ai-agent', 'error-workflow', 'many-payers', 'payers-every-monday'],
];
const STEP_LIMIT_MS = 300_000;
/** At which the text of a note can be read. */
const READABLE = 0.7;

let open: OpenEditor;
let credentialId: string;

beforeAll(async () => {
	open = await openEditor();
	credentialId = await createCredential(open.stage.client, open.sandbox);
}, OPEN_WITHIN_MS);

afterAll(async () => await open?.close());

test.each(EXAMPLES)(
	'%s stands whole on the canvas, with notes that can be read',
	async (name) => {
		const { editor, stage } = open;
		const workflow = await exampleWorkflow(`${name}.json`, credentialId);
		await editor.openWorkflow(stage.n8n, await stage.client.createWorkflow(workflow));
		const area = await editor.showWhole(READABLE);
		expect(await editor.zoom()).toBeGreaterThanOrEqual(READABLE - 0.01);
		expect(await editor.part('canvas-node').or(editor.part('sticky')).count()).toBe(workflow.nodes.length);
		expect(await editor.notesCutOff()).toEqual([]);
		await picture(editor.page, `example-${name}`, area);
	},
	STEP_LIMIT_MS,
);

test(
	'the credential of many payers is a table that a person can read, and no secret is in the page',
	async () => {
		const { editor, stage, sandbox } = open;
		const rows = { bison: gatewayRow(sandbox, 'bison'), brook: gatewayRow(sandbox, 'brook') };
		const data = directoryCredential(rows);
		const id = await stage.client.createCredential({ name: 'Payers', type: 'payerDirectoryApi', data });
		await editor.page.goto(`${stage.n8n.url}/home/credentials/${id}`);
		await editor.part('credentials-config-container-test-success').waitFor();
		await picture(editor.page, 'payer-directory');
		const table = editor.part('parameter-input-payers').locator('textarea').first();
		expect(JSON.parse(await table.inputValue())).toMatchObject({ brook: { tenant: 'brook' } });
		expect(await editor.page.content()).not.toContain(sandbox.clientSecret);
	},
	STEP_LIMIT_MS,
);
