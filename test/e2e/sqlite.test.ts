import { createCredential, packProject } from '../../demo/stage';
import { itemsOf } from '../../local-n8n/execution';
import { installN8n } from '../../local-n8n/install';
import { N8nClient } from '../../local-n8n/rest';
import { startN8n, type N8nServer } from '../../local-n8n/server';
import { buildSqliteDriver, missingBuildTools } from '../../local-n8n/sqlite';
import { row, truth } from '../support/expectations';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { say } from '../support/say';
import { fourSteps } from '../support/steps';
import { TRIGGER, workflowOf } from './workflows';

const OPEN_WITHIN_MS = 40 * 60_000;

const missing = missingBuildTools();
if (missing.length > 0) {
	say(
		`Left out: n8n on SQLite, whose driver is built where it runs. Missing for that: ${missing.join(', ')}.`,
	);
}

/** The database that a person's own n8n has where nothing is set; every other test here has PostgreSQL. */
(missing.length > 0 ? describe.skip : describe)('n8n on SQLite', () => {
	let n8n: N8nServer | undefined;
	let sandbox: RunningSandbox | undefined;

	beforeAll(async () => {
		const runtime = await installN8n({ report: say });
		await buildSqliteDriver(runtime, say);
		sandbox = await startSandbox('--retry-after', '1');
		const { tarball, remove } = await packProject();
		const report = () => undefined;
		n8n = await startN8n({ runtime, tarball, report, database: 'sqlite' }).finally(remove);
	}, OPEN_WITHIN_MS);

	afterAll(async () => {
		await n8n?.stop();
		await sandbox?.stop();
	});

	test('a member is fetched', async () => {
		const client = new N8nClient(n8n!.url);
		await client.login(n8n!);
		const credentialId = await createCredential(client, sandbox!);
		const plan = { rows: [row('small')], steps: fourSteps(), credentialId };
		const id = await client.createWorkflow(workflowOf(plan));
		const execution = await client.waitForExecution(await client.runManually(id, TRIGGER), {
			timeoutMs: 60_000,
		});
		expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
		expect(itemsOf(execution, 'fetchBatch')).toHaveLength(truth('small').resources);
		await expect(n8n!.query('SELECT 1')).rejects.toThrow('no PostgreSQL');
	}, 300_000);
});
