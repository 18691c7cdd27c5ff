/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredential, packProject } from '../../demo/stage';
import { itemsOf, type N8nExecution } from '../../local-n8n/execution';
import { installN8n } from '../../local-n8n/install';
import { N8nClient, type N8nWorkflow } from '../../local-n8n/rest';
import { startN8n, type N8nServer } from '../../local-n8n/server';
import { row, truth, typesOf } from '../support/expectations';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { say } from '../support/say';
import { held, outcomesWorkflow, rowsByRun } from './outcomesWorkflow';
import { expectAllFetched, loop, looks } from './suites/durableLoop';
import { jsonOf, TRIGGER, until, workflowOf, type Plan, type Step } from './workflows';

/** The first time, n8n is installed: a few minutes, longer on a slow line. */
const OPEN_WITHIN_MS = 40 * 60_000;
const MEGABYTE = 1024 * 1024;
const report = () => undefined;

let folder: string;
let sandbox: RunningSandbox;
let pack: Awaited<ReturnType<typeof packProject>>;
let n8n: N8nServer;
let client: N8nClient;
let credentialId: string;

interface Begun {
	workflowId: string;
	executionId: string;
}
let waiting: Begun;
let waitingForAll: Begun;
/** Milliseconds since 1970. */
let killedAt: number;
let startedAgainAt: number;
const downloads: Record<string, Begun> = {};

/** n8n keeps a wait of 65 seconds in its database, a shorter one in memory. */
const WAIT_SECONDS = 65;
/** The members of a roster that ends in Member Outcomes. */
const ROSTER = ['small', 'no-match', 'partial', 'empty', 'failed', 'no-match'];

/** Each output form with a member of its own. */
const DOWNLOADS: Array<[outputAs: 'items' | 'file', member: string]> = [
	['items', 'medium'],
	['file', 'accents'],
];
/** The second file: the first one is whole when n8n is killed. */
const CUT_BATCH = 2;

function download(outputAs: string, member: string, onError?: Step['onError']): Plan {
	return {
		rows: [row(member)],
		steps: [
			{ node: 'memberMatch' },
			{ node: 'startExport' },
			{ node: 'waitForExport' },
			{ node: 'fetchBatch', parameters: { outputAs }, onError },
		],
	};
}

async function startOnFolder(): Promise<void> {
	const runtime = await installN8n({ report: say });
	n8n = await startN8n({ runtime, userFolder: folder, tarball: pack.tarball, report });
	client = new N8nClient(n8n.url);
	await client.login(n8n);
}

/** `kill -9`, and n8n is gone. */
async function killN8n(): Promise<void> {
	process.kill(n8n.pid, 'SIGKILL');
	await n8n.stop();
}

