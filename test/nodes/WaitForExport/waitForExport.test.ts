import type { IDataObject } from 'n8n-workflow';
import { credentialFor, runSteps, type Step } from '../../support/engine';
import { runOneNode } from '../../support/oneNode';
import { pairs, row } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { startScriptedGateway, type Answer, type ScriptedGateway } from '../../support/scriptedGateway';
import { expectStopped } from '../../support/stopping';

const ITEM = { memberId: 'm1', tenant: 'bison', groupId: 'g1', jobId: 'job-1' };
const MANIFEST = {
	id: 'job-1',
	transactionTime: '2026-11-01T00:00:00.000Z',
	requiresAccessToken: true,
	status: 'Successful',
	resourceCount: 3,
	batches: { running: 0, complete: 2, failed: 0, total: 2 },
	output: [
		{
			type: 'Patient',
			url: 'https://gateway.1upcoredev.com/v1/bison/bulk-data/r4/$export/file/a.ndjson',
			count: 1,
		},
		{ type: 'Coverage', url: '/v1/bison/bulk-data/r4/$export/file/b.ndjson' },
	],
};
const outcomeOf = (code: string) => ({
	resourceType: 'OperationOutcome',
	issue: [{ severity: 'error', code }],
});
const RUNNING = { status: 'Running', batches: { running: 1, complete: 1, failed: 0, total: 2 } };

const PAYER = { payer: expect.stringMatching(/^oneUpHealth:127\.0\.0\.1:\d+\/bison$/) as string };

const wait = async (
	answers: Answer[],
	parameters: object = {},
	items: object[] = [ITEM],
	step: Partial<Step> = {},
) => {
	const { run, gateway } = await runOneNode(
		{ node: 'waitForExport', parameters: { pollEvery: 1, ...parameters }, ...step },
		items,
		{ answers },
	);
	const [completed, stillRunning, failed] = [0, 1, 2].map((output) => run.json('waitForExport', output));
	return { run, gateway, completed, stillRunning, failed };
};

describe('Completed', () => {
	test('one item for each file of the manifest', async () => {
		const { completed, stillRunning, failed, gateway } = await wait([{ body: MANIFEST }]);
		const common = {
			...ITEM,
			...PAYER,
			completedAt: expect.any(String) as string,
			batchCount: 2,
			requiresAccessToken: true,
			transactionTime: MANIFEST.transactionTime,
			resourceCount: 3,
		};
		expect(completed).toEqual([
			{ ...common, batch: 1, type: 'Patient', url: MANIFEST.output[0].url, count: 1 },
			{ ...common, batch: 2, type: 'Coverage', url: MANIFEST.output[1].url },
		]);
		expect([stillRunning, failed]).toEqual([[], []]);
		expect(gateway.got.map(({ method, url }) => [method, url])).toEqual([
			['GET', '/v1/bison/bulk-data/r4/$export/job/job-1'],
		]);
	});

	test.each<[string, object]>([
		['no files', { ...MANIFEST, output: [], resourceCount: 0 }],
		[
			'no list of files, and nothing to list',
			{ status: 'Successful', resourceCount: 0, batches: { total: 0, running: 0 } },
		],
	])('a finished job with %s leaves as one item', async (_, body) => {
		const { completed, failed } = await wait([{ body }]);
		expect(completed).toEqual([expect.objectContaining({ ...ITEM, batchCount: 0 })]);
		expect(completed[0]).not.toHaveProperty('url');
		expect(failed).toEqual([]);
	});

	test.each<[string, Answer]>([
		['202 without anything', { status: 202 }],
		['202 with progress', { status: 202, headers: { 'x-progress': '50%' } }],
		['200 with Running', { body: RUNNING }],
		['200 with a word nobody foresaw', { body: { status: 'Preparing' } }],
		[
			'200 that says Successful while a batch runs',
			{ body: { ...MANIFEST, batches: { ...MANIFEST.batches, running: 1 } } },
		],
		['429', { status: 429, headers: { 'retry-after': '1' } }],
		['503', { status: 503, headers: { 'retry-after': '1' } }],
		[
			'500 with a transient outcome',
			{
				status: 500,
				body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'transient' }] },
			},
		],
		['a broken connection', (response) => response.destroy()],
	])('%s is asked again', async (_, answer) => {
		const { completed, gateway } = await wait([answer, { body: MANIFEST }]);
		expect(completed).toHaveLength(2);
		expect(gateway.got).toHaveLength(2);
	});
});

