import { rosterMembers } from '../../sandbox/members';
import { PLAN_NAME } from '../../sandbox/roster';
import { row, truth } from '../support/expectations';
import { say } from '../support/say';
import { CredentialForm } from './credentialForm';
import type { Editor } from './editor';
import { OPEN_WITHIN_MS, openEditor, type OpenEditor } from './openEditor';
import { picture, withFailurePicture } from './pictures';
import { rosterAsCsv, rosterAsXlsx } from './rosterFiles';

/** docs/first-roster.md, sections 1 to 5, done in the editor word for word. */

const MAX_ACTIONS = 40;
const LIMIT_MS = 180_000;
const CREDENTIAL = '1upHealth Payer-to-Payer account';
const DONE = 'Node executed successfully';

/** Wait For Export gives an item for each file; an export without any gives one as well. */
const COMPLETED_ITEMS = rosterMembers
	.filter((each) => each.export !== undefined && each.export !== 'failed')
	.reduce((sum, { key }) => sum + Math.max(truth(key).files.length, 1), 0);
const MATCHED = rosterMembers.filter(({ outcome }) => outcome === 'matched').length;

let open: OpenEditor;
let editor: Editor;

beforeAll(async () => {
	open = await openEditor();
	({ editor } = open);
}, OPEN_WITHIN_MS);

afterAll(async () => await open?.close());

/** Adds a node behind the one that was added last. Its panel opens. */
async function addNode(search: string, name: string, action?: string): Promise<void> {
	await editor.searchNodes(search, name);
	if (action === undefined) await editor.pickNode(name);
	else await editor.pickAction(name, action);
}

/** 1 and 2: a form that takes a file, and a step that reads it. */
async function takeFile(action: string, pictures: boolean): Promise<void> {
	await editor.createWorkflow(open.stage.n8n);
	await editor.openNodes();
	await editor.pickNode('On form submission');
	await editor.fill('formTitle', 'Roster');
	await editor.hands.click(editor.part('fixed-collection-add').first());
	await editor.fill('fieldLabel', 'data');
	await editor.choose('fieldType', 'File');
	if (pictures) await picture(editor.panel, 'first-roster-form');
	await editor.closePanel();
	await addNode('extract', 'Extract from File', action);
	await editor.closePanel();
}

/** 3: a credential that knows the plan by its name. */
async function connect(): Promise<void> {
	const form = new CredentialForm(editor);
	await form.openNew();
	const { clientId, clientSecret, url } = open.sandbox;
	await form.fill({ clientId, clientSecret, gatewayUrl: url, plans: `${PLAN_NAME} = bison` });
	await form.save();
	await form.form.waitFor({ state: 'hidden' });
}

/** The steps of the document from the first page to Completed exports. @returns how many actions they take */
async function toCompleted(action: string, path: string, isFirst: boolean): Promise<number> {
	editor.hands.rest();
	await takeFile(action, isFirst);
	await addNode('payer', 'Member Match');
	if (isFirst) await connect();
	expect(await editor.credentialChosen()).toBe(CREDENTIAL);
	await editor.closePanel();
	await addNode('payer', 'Start Export');
	expect(await editor.credentialChosen()).toBe(CREDENTIAL);
	await editor.closePanel();
	await addNode('payer', 'Wait For Export');
	expect(await editor.credentialChosen()).toBe(CREDENTIAL);
	expect(await editor.executeStepWithFile(path)).toContain(DONE);
	expect(await editor.outputTabs()).toContain(`Completed Branch (${COMPLETED_ITEMS} items)`);
	return editor.hands.actions;
}

const FILES: Array<[kind: string, action: string, path: () => Promise<string>, isFirst: boolean]> = [
	['CSV', 'Extract from CSV', async () => await Promise.resolve(rosterAsCsv()), true],
	['Excel', 'Extract from XLSX', rosterAsXlsx, false],
];

test.each(FILES)(
	'F1 %s: from an own roster to Completed exports in 40 actions, with no expression',
	async (kind, action, path, isFirst) => {
		await withFailurePicture(editor.page, `roster as ${kind}`, async () => {
			const actions = await toCompleted(action, await path(), isFirst);
			say(`From a roster as ${kind} to Completed exports: ${actions} actions.`);
			expect(actions).toBeLessThanOrEqual(MAX_ACTIONS);
			await editor.closeMessages();
			if (isFirst) await picture(editor.panel, 'first-roster-completed');
			await editor.closePanel();
		});
	},
	LIMIT_MS,
);

test(
	'F1 Fetch Batch goes on with what is there, and Member Match says which column was read',
	async () => {
		await withFailurePicture(editor.page, 'own roster to the end', async () => {
			await addNode('payer', 'Fetch Batch');
			expect(await editor.credentialChosen()).toBe(CREDENTIAL);
			expect(await editor.executeStep()).toContain(DONE);
			expect(await editor.outputTabs()).toContain(`Batch Report Branch (${COMPLETED_ITEMS} items)`);
			await editor.closeMessages();
			await editor.closePanel();
			await editor.openPanel('Member Match');
			expect((await editor.outputTabs())[0]).toContain(`Matched Branch (${MATCHED} items)`);
			expect(await editor.outputPanel.innerText()).toMatch(/Birth Date from "DOB"/);
			await picture(editor.panel, 'first-roster-columns');
		});
	},
	LIMIT_MS,
);

test(
	'F5 the field Tenant has the plans of the credential as a list',
	async () => {
		await withFailurePicture(editor.page, 'tenant from the list', async () => {
			await editor.chooseFromList('tenant', 'From List', PLAN_NAME);
			expect(await editor.valueOf('tenant')).toBe(`${PLAN_NAME} (bison)`);
		});
	},
	LIMIT_MS,
);

test(
	'F1 a column that is dragged into an empty field is read there',
	async () => {
		await withFailurePicture(editor.page, 'a column dragged', async () => {
			await editor.dragColumn('First Name', 'givenName');
			await editor.dragColumn('Member_ID', 'memberId');
			await editor.dragColumn('Previous Plan', 'tenant');
			expect(await editor.expressionIn('tenant')).toBe("{{ $json['Previous Plan'] }}");
			expect(await editor.valueShown('tenant')).toBe(PLAN_NAME);
			const { givenName, memberId } = row('small');
			expect(await editor.expressionIn('givenName')).toBe("{{ $json['First Name'] }}");
			expect(await editor.expressionIn('memberId')).toBe('{{ $json.Member_ID }}');
			expect(await editor.valueShown('givenName')).toBe(givenName);
			expect(await editor.valueShown('memberId')).toBe(memberId);
		});
	},
	LIMIT_MS,
);
