/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from 'n8n-workflow';
import { startLoop, type Loop } from '../../demo/dev/loop';
import { installN8n } from '../../local-n8n/install';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { until } from './workflows';

const OPEN_WITHIN_MS = 40 * 60_000;
const ROOT = join(__dirname, '..', '..');
const PACKAGE = 'n8n-nodes-payer-to-payer';
const COPIED = ['nodes', 'credentials', 'package.json', 'tsconfig.json', 'gulpfile.js'];

let folder: string;
let sandbox: RunningSandbox | undefined;
let loop: Loop | undefined;

/** The project once more, so that a test may change its code. */
async function copyProject(): Promise<string> {
	const root = join(folder, 'project');
	for (const each of COPIED) await cp(join(ROOT, each), join(root, each), { recursive: true });
	await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
	return root;
}

async function replaceIn(file: string, from: string, to: string): Promise<void> {
	const text = await readFile(join(folder, 'project', file), 'utf8');
	expect(text).toContain(from);
	await writeFile(join(folder, 'project', file), text.replace(from, to));
}

async function startExport() {
	// The list is megabytes of all that n8n has: asked for without a pause, n8n would do nothing else.
	await sleep(500);
	// While n8n loads the nodes again, its list of them may be half written.
	const types = await loop!.client.nodeTypes(PACKAGE).catch(() => []);
	return types.find(({ name }) => name === `${PACKAGE}.startExport`);
}

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'payer-dev-'));
	const report = () => undefined;
	const runtime = await installN8n({ report });
	const root = await copyProject();
	sandbox = await startSandbox();
	loop = await startLoop({ runtime, root, userFolder: join(folder, 'n8n'), gateway: sandbox, report });
}, OPEN_WITHIN_MS);

afterAll(async () => {
	await loop?.stop();
	await sandbox?.stop();
	await rm(folder, { recursive: true, force: true });
});

test('npm run dev: a change of the code and of a codex file arrives in the running n8n', async () => {
	expect(await startExport()).toMatchObject({ displayName: 'Start Export' });
	await replaceIn(
		'nodes/StartExport/StartExport.node.ts',
		"displayName: 'Start Export'",
		"displayName: 'Begin Export'",
	);
	await until('the new name is there', async () => (await startExport())?.displayName === 'Begin Export');
	await replaceIn('nodes/StartExport/StartExport.node.json', '"alias": [', '"alias": ["brand new", ');
	await until('the new search word is there', async () =>
		JSON.stringify([await startExport()]).includes('brand new'),
	);
}, 400_000);