describe('Failed', () => {
	test.each<[string, Answer, object]>([
		[
			'Failed',
			{ body: { status: 'Failed', batches: { failed: 6, total: 6 } } },
			{ outcome: 'failed', batches: { failed: 6, total: 6 }, errors: [] },
		],
		[
			'404',
			{ status: 404 },
			{ outcome: 'failed', reason: expect.stringContaining('does not know') as string },
		],
		[
			'410',
			{ status: 410 },
			{ outcome: 'failed', reason: expect.stringContaining('no longer keeps') as string },
		],
		['400', { status: 400, body: { message: 'Bad job.' } }, { outcome: 'failed', reason: 'Bad job.' }],
		[
			'200 HTML',
			{ body: '<html>x</html>' },
			{ outcome: 'failed', reason: expect.stringContaining('HTML') as string },
		],
		['200 empty', {}, { outcome: 'failed', reason: expect.stringContaining('an empty answer') as string }],
		[
			'200 JSON without a list of files',
			{ body: { status: 'Successful', resourceCount: 5 } },
			{ outcome: 'failed' },
		],
		[
			'all batches failed',
			{ body: { ...MANIFEST, output: [], batches: { running: 0, complete: 0, failed: 2, total: 2 } } },
			{ outcome: 'failed', reason: expect.stringContaining('2 of 2') as string },
		],
	])('%s', async (_, answer, expected) => {
		const { failed, completed, run } = await wait([answer]);
		expect(run.error?.message).toBeUndefined();
		expect(failed).toEqual([expect.objectContaining({ ...ITEM, ...expected })]);
		expect(completed).toEqual([]);
	});

	test.each<[string, object, object]>([
		[
			'failed batches',
			{ ...MANIFEST, batches: { running: 0, complete: 2, failed: 1, total: 3 } },
			{ reason: expect.stringContaining('1 of 3') as string },
		],
		[
			'complaints',
			{ ...MANIFEST, error: [{ type: 'OperationOutcome', url: 'https://x.example/e.ndjson' }] },
			{
				errors: [
					{
						type: 'OperationOutcome',
						url: 'https://x.example/e.ndjson',
						unread: 'The file is not kept by the gateway but on the host x.example',
					},
				],
			},
		],
	])('good batches and a partial item: %s', async (_, body, expected) => {
		const { failed, completed } = await wait([{ body }]);
		expect(completed).toHaveLength(2);
		expect(failed).toEqual([expect.objectContaining({ ...ITEM, outcome: 'partial', ...expected })]);
	});
});

