import { installN8n } from '../../local-n8n/install';
import { startCluster, type Cluster, type Worker } from '../../demo/queue/cluster';
import { openDesk, runRoster, type RosterResult } from '../../demo/queue/roster';
import { installMissingPackages } from '../../demo/queue/servers';
import { startSandbox, type RunningSandbox } from '../support/sandbox';

const MINUTE = 60_000;
const MEMBERS = 200;

let sandbox: RunningSandbox;
let cluster: Cluster;
let workers: Worker[];
let result: RosterResult;

beforeAll(async () => {
	const report = (): void => {};
	installMissingPackages(report);
	const runtime = await installN8n({ report });
	sandbox = await startSandbox();
	cluster = await startCluster(runtime, report);
	workers = [await cluster.addWorker(), await cluster.addWorker()];
	const numbers = Array.from({ length: MEMBERS }, (_, index) => index + 1);
	result = await runRoster(await openDesk(cluster, sandbox), {
		name: 'killed',
		numbers,
		partSize: 20,
		victim: workers[1],
		limitMs: 12 * MINUTE,
		report,
	});
}, 20 * MINUTE);

afterAll(async () => {
	await cluster?.close();
	await sandbox?.stop();
}, MINUTE);

test('the killed worker was at work, and its parts were started again', () => {
	expect(result.lost).toBeGreaterThan(0);
	expect(result.startedAgain).toBeGreaterThanOrEqual(result.lost);
});

test('every member is accounted for, and every resource is there once', () => {
	expect(result.differences).toEqual([]);
	expect(Object.values(result.outcomes).reduce((sum, count) => sum + count)).toBe(MEMBERS);
});

test('both workers had a share', () => {
	expect(workers.map((worker) => worker.started() > 0)).toEqual([true, true]);
});

test('nothing is left at work or waiting', async () => {
	expect(await cluster.unfinished()).toBe(0);
});
