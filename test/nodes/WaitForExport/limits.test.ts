/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { IDataObject } from 'n8n-workflow';
import { runOneNode } from '../../support/oneNode';
import type { Answer } from '../../support/scriptedGateway';
import { outcome } from '../../support/operationOutcome';

const ITEM = { memberId: 'm1', tenant: 'bison', groupId: 'g1', jobId: 'job-1' };
const FILE = (name: number | string) => `/v1/bison/bulk-data/r4/$export/file/${name}.ndjson`;
const PAGE = (name: number | string) => `/v1/bison/bulk-data/r4/$export/job/job-1/${name}`;
const TIME = '2027-01-01T00:00:00Z';
const files = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ type: 'Observation', url: FILE(index), count: 1 }));

/** Runs the node once against a payer that answers by path. */
async function wait(answerFor: (path: string) => Answer, parameters: object = {}, item: object = ITEM) {
	const answer: Answer = (response, request) => {
		const given = answerFor(request.url);
		if (typeof given === 'function') return given(response, request);
		const { status = 200, headers = {}, body = '' } = given;
		response.writeHead(status, headers);
		response.end(typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body);
	};
	const started = Date.now();
	const { run, gateway } = await runOneNode(
		// What takes a busy machine a minute must not be ended by the deadline.
		{ node: 'waitForExport', parameters: { pollEvery: 1, giveUpAfter: 10, ...parameters } },
		[item],
		{ answers: [answer] },
	);
	const [completed, running, failed] = [0, 1, 2].map((output) => run.json('waitForExport', output));
	return {
		run,
		completed,
		running,
		failed,
		seconds: (Date.now() - started) / 1000,
		asked: gateway.got.length,
	};
}

const manifestOf = (changes: IDataObject): Answer => ({
	body: { transactionTime: TIME, requiresAccessToken: true, output: files(1), ...changes },
});

/** A manifest, and files of complaints that all have the same content. */
const withErrorFiles = (count: number, content: Answer) => (path: string) =>
	path.includes('/job/')
		? manifestOf({ error: Array.from({ length: count }, (_, index) => ({ url: FILE(`e${index}`) })) })
		: content;

const issues = (count: number) =>
	`${JSON.stringify(outcome('error', 'processing', 'Left out'))}\n`.repeat(count);

test('C a manifest of 200,000 files is listed, and n8n has its turn meanwhile', async () => {
	const body = gzipSync(JSON.stringify({ transactionTime: TIME, output: files(200_000) }), { level: 1 });
	const delay = monitorEventLoopDelay({ resolution: 10 });
	delay.enable();
	const { completed, failed, seconds } = await wait(() => ({
		headers: { 'content-encoding': 'gzip' },
		body,
	}));
	delay.disable();
	expect([completed.length, failed]).toEqual([200_000, []]);
	expect(completed[199_999]).toMatchObject({ batch: 200_000, batchCount: 200_000, url: FILE(199_999) });
	// Recorded, not asserted: how long depends on the machine.
	process.stdout.write(`200,000 files: ${seconds} s, longest block ${Math.round(delay.max / 1e6)} ms\n`);
});

test('C more than 200,000 files are listed up to there, and the export is partial', async () => {
	const { completed, failed } = await wait(() => manifestOf({ output: files(200_005) }));
	expect(completed).toHaveLength(200_000);
	expect(failed[0]).toMatchObject({
		outcome: 'partial',
		reason: expect.stringContaining('more than 200,000 files'),
	});
});

test.each([
	['longer than 64 MB', `{"output":[],"a":"${'x'.repeat(64 * 1024 * 1024)}"}`],
	['more than 2,000,000 JSON values', `{"output":[${'{},'.repeat(1_000_001)}{}]}`],
	['more than 2,000,000 JSON values', `{"output":[${'1,'.repeat(2_000_001)}1]}`],
	['nested more than 200 deep', `{"output":[],"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`],
])('C a manifest %s fails its job, and says so', async (says, text) => {
	const body = gzipSync(text, { level: 1 });
	const { completed, failed } = await wait(() => ({ headers: { 'content-encoding': 'gzip' }, body }));
	expect(completed).toEqual([]);
	expect(failed[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(says) });
});

test('C an error answer longer than 4 MB, and a page longer than 64 MB, end like any other answer that cannot be read', async () => {
	const long = await wait(() => ({ status: 500, body: 'x'.repeat(5 * 1024 * 1024) }));
	expect(long.failed[0].reason).toMatch(/longer than 4 MB/);
	const page = gzipSync(`{"output":[],"a":"${'x'.repeat(64 * 1024 * 1024)}"}`, { level: 1 });
	const paged = await wait((path) =>
		path.endsWith('/job-1')
			? manifestOf({ link: [{ relation: 'next', url: PAGE(2) }] })
			: { headers: { 'content-encoding': 'gzip' }, body: page },
	);
	expect(paged.completed).toHaveLength(1);
	expect(paged.failed[0]).toMatchObject({
		outcome: 'partial',
		reason: expect.stringMatching(/after part 1: .*longer than 64 MB/),
	});
});