describe('B1 a line that breaks', () => {
	const STARTED_NOW = () => ({ ...ITEM, requestedAt: new Date().toISOString() });

	test.each<[string, Answer]>([
		['500', { status: 500 }],
		['502 with a page', { status: 502, body: '<html>' }],
		['a reset', (response) => void response.destroy()],
	])('%s, until the time is over: the job still runs', async (_, answer) => {
		const { failed, stillRunning, gateway, run } = await wait([answer], { giveUpAfter: 0.12 });
		expect([run.error?.message, failed]).toEqual([undefined, []]);
		expect(stillRunning).toMatchObject([{ jobId: 'job-1', troubles: gateway.got.length }]);
		expect(gateway.got.length).toBeGreaterThan(2);
	});

	test.each<[string, Answer]>([
		['404', { status: 404 }],
		['500 with an outcome', { status: 500, body: outcomeOf('processing') }],
	])('%s right behind the kick-off is looked at again', async (_, answer) => {
		const found = await wait([answer, answer, { body: MANIFEST }], {}, [STARTED_NOW()]);
		expect(found.completed).toHaveLength(2);
		// Later, or once the payer has known the job, it is final.
		const old = { ...ITEM, requestedAt: new Date(Date.now() - 61_000).toISOString() };
		expect((await wait([answer], {}, [old])).failed).toHaveLength(1);
		const known = await wait([{ status: 202, headers: { 'retry-after': '1' } }, answer], {}, [STARTED_NOW()]);
		expect(known.failed).toHaveLength(1);
	});

	const RUNS: Answer = { status: 202, headers: { 'retry-after': '1' } };
	const PAGE: Answer = { body: '<html>We are back soon</html>' };

	test.each<[string, Answer]>([
		['a page', PAGE],
		['a page and a redirect to it', { status: 302, headers: { location: 'https://x.example/soon' } }],
		['a text', { body: 'Service is being updated' }],
		['nothing', {}],
	])('%s in place of the status of a job that was running is looked at again', async (_, answer) => {
		const found = await wait([RUNS, answer, answer, RUNS, answer, { body: MANIFEST }]);
		expect([found.run.error?.message, found.failed]).toEqual([undefined, []]);
		expect(found.completed).toHaveLength(2);
		// Also where the item comes from an earlier run that saw it running.
		const fedBack = await wait([answer, { body: MANIFEST }], {}, [{ ...ITEM, polls: 3, troubles: 1 }]);
		expect(fedBack.completed).toHaveLength(2);
		// Of a job that nobody has seen running, it is the answer.
		expect((await wait([answer], {}, [{ ...ITEM, polls: 2, troubles: 2 }])).failed).toHaveLength(1);
	});
});

describe('Still Running', () => {
	test('looks once where the deadline is 0, and says when to come back', async () => {
		const { stillRunning, completed, failed, gateway } = await wait(
			[{ body: RUNNING, headers: { 'retry-after': '120' } }],
			{ giveUpAfter: 0 },
		);
		expect(stillRunning).toEqual([
			{
				...ITEM,
				...PAYER,
				status: 'Running',
				progress: '1 of 2 batches',
				polls: 1,
				nextPollAt: expect.any(String) as string,
			},
		]);
		const comesBackIn = Date.parse(String(stillRunning[0].nextPollAt)) - Date.now();
		expect(comesBackIn).toBeGreaterThan(110_000);
		expect(comesBackIn).toBeLessThanOrEqual(120_000);
		expect([completed, failed, gateway.got.length]).toEqual([[], [], 1]);
	});

	test('leaves at once where the payer wants to be asked after the deadline', async () => {
		const began = Date.now();
		const { stillRunning } = await wait([{ status: 202, headers: { 'retry-after': '3600' } }], {
			giveUpAfter: 10,
		});
		expect(stillRunning).toHaveLength(1);
		expect(Date.now() - began).toBeLessThan(20_000);
	});

	test('is not asked before the time it came with, and asked after it', async () => {
		const early = {
			...ITEM,
			status: 'Running',
			polls: 7,
			nextPollAt: new Date(Date.now() + 60_000).toISOString(),
		};
		const first = await wait([{ body: MANIFEST }], { giveUpAfter: 0 }, [early]);
		expect(first.stillRunning).toEqual([{ ...early, ...PAYER }]);
		expect(first.gateway.got).toEqual([]);
		const second = await wait([{ body: RUNNING }], { giveUpAfter: 0 }, [
			{ ...early, nextPollAt: new Date(Date.now() - 1000).toISOString() },
		]);
		expect(second.stillRunning[0].polls).toBe(8);
	});

	test("the kick-off's raw answer does not travel on", async () => {
		const { stillRunning } = await wait([{ body: RUNNING }], { giveUpAfter: 0 }, [
			{ ...ITEM, response: { secret: 1 } },
		]);
		expect(stillRunning[0]).not.toHaveProperty('response');
	});
});

