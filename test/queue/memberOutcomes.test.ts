import { startCluster, type Cluster } from '../../demo/queue/cluster';
import { installMissingPackages } from '../../demo/queue/servers';
import { createCredential } from '../../demo/stage';
import { installN8n } from '../../local-n8n/install';
import { held, outcomesWorkflow, rowsByRun } from '../e2e/outcomesWorkflow';
import { loop } from '../e2e/suites/durableLoop';
import { TRIGGER, until } from '../e2e/workflows';
import { row } from '../support/expectations';
import { startSandbox, type RunningSandbox } from '../support/sandbox';

/** Member Outcomes in queue mode: an export waits in the database, its worker is killed, and another one goes on. */

const MINUTE = 60_000;
/** n8n keeps a wait of 65 seconds in its database, a shorter one in memory. */
const WAIT_SECONDS = 65;
const ROSTER = ['small', 'no-match', 'partial', 'empty', 'failed', 'small'];

let sandbox: RunningSandbox;
let cluster: Cluster;

beforeAll(async () => {
	const report = (): void => {};
	installMissingPackages(report);
	const runtime = await installN8n({ report });
	sandbox = await startSandbox('--running-polls', '1', '--retry-after', '1');
	cluster = await startCluster(runtime, report);
}, 20 * MINUTE);

afterAll(async () => {
	await cluster?.close();
	await sandbox?.stop();
}, MINUTE);

test(
	'every member has its row once, though another worker made it than the one that asked',
	async () => {
		const { client } = cluster;
		const first = await cluster.addWorker();
		const { extra, links } = loop(WAIT_SECONDS);
		const workflow = outcomesWorkflow({
			rows: ROSTER.map((key) => row(key)),
			parameters: { waitForExport: { giveUpAfter: 0 } },
			extra,
			without: ({ from, output }) => from === 'waitForExport' && output === 1,
			wires: links,
			credentialId: await createCredential(client, sandbox),
		});
		const id = await client.runManually(await client.createWorkflow(workflow), TRIGGER);
		await until('the exports wait', async () => (await client.getExecution(id)).status === 'waiting');
		expect(first.started()).toBeGreaterThan(0);
		await first.kill();
		const second = await cluster.addWorker();
		const execution = await client.waitForExecution(id, { timeoutMs: 4 * MINUTE });
		expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
		expect(second.started()).toBeGreaterThan(0);
		const [rows, ...later] = rowsByRun(execution);
		expect(rows.map(({ memberId, outcome, resources }) => [memberId, outcome, resources])).toEqual(
			ROSTER.map((key) => [row(key).memberId, ...held(key)]),
		);
		expect(rows.map((each) => each.row)).toEqual(ROSTER.map((_, index) => index + 1));
		expect(later.flat()).toEqual([]);
	},
	6 * MINUTE,
);