test('C a file of 300,000 complaints is read up to 200, and the export is partial', async () => {
	const { completed, failed } = await wait(withErrorFiles(2, { body: issues(300_000) }));
	expect(completed).toHaveLength(1);
	expect(failed[0]).toMatchObject({
		outcome: 'partial',
		reason: expect.stringContaining(
			'200 complaints and remarks in 1 of 2 files were read; there are more, which were not.',
		),
		errors: [{ issueCount: 200, hasMore: true }],
	});
});

test('C one complaint of many issues, and harmless remarks without an end, are cut all the same', async () => {
	const many = { resourceType: 'OperationOutcome', issue: Array(5000).fill({ severity: 'information' }) };
	const { failed } = await wait(withErrorFiles(1, { body: JSON.stringify(many) }));
	expect(failed[0]).toMatchObject({
		outcome: 'partial',
		reason: expect.stringContaining('there are more, which were not'),
	});
});

test('C of 1,000 files of complaints 100 are read', async () => {
	const { failed, asked } = await wait(withErrorFiles(1000, { body: issues(1) }));
	expect(asked).toBe(101);
	expect(failed[0].reason).toContain('in 100 of 1000 files were read; there are more');
});

const slowly =
	(content: string, ms: number): Answer =>
	(response) =>
		void sleep(ms).then(() => response.end(content));

test('C files of complaints do not outlast Give Up After', async () => {
	const { completed, failed, seconds } = await wait(withErrorFiles(60, slowly(issues(1), 500)), {
		giveUpAfter: 0.05,
	});
	expect(seconds).toBeLessThan(15);
	expect(completed).toHaveLength(1);
	expect(failed[0].reason).toMatch(/files were read; there are more, which were not/);
});

test('C parts of a manifest do not outlast Give Up After: the job leaves by Still Running, and is read from there', async () => {
	let page = 1;
	const endless = await wait(
		() => (response) =>
			void sleep(500).then(() =>
				response.end(
					JSON.stringify({ output: files(1), link: [{ relation: 'next', url: PAGE((page += 1)) }] }),
				),
			),
		{ giveUpAfter: 0.05 },
	);
	expect(endless.seconds).toBeLessThan(15);
	expect([endless.completed, endless.failed]).toEqual([[], []]);
	expect(endless.running).toMatchObject([
		{ ...ITEM, status: expect.stringContaining('list of files was not read') },
	]);
	const [again] = (
		await wait(() => manifestOf({}), { giveUpAfter: 1 }, { ...endless.running[0], payer: undefined })
	).completed;
	expect(again).toMatchObject({ ...ITEM, batch: 1 });
});

const LONG = 'x'.repeat(1024 * 1024);
test.each<[what: string, manifest: IDataObject, expected: IDataObject]>([
	['a transactionTime of 1 MB', { transactionTime: LONG }, { batch: 1 }],
	['a transactionTime that is none', { transactionTime: '<b>now</b>' }, { batch: 1 }],
	['a type of 1 MB', { output: [{ type: LONG, url: FILE(1) }] }, { batch: 1, url: FILE(1) }],
	['an order of 1 MB', { outputOrganizedBy: LONG }, { batch: 1 }],
])('C %s is left out', async (_, manifest, expected) => {
	const { completed, failed } = await wait(() => manifestOf(manifest));
	expect(failed).toEqual([]);
	expect(completed).toHaveLength(1);
	expect(completed[0]).toMatchObject(expected);
	expect(JSON.stringify(completed).length).toBeLessThan(1000);
});

test.each<[what: string, manifest: IDataObject]>([
	['an address of more than 8 kB', { output: [...files(1), { url: FILE('x'.repeat(9000)) }] }],
	['a next part without an address', { link: [{ relation: 'next' }] }],
	[
		'a next part at an address of more than 8 kB',
		{ link: [{ relation: 'next', url: PAGE('x'.repeat(9000)) }] },
	],
])('C %s makes the export partial', async (_, manifest) => {
	const { completed, failed } = await wait(() => manifestOf(manifest));
	expect(completed).toHaveLength(1);
	expect(failed).toMatchObject([{ outcome: 'partial' }]);
	expect(JSON.stringify(failed).length).toBeLessThan(2000);
});

test('C free text of a payer leaves with 1,000 letters at most', async () => {
	const { running } = await wait(() => ({ status: 202, body: { status: LONG } }), { giveUpAfter: 0 });
	const text = await wait(() => ({ status: 400, body: outcome('error', 'processing', LONG) }));
	const status = await wait(() => ({ body: { status: `failed ${LONG}`, output: [] } }));
	const texts = [running[0].status, text.failed[0].reason, status.failed[0].reason].map(String);
	expect(texts.map((each) => each.length <= 1100)).toEqual([true, true, true]);
});
