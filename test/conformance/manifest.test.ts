import { readManifest } from '../../nodes/shared/exportJob/manifest';
import { member, truth, typesOf } from '../support/expectations';
import { runOneNode } from '../support/oneNode';
import { ndjson } from '../support/ndjson';
import type { Answer } from '../support/scriptedGateway';
import { memberRow, Payers, runAgainst, type AnswersSeen, type AskedAnswers } from '../support/standardRuns';

const payers = new Payers();

const TIME = '2026-11-01T00:00:00.000Z';
const file = (name: string, more: object = {}) => ({
	type: 'Patient',
	url: `https://payer.example/${name}.ndjson`,
	...more,
});
const manifest = (more: object = {}) => ({
	transactionTime: TIME,
	requiresAccessToken: true,
	output: [file('a')],
	...more,
});
const patient = (id: string) => ({ resourceType: 'Patient', id });
const issues = (severity: string) => ({
	resourceType: 'OperationOutcome',
	issue: [{ severity, code: 'processing', details: { text: 'Something was left out.' } }],
});

type WithAddress = (url: string) => Answer[];

/** Waits for one job whose manifest is given, and fetches its files where the nodes are named. */
async function exported(answers: WithAddress | Answer[], asked: AskedAnswers = {}) {
	const seen: AnswersSeen = await runAgainst(answers, {
		nodes: ['waitForExport'],
		items: (url) => [{ memberId: 'm-1', jobId: 'j1', statusUrl: `${url}/jobs/j1` }],
		...asked,
	});
	return {
		...seen,
		completed: seen.run.json('waitForExport'),
		failed: seen.run.json('waitForExport', 2),
		resources: seen.run.json('fetchBatch'),
		reports: seen.run.json('fetchBatch', 1),
	};
}

const FETCH: AskedAnswers = { nodes: ['waitForExport', 'fetchBatch'] };

test('F1 reads a manifest without error, deleted and request', async () => {
	const { completed, failed } = await exported([{ body: manifest() }]);
	expect(completed).toMatchObject([{ type: 'Patient', url: file('a').url, batch: 1, batchCount: 1 }]);
	expect(failed).toEqual([]);
});

test('F2 takes an empty output as a success without data', async () => {
	const { completed, failed, reports, resources } = await exported(
		[{ body: manifest({ output: [], error: [] }) }],
		FETCH,
	);
	expect(completed).toMatchObject([{ batchCount: 0 }]);
	expect(reports).toMatchObject([{ outcome: 'complete', resources: 0 }]);
	expect([failed, resources]).toEqual([[], []]);
	const { run, broken } = await payers.exchange({ items: [memberRow('empty')] });
	expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', resources: 0 }]);
	expect(broken).toEqual([]);
});

test('F3 reads outcome of Bulk Data 4 as error', async () => {
	const { failed, completed } = await exported((url) => [
		{ body: manifest({ outcome: [{ url: `${url}/e.ndjson` }] }) },
		{ body: ndjson(issues('error')) },
	]);
	expect(failed).toMatchObject([{ outcome: 'partial', errors: [{ issueCount: 1 }] }]);
	expect(completed).toHaveLength(1);
	const { run } = await payers.exchange({
		dialect: 'bulk-v4',
		items: [memberRow('partial')],
		credential: { customRequests: true, kickOff: 'postV4', exportOperation: '$export' },
	});
	expect(run.json('waitForExport', 2)).toMatchObject([{ outcome: 'partial' }]);
});

test('F4 reads extensions as object or as list, and unknown keys', async () => {
	const plain = readManifest(manifest());
	for (const more of [
		{ extension: { 'https://x.example': true } },
		{ extension: [{ url: 'https://x.example', valueBoolean: true }] },
		{ whatever: { output: [1] } },
	]) {
		expect(readManifest(manifest(more) as never)).toEqual(plain);
		expect((await exported([{ body: manifest(more) }])).completed).toHaveLength(1);
	}
});

test('F5 sends the token to the host of the payer alone where nothing is said of it', async () => {
	const { requiresAccessToken, ...unsaid } = manifest();
	void requiresAccessToken;
	const own = await exported(
		(url) => [{ body: { ...unsaid, output: [{ url: `${url}/a.ndjson` }] } }, { body: ndjson(patient('1')) }],
		FETCH,
	);
	expect(own.resources).toEqual([patient('1')]);
	expect(own.got[1].headers.authorization).toBe('Bearer token-1');
	const elsewhere = await exported([{ body: unsaid }], {
		...FETCH,
		credential: { allowedFileHosts: 'payer.example' },
		parameters: { fetchBatch: { options: { keepTryingFor: 0.02 } } },
	});
	// On an allowed host it is asked for without the token; this one does not exist.
	expect(elsewhere.told).toMatch(/no host of the name|cannot be reached|not found/);
	expect(elsewhere.got).toHaveLength(1);
	expect((await exported([{ body: unsaid }], FETCH)).told).toMatch(/is on another host/);
});

