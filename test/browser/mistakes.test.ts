import { row } from '../support/expectations';
import { credentialFor, type NodeName, type Step } from '../support/engine';
import { like, MISTAKES, quoted } from '../support/mistakes';
import { fourSteps } from '../support/steps';
import { OPEN_WITHIN_MS, openEditor, type OpenEditor } from './openEditor';
import { picture, withFailurePicture } from './pictures';

/** The ten likeliest mistakes of docs/troubleshooting.md, by their headings there. */
const TRIED = [
	'No credential',
	'No tenant',
	"The health plan's name in place of its tenant",
	'A tenant that the gateway does not have',
	'A consent that ends before it starts',
	'Day and month the American way',
	'An ID with spaces',
	'A roster with other column names',
	'Start Export straight after the roster',
	'Wait For Export straight after Member Match',
	'Fetch Batch straight after Start Export',
	'Not Matched connected in place of Matched',
	'A name in place of the group ID',
	'A group ID that the payer does not have',
	'A sandbox secret in production',
];
const STEP_LIMIT_MS = 300_000;
const CREDENTIAL = 'oneUpHealthOAuth2Api';
const NAMES: Record<NodeName, string> = {
	memberMatch: 'Member Match',
	startExport: 'Start Export',
	waitForExport: 'Wait For Export',
	fetchBatch: 'Fetch Batch',
	fetchDocuments: 'Fetch Documents',
	readNdjsonFile: 'Read NDJSON File',
	fhirToTable: 'FHIR to Table',
	memberOutcomes: 'Member Outcomes',
	checkPayer: 'Check Payer',
};

let open: OpenEditor;

beforeAll(async () => {
	open = await openEditor();
}, OPEN_WITHIN_MS);

afterAll(async () => await open?.close());

/** Puts items and steps on the canvas, connected in a row, and opens them in the editor. */
async function openSteps(items: object[], steps: Step[], credential: object = {}): Promise<void> {
	const { stage, sandbox, editor } = open;
	const data = { ...credentialFor(sandbox), ...credential };
	const id = await stage.client.createCredential({ name: 'Sandbox', type: CREDENTIAL, data });
	const nodes = [
		{ name: 'By Hand', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Roster',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ members: items }), options: {} },
		},
		{
			name: 'One Item per Member',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'members', options: {} },
		},
		...steps.map(({ node, parameters, withoutCredential }) => ({
			name: NAMES[node],
			type: `n8n-nodes-payer-to-payer.${node}`,
			typeVersion: 1,
			parameters: parameters ?? {},
			...(!withoutCredential && { credentials: { [CREDENTIAL]: { id, name: 'Sandbox' } } }),
		})),
	];
	const froms = [0, 0, ...steps.map(({ from = 0 }) => from)];
	const connections = nodes.slice(1).map(({ name }, index) => {
		const outputs = Array.from({ length: froms[index] + 1 }, (): object[] => []);
		outputs[froms[index]].push({ node: name, type: 'main', index: 0 });
		return [nodes[index].name, { main: outputs }];
	});
	await editor.openWorkflow(
		stage.n8n,
		await stage.client.createWorkflow({
			name: 'A mistake',
			nodes: nodes.map((node, index) => ({ id: String(index), position: [200 * index, 0], ...node })),
			connections: Object.fromEntries(connections) as object,
			settings: { executionOrder: 'v1' },
		}),
	);
}

/** What the output panel of a step says, in one line. */
async function saidBy(step: string): Promise<string> {
	await open.editor.openPanel(step);
	return (await open.editor.outputPanel.innerText()).replace(/\s+/g, ' ');
}

test.each(TRIED)(
	'in the editor: %s',
	async (heading) => {
		const { items, steps, credential } = MISTAKES[heading];
		await openSteps(items, steps, credential);
		await withFailurePicture(open.editor.page, heading, async () => {
			await open.editor.execute();
			await open.editor.closeMessages();
			const said = await saidBy(NAMES[steps[steps.length - 1].node]);
			const { message, whatToDo } = quoted(heading);
			expect(said).toMatch(like(message, false));
			expect(said).toMatch(like(whatToDo.replace(/\s+/g, ' '), false));
		});
	},
	STEP_LIMIT_MS,
);

test(
	'in the editor: a wait that is too short leaves by Still Running, with a hint',
	async () => {
		const { editor } = open;
		await openSteps([row('slow')], fourSteps({ waitForExport: { giveUpAfter: 0 } }).slice(0, 3));
		await editor.execute();
		await editor.closeMessages();
		expect(await saidBy('Wait For Export')).toMatch(
			/1 export is still running\. Connect the output Still Running through a Wait node of 65 seconds or more back to this node/,
		);
		expect(await editor.outputTabs()).toContain('Still Running Branch (1 item)');
		await picture(editor.panel, 'still-running');
	},
	STEP_LIMIT_MS,
);
