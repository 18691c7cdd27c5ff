/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sleep, type IDataObject } from 'n8n-workflow';
import { NdjsonReader } from '../../nodes/shared/fhir/ndjson';
import { storedBytes } from '../support/engine';
import { pairs, truth, typesOf } from '../support/expectations';
import { startForeignHost } from '../support/foreignHost';
import type { Answer } from '../support/scriptedGateway';
import { memberRow, Payers, runAgainst, type AskedAnswers } from '../support/standardRuns';

const payers = new Payers();

const patient = (id: string) => ({ resourceType: 'Patient', id });
const line = (id: string) => JSON.stringify(patient(id));
const ONE: Answer = { body: `${line('1')}\n` };

interface AskedFetch extends Omit<AskedAnswers, 'items' | 'parameters'> {
	parameters?: IDataObject;
	/** Changes of the item, or several items. */
	item?: object;
	items?: (url: string) => object[];
}

/** Fetches one file, or several, at a payer that answers so. */
async function fetched(
	answers: Answer[] | ((url: string) => Answer[]),
	{ item = {}, items, parameters = {}, ...asked }: AskedFetch = {},
) {
	const seen = await runAgainst(answers, {
		...asked,
		nodes: ['fetchBatch'],
		items:
			items ??
			((url) => [
				{
					memberId: 'm-1',
					jobId: 'j1',
					statusUrl: `${url}/jobs/j1`,
					url: `${url}/a.ndjson`,
					batch: 1,
					batchCount: 1,
					...item,
				},
			]),
		parameters: { fetchBatch: parameters },
	});
	return { ...seen, resources: seen.run.json('fetchBatch'), reports: seen.run.json('fetchBatch', 1) };
}

const outcomes = (reports: IDataObject[]) => reports.map(({ outcome }) => outcome);

test('G1 sends the token where the manifest wants it', async () => {
	for (const requiresAccessToken of [true, undefined]) {
		const { got, resources } = await fetched([ONE], { item: { requiresAccessToken } });
		expect(got[0].headers.authorization).toBe('Bearer token-1');
		expect(resources).toEqual([patient('1')]);
	}
	const { run, broken } = await payers.exchange({ settings: { fileAccess: 'token' } });
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	expect(broken).toEqual([]);
});

