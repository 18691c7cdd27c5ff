import { createCredential, exampleWorkflow, type Stage } from '../../demo/stage';
import { row, truth } from '../support/expectations';
import type { RunningSandbox } from '../support/sandbox';
import { CredentialForm } from './credentialForm';
import type { Editor } from './editor';
import { OPEN_WITHIN_MS, openEditor, type OpenEditor } from './openEditor';
import { picture, withFailurePicture } from './pictures';

const FOUR_NODES = ['Member Match', 'Start Export', 'Wait For Export', 'Fetch Batch'];
const STEP_LIMIT_MS = 300_000;
const DONE = 'Workflow executed successfully';

const resourcesOf = (key: string) =>
	Object.values(truth(key).types).reduce((sum, { resources }) => sum + resources, 0);

let open: OpenEditor;
let editor: Editor;
let form: CredentialForm;
let sandbox: RunningSandbox;
let stage: Stage;

beforeAll(async () => {
	open = await openEditor();
	({ editor, sandbox, stage } = open);
	form = new CredentialForm(editor);
	await editor.openWorkflow(stage.n8n);
}, OPEN_WITHIN_MS);

afterAll(async () => await open?.close());

let failed: string | undefined;

/** A step of the analyst's first hour. Each goes on where the one before ended; one that fails leaves a picture. */
function step(what: string, does: () => Promise<void>): void {
	const goOn = async () => {
		if (failed) throw new Error(`Not tried, since this failed: ${failed}`);
		failed = what;
		await withFailurePicture(editor.page, what, does);
		failed = undefined;
	};
	test(what, goOn, STEP_LIMIT_MS);
}

step('an empty workflow gets a trigger and a row of a roster with a date written the wrong way', async () => {
	await editor.addTrigger('Manual Trigger');
	await editor.searchNodes('Edit Fields', 'Edit Fields');
	await editor.pickNode('Edit Fields');
	await editor.choose('mode', 'JSON');
	await editor.writeJson(row('small', { birthDate: '03/12/1984' }));
	await editor.closePanel();
});

step('the search for "1up" finds the four nodes and nothing else', async () => {
	expect(await editor.searchNodes('1up', 'Fetch Batch')).toEqual(FOUR_NODES);
	await picture(editor.page, 'search');
	await editor.pickNode('Member Match');
});

step('a wrong secret is refused in plain words', async () => {
	await form.openNew();
	await form.fill({ clientId: sandbox.clientId, clientSecret: 'wrong', gatewayUrl: sandbox.url });
	await form.save();
	expect(await form.refusal()).toContain(
		'1upHealth refused this Client ID and Client Secret. Copy both again from the 1up Dev Portal',
	);
	await editor.closeMessages();
	await picture(form.form, 'credential-refused');
});

step('the right secret is accepted, when saved and at every Test', async () => {
	await form.fill({ clientSecret: sandbox.clientSecret });
	await form.save();
	await form.form.waitFor({ state: 'hidden' });
	await form.openSaved();
	await form.accepted.waitFor();
	await sandbox.forget();
	await form.testAgain();
	await form.accepted.waitFor();
	expect((await sandbox.requests()).map(({ path }) => path)).toContainEqual(
		expect.stringMatching(/\/token$/),
	);
	await editor.closeMessages();
	await picture(form.form, 'credential');
	await form.close();
	await editor.closePanel();
});

step(
	'the search for "payer" finds them too; each is connected by itself and takes the one credential there is',
	async () => {
		for (const name of FOUR_NODES.slice(1)) {
			const found = await editor.searchNodes('payer', 'Fetch Batch');
			expect(found.slice(0, 4)).toEqual(FOUR_NODES);
			expect(found.slice(4).sort()).toEqual([
				'Check Payer',
				'FHIR to Table',
				'Fetch Documents',
				'Member Outcomes',
				'Read NDJSON File',
			]);
			await editor.pickNode(name);
			expect(await editor.credentialChosen()).toBe('1upHealth Payer-to-Payer account');
			await editor.closePanel();
		}
		await editor.tidyUp();
	},
);

