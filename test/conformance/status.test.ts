import { sleep } from 'n8n-workflow';
import { backoffMs, retryAfterMs } from '../../nodes/shared/http/backoff';
import { startForeignHost } from '../support/foreignHost';
import { truth, typesOf } from '../support/expectations';
import { outcome } from '../support/operationOutcome';
import { runOneNode } from '../support/oneNode';
import type { Answer } from '../support/scriptedGateway';
import { Payers, runAgainst, type AskedAnswers } from '../support/standardRuns';

const payers = new Payers();

const WAIT = { nodes: ['waitForExport' as const] };
const MANIFEST = {
	transactionTime: '2026-11-01T00:00:00.000Z',
	requiresAccessToken: true,
	output: [{ type: 'Patient', url: 'https://payer.example/1.ndjson' }],
	error: [],
};
const DONE: Answer = { body: MANIFEST };
const RUNNING: Answer = { status: 202 };
const close: Answer = (response) => void response.destroy();
/** Waits for one job at a payer that answers so. */
async function wait(answers: Answer[], { item = {}, ...asked }: AskedAnswers & { item?: object } = {}) {
	const seen = await runAgainst(answers, {
		...WAIT,
		items: (url) => [{ memberId: 'm-1', jobId: 'j1', statusUrl: `${url}/jobs/j1`, ...item }],
		...asked,
	});
	const [completed, stillRunning, failed] = [0, 1, 2].map((output) => seen.run.json('waitForExport', output));
	return { ...seen, completed, stillRunning, failed };
}

/** What is said of the one job that failed. */
async function reasonOf(answers: Answer[], asked: Parameters<typeof wait>[1] = {}): Promise<string> {
	const { failed, completed } = await wait(answers, asked);
	expect(failed).toHaveLength(1);
	expect(completed).toEqual([]);
	return String(failed[0].reason);
}