test('G2 sends no token where the manifest wants none: not for error and deleted files, not on a redirect', async () => {
	for (const [key, options] of [
		['small', { since: '2020-01-01T00:00:00Z' }],
		['partial', {}],
	] as const) {
		const { run, broken, of } = await payers.exchange({
			settings: { fileAccess: 'open' },
			items: [memberRow(key)],
			parameters: { startExport: { options } },
		});
		const files = of(/\/files\//);
		expect(files.length).toBeGreaterThan(run.json('waitForExport').length - 1);
		expect(files.map(({ authorization }) => authorization).filter(Boolean)).toEqual([]);
		expect(run.json('fetchBatch').length).toBeGreaterThan(0);
		expect(broken).toEqual([]);
	}
	const foreign = await startForeignHost();
	const moved = await fetched([{ status: 302, headers: { location: `${foreign.url}/a.ndjson` } }], {
		item: { requiresAccessToken: false },
	});
	await foreign.close();
	expect(moved.got.map(({ headers }) => headers.authorization)).toEqual([undefined]);
	expect(foreign.got).toEqual([]);
});

test('G3 says FHIR NDJSON in Accept', async () => {
	expect((await fetched([ONE])).got[0].headers.accept).toBe('application/fhir+ndjson');
	expect((await payers.exchange()).broken).toEqual([]);
});

test('G4 asks for compressed files', async () => {
	expect((await fetched([ONE])).got[0].headers['accept-encoding']).toMatch(/\bgzip\b/);
});

test('G5 reads compressed and plain files', async () => {
	for (const gzipFiles of ['yes', 'no'] as const) {
		const { run, broken } = await payers.exchange({ settings: { gzipFiles } });
		expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
		expect(broken).toEqual([]);
	}
	const packed = gzipSync(`${line('1')}\n`);
	const { run } = await fetched([{ headers: { 'content-encoding': 'gzip' }, body: packed }], {
		parameters: { outputAs: 'file' },
	});
	expect(await storedBytes(run.outputs('fetchBatch')[0][0])).toEqual(gunzipSync(packed));
});

test('G6 reads a file whatever media type is stated', async () => {
	const types = [
		'application/fhir+ndjson',
		'application/ndjson',
		'application/x-ndjson',
		'application/octet-stream',
		'application/json',
		'text/plain',
		'',
	];
	for (const type of types) {
		const { resources } = await fetched([
			{ headers: type ? { 'content-type': type } : {}, body: `${line('1')}\n` },
		]);
		expect(resources).toEqual([patient('1')]);
	}
});

test('G7 reads LF, CRLF, blank lines, a missing last line end, a byte order mark and split characters', async () => {
	const lines = [
		line('1'),
		JSON.stringify({ resourceType: 'Patient', id: '2', name: [{ family: 'Ñandú 李' }] }),
	];
	const expected = lines.map((each) => JSON.parse(each) as object);
	for (const text of [
		`${lines.join('\n')}\n`,
		lines.join('\n'),
		`${lines.join('\r\n')}\r\n`,
		`\n${lines.join('\n\n\r\n')}\n\n`,
		`\uFEFF${lines.join('\n')}\n`,
	]) {
		// Of nobody in particular, since the file holds two Patients.
		const { resources, reports } = await fetched([{ body: text }], { item: { memberId: undefined } });
		expect(resources).toEqual(expected);
		expect(outcomes(reports)).toEqual(['complete']);
		const got: object[] = [];
		const reader = new NdjsonReader({ onResource: (resource) => void got.push(resource), onRejected: fail });
		for (const byte of Buffer.from(text)) reader.push(Buffer.from([byte]));
		expect(reader.end()).toMatchObject({ resources: 2, rejected: 0 });
		expect(got).toEqual(expected);
	}
});

function fail(reason: string): void {
	expect(reason).toBe('not rejected');
}

test('G8 tells a bad line by its number and keeps it, and takes no other line away', async () => {
	const { resources, reports, run } = await fetched([
		{ body: `${line('1')}\n{"resourceType":\n[]\n${line('2')}\n` },
	]);
	expect(resources).toEqual([patient('1'), patient('2')]);
	expect(reports).toMatchObject([
		{ outcome: 'partial', batch: 1, resources: 2, rejected: 2, rejectedLines: [{ line: 2 }, { line: 3 }] },
	]);
	expect(String(await storedBytes(run.outputs('fetchBatch')[1][0]))).toBe('{"resourceType":\n[]\n');
});

test('G9 rejects a line that is too long, and keeps none of its rest in memory', () => {
	const long = 1024;
	const rejected: Array<[line: number, bytes: number, cut: boolean]> = [];
	const ids: unknown[] = [];
	const reader = new NdjsonReader(
		{
			onResource: ({ id }) => void ids.push(id),
			onRejected: (_, at, bytes, cut) => void rejected.push([at, bytes.length, cut]),
		},
		long,
	);
	reader.push(Buffer.from(`${line('1')}\n{"resourceType":"Patient","id":"`));
	for (let part = 0; part < 1000; part += 1) reader.push(Buffer.alloc(100, 'x'));
	reader.push(Buffer.from(`"}\n${line('2')}\n`));
	reader.end();
	expect(ids).toEqual(['1', '2']);
	expect(rejected).toHaveLength(1);
	const [[at, bytes, cut]] = rejected;
	expect([at, cut]).toEqual([2, true]);
	expect(bytes).toBeLessThan(2 * long);
});

test('G10 tells of a resource of another type than promised', async () => {
	const body = `${line('1')}\n{"resourceType":"Coverage","id":"2"}\n`;
	const { resources, reports } = await fetched([{ body }], { item: { type: 'Patient' } });
	expect(resources).toHaveLength(2);
	expect(reports).toMatchObject([{ outcome: 'partial', flagged: 1, flaggedLines: [{ line: 2 }] }]);
});

test('G11 leaves what is there twice, and names it in two Bundles', async () => {
	const body = `${line('1')}\n${line('1')}\n`;
	expect((await fetched([{ body }])).resources).toEqual([patient('1'), patient('1')]);
	const { resources } = await fetched([{ body }], { parameters: { outputAs: 'bundles' } });
	expect(resources.map(({ entry }) => (entry as object[]).length)).toEqual([1, 1]);
});

test('G12 renews a token that ends between files', async () => {
	const { resources, got, tokenRequests } = await fetched([ONE, { status: 401 }, ONE], {
		items: (url) => ['a', 'b'].map((name) => ({ url: `${url}/${name}.ndjson` })),
		parameters: { options: { concurrency: 1 } },
	});
	expect(resources).toHaveLength(2);
	expect(got.map(({ url, headers }) => [url, headers.authorization])).toEqual([
		['/a.ndjson', 'Bearer token-1'],
		['/b.ndjson', 'Bearer token-1'],
		['/b.ndjson', 'Bearer token-2'],
	]);
	expect(tokenRequests).toHaveLength(2);
});

test('G13 asks the job once for a fresh address where one has expired', async () => {
	for (const status of [403, 404, 410]) {
		const fresh = (url: string): Answer => ({ body: { output: [{ url: `${url}/fresh.ndjson` }] } });
		const { resources, got } = await fetched((url) => [{ status }, fresh(url), ONE]);
		expect(resources).toEqual([patient('1')]);
		expect(got.map(({ url }) => url)).toEqual(['/a.ndjson', '/jobs/j1', '/fresh.ndjson']);
		const again = await fetched((url) => [{ status }, fresh(url), { status }]);
		expect(again.told).toContain(`HTTP ${status}`);
		expect(again.got).toHaveLength(3);
	}
});

test('G14 repeats after 429 and 5xx, within a limit', async () => {
	const pause = { 'retry-after': '1' };
	const troubles: Answer[] = [429, 500, 503].map((status) => ({ status, headers: pause }));
	const { resources, got } = await fetched([...troubles, ONE]);
	expect(resources).toEqual([patient('1')]);
	expect(got).toHaveLength(4);
	const parameters = { options: { keepTryingFor: 0.05 } };
	const endless = await fetched([{ status: 502, headers: pause }], { parameters });
	expect(endless.told).toMatch(/HTTP 502/);
	expect([3, 4]).toContain(endless.got.length);
});

test('G15 fetches no more files at once than allowed, and keeps the order of the input', async () => {
	const count = 9;
	let open = 0;
	let most = 0;
	const waiting: Array<() => void> = [];
	let left = count;
	// Three are answered together, the last first, once a fourth had the time to come.
	const answer: Answer = (response, { url }) => {
		open += 1;
		left -= 1;
		most = Math.max(most, open);
		const [, number] = /(\d+)\.ndjson/.exec(url) ?? [];
		waiting.push(() => {
			open -= 1;
			response.end(`${line(number)}\n`);
		});
		if (waiting.length < 3 && left > 0) return;
		void sleep(100).then(() =>
			waiting
				.splice(0)
				.reverse()
				.forEach((end) => end()),
		);
	};
	const { resources, run } = await fetched([answer], {
		items: (url) => Array.from({ length: count }, (_, number) => ({ url: `${url}/${number}.ndjson` })),
		parameters: { options: { concurrency: 3 } },
	});
	expect(most).toBe(3);
	expect(resources.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, number) => String(number)));
	expect(pairs(run.outputs('fetchBatch')[0])).toEqual(Array.from({ length: count }, (_, number) => number));
});