describe('many jobs in one loop', () => {
	let sandbox: RunningSandbox;
	beforeAll(async () => {
		sandbox = await startSandbox('--running-polls', '2', '--retry-after', '1');
	});
	afterAll(async () => await sandbox.stop());

	test('a slow job holds nobody up, and the order is that of the input', async () => {
		const keys = ['partial', 'small', 'failed', 'empty', 'medium'];
		const run = await runSteps({
			items: keys.map((key) => row(key)),
			steps: [
				{ node: 'memberMatch' },
				{ node: 'startExport' },
				{ node: 'waitForExport', parameters: { options: { concurrency: 2 } } },
			],
			credential: credentialFor(sandbox),
		});
		expect([...new Set(pairs(run.outputs('waitForExport')[0]))]).toEqual([0, 1, 3, 4]);
		expect(pairs(run.outputs('waitForExport')[2])).toEqual([0, 2]);
		const polls = (await sandbox.requests()).filter(({ path }) => path.includes('/job/'));
		expect(polls).toHaveLength(keys.length * 3);
	});
});

const jobOf = (request: { url: string }) => request.url.split('/').pop();
const byJob =
	(answers: Record<string, Answer>): Answer =>
	(response, request) => {
		const answer = answers[jobOf(request) ?? ''] as { status?: number; body?: unknown };
		response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
		response.end(answer.body ? JSON.stringify(answer.body) : '');
	};

describe('errors', () => {
	test('a refused credential concerns all jobs', async () => {
		const refused = await wait([{ status: 401 }], {}, [ITEM, { ...ITEM, jobId: 'job-2' }]);
		expect(refused.run.error?.message).toContain('does not accept the credential');
		expect(refused.gateway.tokenRequests.length).toBeLessThanOrEqual(3);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'%s: jobs that have ended keep their results',
		async (onError) => {
			const items = [ITEM, { ...ITEM, jobId: '../x' }, { ...ITEM, jobId: 'job-3' }];
			const { run, completed } = await wait(
				[byJob({ 'job-1': { body: MANIFEST }, 'job-3': { status: 404 } })],
				{},
				items,
				{ onError },
			);
			expect(completed).toHaveLength(2);
			const [, , failed, errors = []] = run.outputs('waitForExport');
			expect(failed.filter(({ json }) => json.outcome === 'failed').map((item) => pairs([item])[0])).toEqual([
				2,
			]);
			const errorItems = onError === 'continueErrorOutput' ? errors : failed.filter(({ json }) => json.error);
			expect(errorItems.map(({ json }) => json.error)).toEqual([expect.stringContaining(`'Job ID'`)]);
			expect(pairs(errorItems)).toEqual([1]);
		},
	);

	test('under Stop a bad item ends the node before anybody is asked', async () => {
		const { run, gateway } = await wait([{ body: MANIFEST }], {}, [ITEM, { ...ITEM, tenant: 'a/b' }]);
		expect(run.error?.message).toContain(`'Tenant'`);
		expect(gateway.got).toEqual([]);
	});
});

describe('Stop', () => {
	let gateway: ScriptedGateway;
	afterEach(async () => await gateway.close());

	test.each<[string, Answer, IDataObject]>([
		['during a pause between polls', { body: RUNNING }, { pollEvery: 600 }],
		[
			'during a Retry-After of ten minutes',
			{ status: 202, headers: { 'retry-after': '600' } },
			{ giveUpAfter: 60 },
		],
		['during an answer that never ends', (response) => void response.writeHead(200).write('{'), {}],
	])('%s ends the node within a second, with no request after it', async (_, answer, parameters) => {
		gateway = await startScriptedGateway([answer]);
		await expectStopped(
			{
				items: [ITEM],
				steps: [{ node: 'waitForExport', parameters: { giveUpAfter: 60, ...parameters } }],
				credential: credentialFor(gateway),
			},
			() => gateway.got.length > 0,
		);
		expect(gateway.got).toHaveLength(1);
	});
});