test('E1 says JSON in Accept', async () => {
	const { run, of, broken } = await payers.exchange({
		nodes: ['memberMatch', 'startExport', 'waitForExport'],
	});
	expect(run.json('waitForExport').length).toBeGreaterThan(0);
	expect(of(/\/jobs\//)).toMatchObject([{ method: 'GET', accept: 'application/json' }]);
	expect(broken).toEqual([]);
});

test('E2 sends the token', async () => {
	const { got } = await wait([DONE]);
	expect(got[0].headers.authorization).toBe('Bearer token-1');
	expect(
		(await payers.exchange({ dialect: 'pdex-2.2', nodes: ['memberMatch', 'startExport', 'waitForExport'] }))
			.broken,
	).toEqual([]);
});

test('E3 asks again after the stated seconds', async () => {
	const { completed, seconds } = await wait([{ status: 202, headers: { 'retry-after': '3' } }, DONE]);
	expect(completed).toHaveLength(1);
	expect(seconds).toBeGreaterThanOrEqual(3);
});

test('E4 asks again at the stated date', async () => {
	const running: Answer = (response) => {
		const at = new Date(Date.now() + 4000).toUTCString();
		response.writeHead(202, { 'retry-after': at }).end();
	};
	const { completed, seconds } = await wait([running, DONE]);
	expect(completed).toHaveLength(1);
	// A date has whole seconds.
	expect(seconds).toBeGreaterThanOrEqual(2.9);
	expect(seconds).toBeLessThan(10);
});

test('E5 takes a pause in the past, below zero or without sense as not stated', async () => {
	const now = Date.parse('2026-11-27T12:00:00Z');
	const senseless = ['Fri, 27 Nov 2026 11:00:00 GMT', '-5', 'soon', '', '0', '1e9', '99999999'];
	for (const pause of senseless) expect(retryAfterMs(pause, now)).toBeUndefined();
	const { completed, seconds } = await wait([{ status: 202, headers: { 'retry-after': '-5' } }, DONE]);
	expect(completed).toHaveLength(1);
	expect(seconds).toBeGreaterThanOrEqual(0.75);
});

test('E6 lets the waits grow where no pause is stated, up to a limit, each somewhat by chance', async () => {
	const times: number[] = [];
	const running: Answer = (response) => {
		times.push(Date.now());
		response.writeHead(202).end();
	};
	const done: Answer = (response) => {
		times.push(Date.now());
		response.end(JSON.stringify(MANIFEST));
	};
	const { completed } = await wait([running, running, running, done]);
	expect(completed).toHaveLength(1);
	const waits = times.slice(1).map((time, index) => time - times[index]);
	// 1, 2 and 4 s, each shortened by a quarter at most.
	[750, 1500, 3000].forEach((least, index) => expect(waits[index]).toBeGreaterThanOrEqual(least));
	expect(backoffMs(50, 0, 10_000)).toBe(60_000);
	expect(new Set(Array.from({ length: 20 }, () => backoffMs(3, undefined, 10_000))).size).toBeGreaterThan(1);
});

test('E7 slows down at 429 and lets the job run, until the deadline', async () => {
	const busy: Answer = { status: 429, headers: { 'retry-after': '1' } };
	const { completed, seconds } = await wait([busy, busy, DONE]);
	expect(completed).toHaveLength(1);
	expect(seconds).toBeGreaterThanOrEqual(2);
	const { stillRunning, failed, got } = await wait([busy], {
		parameters: { waitForExport: { giveUpAfter: 0 } },
	});
	expect([stillRunning.length, failed.length, got.length]).toEqual([1, 0, 1]);
});

test('E8 asks again where the trouble is called transient or one of its kinds', async () => {
	for (const code of [
		'transient',
		'lock-error',
		'no-store',
		'exception',
		'timeout',
		'incomplete',
		'throttled',
	]) {
		// The next look falls behind a deadline that is now.
		const { stillRunning, failed } = await wait([{ status: 400, body: outcome(code, 'Later.') }], {
			parameters: { waitForExport: { giveUpAfter: 0 } },
		});
		expect([code, stillRunning.length, failed.length]).toEqual([code, 1, 0]);
	}
	const { completed } = await wait([{ status: 500, body: outcome('transient', 'Later.') }, DONE]);
	expect(completed).toHaveLength(1);
});

test('E9 lets a job of any other trouble leave by Failed, with the words of the payer', async () => {
	for (const status of [400, 404, 410, 422, 500]) {
		expect(await reasonOf([{ status, body: outcome('processing', 'The disk is full.') }])).toContain(
			'The disk is full.',
		);
	}
});

test('E10 asks again after a bare 502, 503, 504 or a broken connection, and not for ever', async () => {
	const bare = [502, 503, 504].map((status): Answer => ({ status, body: '<h1>Bad</h1>' }));
	for (const trouble of [...bare, close]) {
		const once = await wait([trouble, DONE]);
		expect(once.completed).toHaveLength(1);
		// A day of nothing else is behind it.
		const troubledSince = new Date(Date.now() - 25 * 3_600_000).toISOString();
		const { got, failed } = await wait([trouble, DONE], { item: { troubles: 4, troubledSince } });
		expect([got.length, failed.length]).toEqual([1, 1]);
	}
});

test('E11 tells clearly of a job that was deleted or has expired', async () => {
	const { run } = await payers.exchange({ parameters: { fetchBatch: { options: { deleteJob: true } } } });
	expect(run.json('fetchBatch', 1)[0]).toMatchObject({ jobDeleted: true });
	// Right behind the kick-off, the payer might only not know it yet.
	const requestedAt = new Date(Date.now() - 120_000).toISOString();
	const job = { ...run.json('startExport')[0], requestedAt };
	const again = await payers.exchange({ nodes: ['waitForExport'], items: [job] });
	expect(again.run.json('waitForExport', 2)).toMatchObject([{ outcome: 'failed', httpStatus: 404 }]);
	expect(await reasonOf([{ status: 404 }])).toMatch(/may have expired or been deleted/);
	expect(await reasonOf([{ status: 410 }])).toMatch(/no longer keeps this export job/);
});

test('E12 shows X-Progress, and lets it decide nothing', async () => {
	const headers = { 'x-progress': '100% complete' };
	const { stillRunning } = await wait([{ status: 202, headers }], {
		parameters: { waitForExport: { giveUpAfter: 0 } },
	});
	expect(stillRunning).toMatchObject([{ progress: '100% complete' }]);
	const { completed } = await wait([{ headers: { 'x-progress': '1%' }, body: MANIFEST }]);
	expect(completed).toHaveLength(1);
});

test('E13 renews a token that ends meanwhile, and the job goes on', async () => {
	const { run, of, broken } = await payers.exchange({
		settings: { tokenSeconds: 1, runningPolls: 1, retryAfter: '2' },
	});
	expect(run.json('fetchBatch').length).toBeGreaterThan(0);
	expect(of(/\/auth\/token$/).length).toBeGreaterThan(1);
	expect(broken).toEqual([]);
	const { completed, tokenRequests } = await wait([
		{ status: 202, headers: { 'retry-after': '1' } },
		{ status: 401 },
		DONE,
	]);
	expect([completed.length, tokenRequests.length]).toEqual([1, 2]);
});

test('E14 takes a 200 with a manifest as the end', async () => {
	const { completed, got } = await wait([DONE]);
	expect(completed).toMatchObject([
		{ type: 'Patient', url: MANIFEST.output[0].url, batch: 1, batchCount: 1 },
	]);
	expect(got).toHaveLength(1);
});

test('E15 tells clearly of a 200 that is no manifest', async () => {
	expect(await reasonOf([{ body: '' }])).toMatch(/empty/);
	expect(await reasonOf([{ body: '<!DOCTYPE html><html></html>' }])).toMatch(/HTML/);
	expect(await reasonOf([{ body: outcome('processing', 'The job is lost.') }])).toContain('The job is lost.');
	expect(await reasonOf([{ body: { hello: 1 } }])).toMatch(/without a list of files/);
});

test('E16 does not ask for separate-export-status, and goes by the HTTP status whatever X-Export-Status says', async () => {
	const { requests } = await payers.exchange({
		dialect: 'bulk-v3',
		credential: { customRequests: true, exportOperation: '$export' },
	});
	const prefers = requests.map(({ prefer }) => prefer).filter((prefer) => prefer !== undefined);
	expect([...new Set(prefers)]).toEqual(['respond-async']);
	const { completed } = await wait([{ headers: { 'x-export-status': '202' }, body: MANIFEST }]);
	expect(completed).toHaveLength(1);
	const { stillRunning } = await wait([{ status: 202, headers: { 'x-export-status': '200' } }], {
		parameters: { waitForExport: { giveUpAfter: 0 } },
	});
	expect(stillRunning).toHaveLength(1);
});

test('E17 lets a job run that lists files already; at its end each file comes once', async () => {
	const listing = (...names: string[]) => ({
		...MANIFEST,
		output: names.map((name) => ({ type: 'Patient', url: `https://payer.example/${name}.ndjson` })),
	});
	const running: Answer = { status: 202, headers: { 'retry-after': '1' }, body: listing('a') };
	const early = await wait([running], { parameters: { waitForExport: { giveUpAfter: 0 } } });
	expect([early.completed, early.stillRunning.length, early.failed]).toEqual([[], 1, []]);
	const whole = await runAgainst(
		(url) => [
			running,
			{ body: { ...listing('a', 'b'), link: [{ relation: 'next', url: `${url}/p2` }] } },
			{ body: listing('b', 'c') },
		],
		{ ...WAIT, items: (url) => [{ memberId: 'm-1', jobId: 'j1', statusUrl: `${url}/jobs/j1` }] },
	);
	expect(whole.run.json('waitForExport').map(({ url, batch }) => [url, batch])).toEqual(
		['a', 'b', 'c'].map((name, index) => [`https://payer.example/${name}.ndjson`, index + 1]),
	);
	expect(whole.run.json('waitForExport', 2)).toEqual([]);
	for (const kickOff of ['get', 'post']) {
		const { run, of, broken } = await payers.exchange({
			dialect: 'bulk-v3',
			credential: { customRequests: true, exportOperation: '$export', kickOff },
			settings: { runningPolls: 2, manifestFiles: 2 },
			parameters: { startExport: { options: { allowPartialManifests: true } } },
		});
		expect(of(/\/bulkstatus\//).map(({ status }) => status)).toEqual([202, 202, 200]);
		expect(of(/\/manifests\//).map(({ path }) => path.split('/').at(-1))).toEqual(['2', '3']);
		expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
		expect(broken).toEqual([]);
	}
});

test('E18 follows a manifest in parts to its end, and never in a circle', async () => {
	const page = (name: string, next?: string) => ({
		...MANIFEST,
		output: [{ type: 'Patient', url: `https://payer.example/${name}.ndjson` }],
		...(next && { link: [{ relation: 'next', url: next }] }),
	});
	const items = (url: string) => [{ memberId: 'm-1', jobId: 'j1', statusUrl: `${url}/jobs/j1` }];
	const whole = await runAgainst(
		(url) => [{ body: page('a', `${url}/p2`) }, { body: page('b', `${url}/p3`) }, { body: page('c') }],
		{ ...WAIT, items },
	);
	expect(whole.run.json('waitForExport').map(({ url }) => url)).toEqual(
		['a', 'b', 'c'].map((name) => `https://payer.example/${name}.ndjson`),
	);
	expect(whole.run.json('waitForExport', 2)).toEqual([]);
	const circle = await runAgainst((url) => [{ body: page('a', `${url}/p2`) }], { ...WAIT, items });
	expect(circle.got).toHaveLength(2);
	expect(circle.run.json('waitForExport', 2)).toMatchObject([
		{ outcome: 'partial', reason: expect.stringContaining('points to itself') as string },
	]);
	const { run, broken } = await payers.exchange({
		dialect: 'bulk-v3',
		credential: { customRequests: true, exportOperation: '$export', kickOff: 'post' },
		parameters: {
			startExport: { options: { query: { parameter: [{ name: 'allowPartialManifests', value: 'true' }] } } },
		},
	});
	expect(run.json('waitForExport').length).toBeGreaterThan(2);
	expect(broken).toEqual([]);
});

test('E19 ends a wait at its deadline or at Stop, and deletes nothing thereby', async () => {
	const { stillRunning, got } = await wait([RUNNING], { parameters: { waitForExport: { giveUpAfter: 0 } } });
	expect(stillRunning).toMatchObject([{ jobId: 'j1', nextPollAt: expect.any(String) as string }]);
	let stop = () => undefined as void;
	const answer: Answer = (response) => {
		response.writeHead(202, { 'retry-after': '30' }).end();
		void sleep(100).then(() => stop());
	};
	const stopped = await wait([answer], { onStart: (cancel) => (stop = cancel) });
	expect(stopped.run.status).toBe('canceled');
	expect(stopped.seconds).toBeLessThan(2);
	expect([...got, ...stopped.got].map(({ method }) => method)).toEqual(['GET', 'GET']);
});

test('E20 follows no redirect, so that no other host gets the token', async () => {
	const foreign = await startForeignHost();
	const { failed } = await wait([{ status: 307, headers: { location: `${foreign.url}/jobs/j1` } }]);
	await foreign.close();
	expect(failed).toMatchObject([{ outcome: 'failed', httpStatus: 307 }]);
	expect(foreign.got).toEqual([]);
	const elsewhere = await wait([DONE], { item: { statusUrl: 'https://payer.example/jobs/j1' } });
	expect(elsewhere.told).toMatch(/is on another host/);
	expect([...elsewhere.got, ...elsewhere.tokenRequests]).toEqual([]);
	const { run, gateway } = await runOneNode({ node: 'waitForExport' }, [{ jobId: 'j1', tenant: 'bison' }], {
		answers: [{ status: 302, headers: { location: `${foreign.url}/x` } }],
	});
	expect(run.json('waitForExport', 2)).toMatchObject([{ outcome: 'failed' }]);
	expect(gateway.got).toHaveLength(1);
});