step('a bad date stops the run before anything is sent, in words that say what is wanted', async () => {
	await sandbox.forget();
	expect(await editor.execute()).not.toContain(DONE);
	await editor.openPanel('Member Match');
	const said = await editor.outputPanel.innerText();
	expect(said).toContain("'Birth Date'");
	expect(said).toContain('YYYY-MM-DD');
	expect(said).not.toContain('1984');
	expect((await sandbox.requests()).filter(({ path }) => path.includes('member-match'))).toEqual([]);
	await editor.closeMessages();
	await picture(editor.panel, 'bad-date');
	await editor.closePanel();
});

step('with the date right, Execute fetches every resource of the member', async () => {
	await editor.openPanel('Edit Fields');
	await editor.writeJson(row('small'));
	await editor.closePanel();
	expect(await editor.execute()).toContain(DONE);
	await editor.closeMessages();
	await editor.showAll();
	await picture(editor.page, 'four-nodes');
});

step('canvas and forms are there in the dark theme too', async () => {
	await editor.page.emulateMedia({ colorScheme: 'dark' });
	await picture(editor.page, 'four-nodes-dark');
	await editor.openPanel('Member Match');
	await picture(editor.panel, 'member-match-dark');
	await editor.closePanel();
	await editor.page.emulateMedia({ colorScheme: 'light' });
});

step('the fields of each panel are empty, and a notice says what they read', async () => {
	const empty: Record<string, string[]> = {
		'Member Match': ['tenant', 'memberId', 'familyName'],
		'Start Export': ['tenant', 'groupId'],
		'Wait For Export': ['tenant', 'jobId'],
		'Fetch Batch': ['url'],
	};
	for (const [node, parameters] of Object.entries(empty)) {
		await editor.openPanel(node);
		await editor.panel.getByText('Leave a field empty to read it from').waitFor();
		for (const parameter of parameters) {
			expect({ [parameter]: await editor.valueOf(parameter) }).toEqual({ [parameter]: '' });
		}
		await picture(editor.panel, node.toLowerCase().replace(/ /g, '-'));
		await editor.closePanel();
	}
});

step('the payer is chosen in the panel: each has its own fields and its own credentials', async () => {
	await editor.openPanel('Start Export');
	await editor.choose('payerApi', 'Da Vinci PDex / FHIR Bulk Data');
	await editor.parameter('patientId').waitFor();
	await editor.parameter('tenant').waitFor({ state: 'hidden' });
	await editor.credentialAsked('SMART Backend Services');
	await picture(editor.panel, 'payer-api');
	await editor.choose('pdexAuthentication', 'Client ID and Secret');
	await editor.credentialAsked('FHIR Payer');
	await editor.choose('payerApi', '1upHealth');
	await editor.parameter('tenant').waitFor();
	await editor.parameter('patientId').waitFor({ state: 'hidden' });
	expect(await editor.credentialChosen()).toBe('1upHealth Payer-to-Payer account');
	await editor.closePanel();
});

step('the output panel shows the FHIR resources and a report for each file', async () => {
	await editor.openPanel('Fetch Batch');
	expect(await editor.outputTabs()).toEqual([
		`Resources Branch (${resourcesOf('small')} items)`,
		`Batch Report Branch (${truth('small').files.length} items)`,
	]);
	await editor.showOutputAs('json');
	await editor.outputPanel.getByText('"Blood specimen"').first().waitFor();
	await picture(editor.outputPanel, 'resources');
	await editor.closePanel();
});

step('Fetch Documents is connected behind Resources, and says in its panel how', async () => {
	await editor.searchNodes('payer', 'Fetch Documents');
	await editor.pickNode('Fetch Documents');
	expect(await editor.credentialChosen()).toBe('1upHealth Payer-to-Payer account');
	await editor.panel.getByText('Connect Resources of Fetch Batch: as Items with').waitFor();
	expect(await editor.valueOf('binaryProperty')).toBe('data');
	await picture(editor.panel, 'fetch-documents');
	await editor.closePanel();
});

step('the example workflow runs in the editor, in light and in dark', async () => {
	const { client, n8n } = stage;
	const id = await client.createWorkflow(
		await exampleWorkflow('roster-to-fhir.json', await createCredential(client, sandbox)),
	);
	await editor.openWorkflow(n8n, id);
	expect(await editor.execute()).toContain(DONE);
	await editor.closeMessages();
	await editor.showAll();
	await picture(editor.page, 'workflow');
	await editor.page.emulateMedia({ colorScheme: 'dark' });
	await picture(editor.page, 'workflow-dark');
});