/** The process may write no file beyond a size while the work is done. */
async function withFileSizeLimit<T>(pid: number, bytes: number, work: () => Promise<T>): Promise<T> {
	const limit = (value: string) => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${value}`]);
	limit(`${bytes}:unlimited`);
	return await work().finally(() => limit('unlimited:unlimited'));
}

async function ended(executionId: string, timeoutMs = 240_000): Promise<N8nExecution> {
	return await client.waitForExecution(executionId, { timeoutMs });
}

/** SHA-256 of the bytes that n8n has stored, for each file that left Fetch Batch. */
async function hashesOfStored(execution: N8nExecution): Promise<string[]> {
	const ids = itemsOf(execution, 'fetchBatch').map(({ binary }) => String(binary?.data.id));
	const stored = await Promise.all(ids.map(async (id) => await client.downloadBinary(id)));
	return stored.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
}

/** The same loop, with the roster and all ends connected to Member Outcomes. */
function outcomesOfLoop(): N8nWorkflow {
	const { extra, links } = loop(WAIT_SECONDS);
	return outcomesWorkflow({
		rows: ROSTER.map((key) => row(key)),
		parameters: { waitForExport: { giveUpAfter: 0 } },
		extra,
		without: ({ from, output }) => from === 'waitForExport' && output === 1,
		wires: links,
		credentialId,
	});
}

async function begin(plan: Plan): Promise<Begun> {
	return await beginWorkflow(workflowOf({ ...plan, credentialId }));
}

async function beginWorkflow(workflow: N8nWorkflow): Promise<Begun> {
	const workflowId = await client.createWorkflow(workflow);
	return { workflowId, executionId: await client.runManually(workflowId, TRIGGER) };
}

/** Whether the gateway has begun to give out each file that it drips. */
async function isArriving(): Promise<boolean> {
	const plan = await sandbox.get<Array<{ met: number }>>('/sandbox/faults');
	return plan.every(({ met }) => met > 0);
}

/** How many of the dripping files did not go out as a whole. */
async function brokenOff(): Promise<number> {
	const dripping = (await sandbox.requests()).filter(({ faults }) => faults !== undefined);
	return dripping.filter(({ whole }) => whole === false).length;
}

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'n8n-killed-'));
	pack = await packProject();
	sandbox = await startSandbox('--running-polls', '1', '--retry-after', '1');
	await sandbox.plan(
		DOWNLOADS.map(([, member]) => ({
			on: 'file',
			member,
			batch: CUT_BATCH,
			occurrence: 1,
			fault: { name: 'drip', bytes: 20, ms: 1_000 },
		})),
	);
	await startOnFolder();
	credentialId = await createCredential(client, sandbox);
	waiting = await begin(loop(WAIT_SECONDS));
	waitingForAll = await beginWorkflow(outcomesOfLoop());
	for (const [outputAs, member] of DOWNLOADS) {
		downloads[outputAs] = await begin(download(outputAs, member));
	}
	for (const { executionId } of [waiting, waitingForAll]) {
		await until(
			'the exports wait',
			async () => (await client.getExecution(executionId)).status === 'waiting',
		);
	}
	await until('both files arrive', isArriving);
	await killN8n();
	killedAt = Date.now();
	await until('both files broke off', async () => (await brokenOff()) === DOWNLOADS.length);
	await startOnFolder();
	startedAgainAt = Date.now();
}, OPEN_WITHIN_MS);

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.stop();
	await pack?.remove();
	await rm(folder, { recursive: true, force: true });
});

describe('n8n, killed and started again,', () => {
	test.each(DOWNLOADS)(
		'in the middle of a download as %s: the run is called crashed and offers nothing; run again, all is there',
		async (outputAs, member) => {
			const { executionId, workflowId } = downloads[outputAs];
			const crashed = await ended(executionId);
			expect([crashed.status, crashed.error?.name]).toEqual(['crashed', 'WorkflowCrashedError']);
			expect(crashed.runData.fetchBatch).toHaveLength(1);
			expect(crashed.runData.fetchBatch[0]).toMatchObject({ executionStatus: 'crashed' });
			expect(crashed.runData.fetchBatch[0]).not.toHaveProperty('data');
			expect(JSON.stringify(crashed.runData)).not.toMatch(/"binary"|resourceType/);

			const again = await ended(await client.runManually(workflowId, TRIGGER));
			expect([again.status, again.error?.message]).toEqual(['success', undefined]);
			const { types, files } = truth(member);
			if (outputAs === 'items') expect(typesOf(jsonOf(again, 'fetchBatch'))).toEqual(types);
			else expect(await hashesOfStored(again)).toEqual(files.map(({ sha256 }) => sha256));
		},
	);

	(process.platform === 'linux' ? test : test.skip)(
		'that may not write a large file: it is an error, no part of it is offered, the smaller ones are there',
		async () => {
			await sandbox.set({ resources: 30_000 });
			const plan = download('file', 'large', 'continueRegularOutput');
			const execution = await withFileSizeLimit(n8n.pid, 8 * MEGABYTE, async () => {
				return await ended((await begin(plan)).executionId);
			});
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);

			// The two files of claims have 13 MB each, the others less than 6 MB.
			const batches = jsonOf(execution, 'waitForExport').map(({ batch, type }) => ({ batch, type }));
			const small = batches.filter(({ type }) => type !== 'ExplanationOfBenefit');
			const offered = jsonOf(execution, 'fetchBatch');
			expect(offered.map(({ batch, type }) => ({ batch, type }))).toEqual(small);
			expect(await hashesOfStored(execution)).toEqual(offered.map(({ sha256 }) => sha256));

			const reports = itemsOf(execution, 'fetchBatch', 1);
			const refused = reports.filter(({ json }) => json.outcome !== 'complete');
			expect(reports).toHaveLength(batches.length);
			expect(refused).toHaveLength(batches.length - small.length);
			for (const item of refused) {
				expect(item).not.toHaveProperty('binary');
				expect(item.json.error).toMatch(/could not store/);
			}
		},
		150_000,
	);

	test('while it waits between two looks: the export finishes, each resource once', async () => {
		const execution = await ended(waiting.executionId, 240_000);
		expectAllFetched(execution);
		const { jobId } = jsonOf(execution, 'startExport')[0];
		const ofJob = (await sandbox.requests()).filter(({ path }) => path.includes(String(jobId)));
		const asked = looks(ofJob).map(({ time }) => time);
		expect(asked).toHaveLength(2);
		expect([asked[0] < killedAt, asked[1] > startedAgainAt]).toEqual([true, true]);
		const files = ofJob.filter(({ path }) => path.includes('/file/')).map(({ path }) => path);
		expect(files).toHaveLength(truth('small').files.length);
		expect(new Set(files).size).toBe(files.length);
	}, 300_000);

	test('while it waits: Member Outcomes says of each member what became of it, once', async () => {
		const execution = await ended(waitingForAll.executionId, 240_000);
		expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
		const [first, ...later] = rowsByRun(execution);
		expect(first.map(({ memberId, outcome, resources }) => [memberId, outcome, resources])).toEqual(
			ROSTER.map((key) => [row(key).memberId, ...held(key)]),
		);
		expect(first.map((each) => each.row)).toEqual(ROSTER.map((_, index) => index + 1));
		expect(later.flat()).toEqual([]);
		// The match was asked for before n8n was killed, and the files fetched after it had started again.
		const { askedAt, fetchedAt } = first[0];
		expect(Date.parse(String(askedAt))).toBeLessThan(killedAt);
		expect(Date.parse(String(fetchedAt))).toBeGreaterThan(startedAgainAt);
	}, 300_000);
});
