/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCredential, packProject } from '../../demo/stage';
import { installN8n } from '../../local-n8n/install';
import { itemsOf } from '../../local-n8n/execution';
import { N8nClient } from '../../local-n8n/rest';
import { startN8n, type N8nServer } from '../../local-n8n/server';
import { row, truth } from '../support/expectations';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { say } from '../support/say';

const OPEN_WITHIN_MS = 40 * 60_000;
const IN_A_ROW = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch'];
/** What n8n puts before the names of nodes that it loads from a folder. */
const CUSTOM = 'CUSTOM';

let folder: string;
let n8n: N8nServer | undefined;
let sandbox: RunningSandbox | undefined;
let client: N8nClient;

beforeAll(async () => {
	const report = () => undefined;
	const runtime = await installN8n({ report: say });
	folder = await mkdtemp(join(tmpdir(), 'payer-unpacked-'));
	const { tarball, remove } = await packProject();
	await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder]).finally(remove);
	sandbox = await startSandbox('--retry-after', '1');
	n8n = await startN8n({ runtime, report, extraEnv: { N8N_CUSTOM_EXTENSIONS: join(folder, 'package') } });
	client = new N8nClient(n8n.url);
	await client.login(n8n);
}, OPEN_WITHIN_MS);

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** The four nodes in a row behind one member. */
function workflow(credentialId: string) {
	const nodes = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Member',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify(row('small')), options: {} },
		},
		...IN_A_ROW.map((name) => ({
			name,
			type: `${CUSTOM}.${name}`,
			typeVersion: 1,
			parameters: {},
			credentials: { oneUpHealthOAuth2Api: { id: credentialId, name: 'Sandbox gateway' } },
		})),
	];
	const links = nodes
		.slice(1)
		.map(({ name }, index) => [nodes[index].name, { main: [[{ node: name, type: 'main', index: 0 }]] }]);
	return {
		name: 'from a folder',
		nodes: nodes.map((node, index) => ({ id: String(index), position: [200 * index, 0], ...node })),
		connections: Object.fromEntries(links) as object,
		settings: { executionOrder: 'v1' },
	};
}

test('N8N_CUSTOM_EXTENSIONS: n8n finds the nodes of an unpacked package, and they fetch a member', async () => {
	const names = (await client.nodeTypes(CUSTOM)).map(({ name }) => name);
	expect(names).toEqual(expect.arrayContaining(IN_A_ROW.map((name) => `${CUSTOM}.${name}`)));
	const id = await client.createWorkflow(workflow(await createCredential(client, sandbox!)));
	const execution = await client.waitForExecution(await client.runManually(id, 'Start'), {
		timeoutMs: 60_000,
	});
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	expect(itemsOf(execution, 'fetchBatch', 0)).toHaveLength(truth('small').resources);
}, 300_000);