test('G16 lets a large file pass through, and does not hold it whole', async () => {
	const megabyte = 1024 * 1024;
	const row = `${JSON.stringify({ resourceType: 'Patient', id: '1', text: { div: 'x'.repeat(10_000) } })}\n`;
	const block = Buffer.from(row.repeat(Math.ceil(megabyte / row.length)));
	const blocks = 200;
	const send = (response: ServerResponse, sent = 0): void => {
		if (sent === blocks) return void response.end();
		const goOn = () => send(response, sent + 1);
		if (response.write(block)) setImmediate(goOn);
		else response.once('drain', goOn);
	};
	const before = process.memoryUsage().arrayBuffers;
	let peak = 0;
	const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)), 20);
	const { reports } = await fetched([(response) => send(response)], { parameters: { outputAs: 'file' } });
	clearInterval(watch);
	expect(reports).toMatchObject([{ outcome: 'complete', bytes: blocks * block.length }]);
	expect(peak / megabyte).toBeLessThan(blocks / 2);
});

const DELETE = { options: { deleteJob: true } };

test('H1 sends DELETE with the token to the address that was polled; 200, 202 and 204 are good', async () => {
	const { run, of, broken } = await payers.exchange({ parameters: { fetchBatch: DELETE } });
	const polled = of(/\/jobs\//).filter(({ method }) => method === 'GET')[0].path;
	expect(of(/\/jobs\//).filter(({ method }) => method === 'DELETE')).toMatchObject([
		{ path: polled, status: 202, authorization: 'Bearer' },
	]);
	expect(run.json('fetchBatch', 1)[0]).toMatchObject({ jobDeleted: true });
	expect(broken).toEqual([]);
	for (const status of [200, 202, 204]) {
		const { reports, got } = await fetched([ONE, { status }], { parameters: DELETE });
		expect(got[1]).toMatchObject({ method: 'DELETE', url: '/jobs/j1' });
		expect(reports).toMatchObject([{ jobDeleted: true }]);
	}
});

test('H2 bears a payer that does not delete jobs', async () => {
	for (const status of [404, 405, 501]) {
		const { run, reports, resources, got } = await fetched([ONE, { status }], { parameters: DELETE });
		expect(run.status).toBe('success');
		expect(got.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
		expect(resources).toHaveLength(1);
		expect(reports).toMatchObject([
			{ outcome: 'complete', jobDeleted: false, jobKept: `The payer does not delete jobs (HTTP ${status}).` },
		]);
	}
});

test('H3 deletes nothing unless it is asked to, and nothing of which a part is missing', async () => {
	const { requests } = await payers.exchange();
	expect(requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
	const { got, reports } = await fetched([{ body: `${line('1')}\nno resource\n` }], { parameters: DELETE });
	expect(got.map(({ method }) => method)).toEqual(['GET']);
	expect(reports).toMatchObject([{ outcome: 'partial', jobDeleted: false }]);
});