test('F6 takes several files of one type', async () => {
	const { resources, reports } = await exported(
		(url) => [
			{
				body: manifest({
					output: ['a', 'b'].map((name) => ({ type: 'Patient', url: `${url}/${name}.ndjson` })),
				}),
			},
			{ body: ndjson(patient('1')) },
			{ body: ndjson(patient('2')) },
		],
		{
			...FETCH,
			// Of nobody in particular, since the files hold two Patients.
			items: (url: string) => [{ jobId: 'j1', statusUrl: `${url}/jobs/j1` }],
			parameters: { fetchBatch: { options: { concurrency: 1 } } },
		},
	);
	expect(resources).toEqual([patient('1'), patient('2')]);
	expect(reports.map(({ outcome }) => outcome)).toEqual(['complete', 'complete']);
});

test('F7 tells where a count is wrong, and gives what came', async () => {
	for (const [count, outcome] of [
		[undefined, 'complete'],
		[1, 'complete'],
		[2, 'partial'],
		['two', 'complete'],
	] as const) {
		const { resources, reports } = await exported(
			(url) => [
				{ body: manifest({ output: [{ type: 'Patient', url: `${url}/a.ndjson`, count }] }) },
				{ body: ndjson(patient('1')) },
			],
			FETCH,
		);
		expect(resources).toEqual([patient('1')]);
		expect(reports).toMatchObject([{ outcome }]);
	}
});

test('F8 takes files organized by patient: blocks without their headers, also where one goes on in another file', async () => {
	const small = member('small').row.memberId;
	for (const outputAs of ['items', 'bundles']) {
		const { run, broken } = await payers.exchange({
			dialect: 'bulk-v3',
			credential: { customRequests: true, exportOperation: '$export' },
			settings: { blockResources: 20 },
			parameters: {
				startExport: { options: { organizeOutputBy: 'Patient' } },
				fetchBatch: { outputAs, options: { addOrigin: outputAs === 'items' } },
			},
		});
		const left = run.json('fetchBatch') as Array<{
			header?: string;
			resource: object;
			entry: Array<{ resource: object }>;
		}>;
		const resources = left.flatMap((each) => (outputAs === 'items' ? [each] : each.entry));
		expect(typesOf(resources.map(({ resource }) => resource))).toEqual(truth('small').types);
		if (outputAs === 'items')
			expect(new Set(left.map(({ header }) => header))).toEqual(new Set([`Patient/${small}`]));
		const batches = run.json('waitForExport');
		expect(batches.map(({ organizedBy, continuesInBatch }) => [organizedBy, continuesInBatch])).toEqual(
			batches.map((_, index) => ['Patient', index + 1 < batches.length ? index + 2 : undefined]),
		);
		expect(batches.length).toBeGreaterThan(1);
		expect(run.json('fetchBatch', 1).every(({ outcome }) => outcome === 'complete')).toBe(true);
		expect(broken).toEqual([]);
	}
	// What goes on in a file that is not listed is not whole.
	const { completed, failed } = await exported([
		{
			body: manifest({
				outputOrganizedBy: 'Patient',
				output: [{ ...file('a'), type: undefined, continuesInFile: file('b').url }],
			}),
		},
	]);
	expect(completed).toHaveLength(1);
	expect(failed).toMatchObject([
		{ outcome: 'partial', reason: expect.stringContaining('does not list') as string },
	]);
});

test('F9 reads the error files: errors make an export partial, remarks do not', async () => {
	for (const severity of ['fatal', 'error', 'warning', 'information']) {
		const { completed, failed, got } = await exported((url) => [
			{ body: manifest({ error: [{ type: 'OperationOutcome', url: `${url}/e.ndjson` }] }) },
			{ body: ndjson(issues(severity)) },
		]);
		expect(got.map(({ url }) => url)).toEqual(['/jobs/j1', '/e.ndjson']);
		expect(completed).toHaveLength(1);
		const isSerious = severity === 'fatal' || severity === 'error';
		expect(failed.map(({ outcome }) => outcome)).toEqual(isSerious ? ['partial'] : []);
		if (!isSerious) expect(completed[0].remarks).toMatch(/none says that data is missing/);
	}
});

test('F10 tells deletions as such, never as data', async () => {
	const bundle = {
		resourceType: 'Bundle',
		type: 'transaction',
		entry: [{ request: { method: 'DELETE', url: 'Patient/9' } }],
	};
	for (const outputAs of ['items', 'bundles', 'file']) {
		const { resources, reports } = await exported(
			(url) => [
				{ body: manifest({ output: [], deleted: [{ type: 'Bundle', url: `${url}/d.ndjson` }] }) },
				{ body: ndjson(bundle) },
			],
			{ ...FETCH, parameters: { fetchBatch: { outputAs } } },
		);
		expect(resources).toEqual([]);
		expect(reports).toMatchObject([{ outcome: 'complete', deletions: 1, deleted: ['Patient/9'] }]);
	}
	const { run, broken } = await payers.exchange({
		dialect: 'bulk-v2',
		parameters: { startExport: { options: { since: '2020-01-01T00:00:00Z' } } },
		credential: { customRequests: true, exportOperation: '$export' },
	});
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	expect(run.json('fetchBatch', 1).filter(({ deletions }) => deletions === 1)).toHaveLength(1);
	expect(broken).toEqual([]);
});

test('F11 keeps transactionTime on every item, ready to be the next Since', async () => {
	const { completed, reports } = await exported(
		(url) => [{ body: manifest({ output: [{ url: `${url}/a.ndjson` }] }) }, { body: ndjson(patient('1')) }],
		FETCH,
	);
	expect(completed).toMatchObject([{ transactionTime: TIME }]);
	expect(reports).toMatchObject([{ transactionTime: TIME }]);
	const { got } = await runAgainst([{ status: 202, headers: { 'content-location': '/jobs/j' } }], {
		nodes: ['startExport'],
		items: () => [{ ...reports[0], payer: undefined, groupId: 'g1' }],
		parameters: { startExport: { options: { since: '={{ $json.transactionTime }}' } } },
		credential: { customRequests: true, exportOperation: '$export' },
	});
	expect(new URLSearchParams(got[0].url.split('?')[1]).get('_since')).toBe(TIME);
});

test('F12 shows on each item when its file goes, by the earliest part, and nothing that is over or no time', async () => {
	const at = (seconds: number) => new Date(Math.floor(Date.now() / 1000 + seconds) * 1000);
	const [soon, later] = [at(600), at(3600)];
	const cases: Array<[expires: string | undefined, expiresAt: string | undefined, hint: boolean]> = [
		[later.toUTCString(), later.toISOString(), false],
		[soon.toUTCString(), soon.toISOString(), true],
		[at(-60).toUTCString(), undefined, false],
		['0', undefined, false],
		['2099', undefined, false],
		['tomorrow', undefined, false],
		[undefined, undefined, false],
	];
	for (const [expires, expiresAt, hint] of cases) {
		const { run, completed } = await exported([
			{
				headers: expires === undefined ? {} : { expires },
				body: manifest({ output: [file('a'), file('b')] }),
			},
		]);
		expect([expires, ...completed.map((each) => each.expiresAt)]).toEqual([expires, expiresAt, expiresAt]);
		const hints = run.raw.data.resultData.runData.waitForExport[0].hints ?? [];
		expect([expires, hints.length]).toEqual([expires, hint ? 1 : 0]);
		if (hint) expect(hints[0].message).toContain(soon.toISOString().slice(11, 16));
	}
	const inParts = await exported((url) => [
		{
			headers: { expires: later.toUTCString() },
			body: manifest({ link: [{ relation: 'next', url: `${url}/p2` }] }),
		},
		{ headers: { expires: soon.toUTCString() }, body: manifest({ output: [file('b')] }) },
	]);
	expect(inParts.completed.map(({ expiresAt }) => expiresAt)).toEqual(Array(2).fill(soon.toISOString()));
});

test('F13 heeds status and failed batches of 1upHealth', async () => {
	const batches = { running: 0, complete: 2, failed: 0, total: 2 };
	const cases: Array<[body: object, outputs: number[]]> = [
		[{ status: 'Successful', batches }, [1, 0, 0]],
		[{ status: 'Running', batches: { ...batches, running: 1 } }, [0, 1, 0]],
		[{ status: 'Successful', batches: { ...batches, complete: 1, failed: 1 } }, [1, 0, 1]],
		[{ status: 'Failed', batches: { ...batches, complete: 0, failed: 2 }, output: [] }, [0, 0, 1]],
	];
	for (const [body, outputs] of cases) {
		const { run } = await runOneNode(
			{ node: 'waitForExport', parameters: { giveUpAfter: 0 } },
			[{ jobId: 'j1', tenant: 'bison' }],
			{ answers: [{ body: manifest(body) }] },
		);
		expect([0, 1, 2].map((output) => run.json('waitForExport', output).length)).toEqual(outputs);
	}
});

test('F14 refuses a file address that is no http or https address', async () => {
	for (const url of [
		'ftp://payer.example/a.ndjson',
		'file:///etc/passwd',
		'a.ndjson',
		'javascript:1',
		'//',
	]) {
		for (const requiresAccessToken of [true, false]) {
			const { told, got } = await exported([{ body: manifest({ requiresAccessToken, output: [{ url }] }) }], {
				...FETCH,
				credential: { allowedFileHosts: 'payer.example' },
				parameters: { fetchBatch: { options: { keepTryingFor: 0.02 } } },
			});
			expect(told).toMatch(/is on another host|is no web address|over https only/);
			expect(got).toHaveLength(1);
		}
	}
	const { completed, failed } = await exported([
		{ body: manifest({ output: [file('a'), { type: 'Patient' }] }) },
	]);
	expect(completed).toHaveLength(1);
	expect(failed).toMatchObject([
		{ outcome: 'partial', reason: expect.stringContaining('without an address') as string },
	]);
});
