/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { constants, gzipSync } from 'node:zlib';
import { sleep, type IDataObject } from 'n8n-workflow';
import { credentialFor, runSteps, storedBytes, type Step } from '../../support/engine';
import { pairs, row, truth } from '../../support/expectations';
import { startSandbox } from '../../support/sandbox';
import { runOneNode } from '../../support/oneNode';
import {
	startScriptedGateway,
	type Answer,
	type GotRequest,
	type ScriptedGateway,
} from '../../support/scriptedGateway';
import { fourSteps } from '../../support/steps';
import { expectStopped, until } from '../../support/stopping';

const FOLDER = '/v1/bison/bulk-data/r4/$export/file/';
const ENVELOPE = {
	memberId: 'm1',
	tenant: 'bison',
	groupId: 'g1',
	jobId: 'job-1',
	transactionTime: '2026-11-01T00:00:00.000Z',
};
const ITEM = {
	...ENVELOPE,
	batch: 2,
	batchCount: 3,
	type: 'Practitioner',
	url: `https://gateway.1upcoredev.com${FOLDER}job-1.2.ndjson`,
	requiresAccessToken: true,
	resourceCount: 9,
};
const practitioner = (id: string) => `{"resourceType":"Practitioner","id":"${id}"}`;
const linesOf = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
const PAYER = {
	payer: expect.stringMatching(/^oneUpHealth:127\.0\.0\.1:\d+\/bison$/) as string,
	fhirBase: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\/bison$/) as string,
};
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const TWO = linesOf(practitioner('a'), practitioner('b'));

const fetchFrom = async (
	answers: Answer[],
	parameters: object = {},
	items: object[] = [ITEM],
	step: Partial<Step> = {},
) => {
	const { run, gateway } = await runOneNode(
		{ node: 'fetchBatch', parameters: parameters as IDataObject, ...step },
		items,
		{ answers },
	);
	const [resources, reports] = [0, 1].map((output) => run.json('fetchBatch', output));
	return {
		run,
		gateway,
		resources,
		reports,
		told: `${run.error?.message} ${run.error?.description}`,
		resourceItems: run.outputs('fetchBatch')[0] ?? [],
		reportItems: run.outputs('fetchBatch')[1] ?? [],
	};
};

describe('Items', () => {
	const odd = [
		'{"z":1,"resourceType":"Practitioner","id":"a","name":[{"given":["José","李"],"family":"O\'Connor"}],"a":null}',
		'{"id":"b","resourceType":"Practitioner","error":"x","message":"y","active":false,"nested":{"y":[],"b":{}}}',
		practitioner('c'),
	];

	test.each<[string, string]>([
		['as they are', linesOf(...odd)],
		['without a last line end', odd.join('\n')],
		['with CRLF, blank lines and a byte order mark', `\uFEFF${odd.join('\r\n\r\n')}\r\n`],
	])('resources leave untouched and in the order of the lines: %s', async (_, body) => {
		const { resources, resourceItems, reports } = await fetchFrom([{ body }]);
		expect(resources.map((json) => JSON.stringify(json))).toEqual(odd);
		expect(resourceItems.map((item) => Object.keys(item).sort())).toEqual(
			Array(3).fill(['json', 'pairedItem']),
		);
		expect(pairs(resourceItems)).toEqual([0, 0, 0]);
		expect(reports).toEqual([expect.objectContaining({ outcome: 'complete', resources: 3, rejected: 0 })]);
	});

	test('Add Origin wraps them with the number of their line, blank lines included', async () => {
		const { resources, gateway } = await fetchFrom([{ body: `${odd[0]}\n\n${odd[1]}` }], {
			options: { addOrigin: true },
		});
		const payer = `oneUpHealth:${new URL(gateway.url).host}/bison`;
		const fhirBase = `${gateway.url}/v1/bison`;
		const { tenant, jobId, transactionTime } = ENVELOPE;
		const job = { tenant, jobId, transactionTime, requiresAccessToken: true };
		const origin = { memberId: 'm1', payer, fhirBase, ...job, batch: 2 };
		expect(resources.map((json) => JSON.stringify(json))).toEqual(
			[
				{ ...origin, line: 1, resource: JSON.parse(odd[0]) as object },
				{ ...origin, line: 3, resource: JSON.parse(odd[1]) as object },
			].map((json) => JSON.stringify(json)),
		);
	});
});

describe('NDJSON File', () => {
	test.each<[string, Buffer, Record<string, string>]>([
		['plain', Buffer.from(TWO), {}],
		['with bytes that are no line', Buffer.from([...Buffer.from(TWO), 0xff, 0xfe, 0x0d]), {}],
		['compressed', Buffer.from(TWO), { 'content-encoding': 'gzip' }],
		['empty', Buffer.from(''), {}],
	])('is byte for byte what came: %s', async (_, sent, headers) => {
		const body = headers['content-encoding'] ? gzipSync(sent) : sent;
		const { resourceItems, reports } = await fetchFrom([{ body, headers }], { outputAs: 'file' });
		const [item, ...more] = resourceItems;
		expect(more).toEqual([]);
		expect(await storedBytes(item)).toEqual(sent);
		expect(item.binary?.data).toMatchObject({
			id: expect.stringMatching(/^filesystem/) as string,
			fileName: 'job-1-2-Practitioner.ndjson',
			mimeType: 'application/fhir+ndjson',
		});
		const about = { bytes: sent.length, sha256: sha256(sent), resources: reports[0].resources };
		expect(item.json).toEqual({
			...ENVELOPE,
			...PAYER,
			batch: 2,
			type: 'Practitioner',
			requiresAccessToken: true,
			fileName: 'job-1-2-Practitioner.ndjson',
			...about,
		});
		expect(reports).toEqual([expect.objectContaining(about)]);
		expect(pairs(resourceItems)).toEqual([0]);
	});

	test('of every batch is what the sandbox holds', async () => {
		const sandbox = await startSandbox('--retry-after', '1');
		const run = await runSteps({
			items: [row('medium')],
			steps: fourSteps({ fetchBatch: { outputAs: 'file' } }),
			credential: credentialFor(sandbox),
		});
		await sandbox.stop();
		const stored = run.json('fetchBatch').map(({ type, resources, bytes, sha256: hash }) => ({
			type,
			resources,
			bytes,
			sha256: hash,
		}));
		expect(stored).toEqual(truth('medium').files);
	});

	test('of 200 MB is never held in memory', async () => {
		const line = Buffer.from(
			`{"resourceType":"Practitioner","id":"x","text":{"div":"${'x'.repeat(64 * 1024)}"}}\n`,
		);
		const times = Math.ceil((200 * 1024 * 1024) / line.length);
		let most = 0;
		const held = () => {
			const { heapUsed, external } = process.memoryUsage();
			return heapUsed + external;
		};
		const before = held();
		const big: Answer = (response) => {
			let left = times;
			const write = () => {
				most = Math.max(most, held());
				while (left > 0) {
					left -= 1;
					if (!response.write(line)) return void response.once('drain', write);
				}
				response.end();
			};
			response.writeHead(200);
			write();
		};
		const { reports } = await fetchFrom([big], { outputAs: 'file' });
		expect(reports).toEqual([
			expect.objectContaining({ outcome: 'complete', resources: times, bytes: times * line.length }),
		]);
		// The server is this process too, and a busy machine collects late.
		expect((most - before) / 1024 / 1024).toBeLessThan(120);
	});
});

describe('Batch Report', () => {
	test('says all of a complete batch', async () => {
		const { reports, reportItems } = await fetchFrom([{ body: TWO }], {}, [{ ...ITEM, count: 2 }]);
		expect(reports).toEqual([
			{
				...ENVELOPE,
				...PAYER,
				batch: 2,
				batchCount: 3,
				type: 'Practitioner',
				outcome: 'complete',
				resources: 2,
				rejected: 0,
				rejectedLines: [],
				moneyAmounts: 0,
				deniedAuthorizations: 0,
				drugAuthorizations: 0,
				authorizationsWithoutDocuments: 0,
				protectedResources: 0,
				transmitters: 0,
				bytes: TWO.length,
				sha256: sha256(TWO),
				seconds: expect.any(Number) as number,
				fetchedAt: expect.any(String) as string,
			},
		]);
		expect(reportItems[0].binary).toBeUndefined();
		expect(pairs(reportItems)).toEqual([0]);
	});

	test.each<[string, object, string, object]>([
		['fewer than promised', { count: 3 }, TWO, { resources: 2 }],
		['more than promised', { count: 1 }, TWO, { resources: 2 }],
		['none of one promised', { count: 1 }, '', { resources: 0 }],
		[
			'a resource of another type',
			{},
			linesOf(practitioner('a'), '{"resourceType":"Coverage","id":"c"}'),
			{ resources: 2, rejected: 0, flagged: 1, flaggedLines: [expect.objectContaining({ line: 2 })] },
		],
		['a last line that is cut off', {}, `${TWO}{"resourceType":"Pat`, { resources: 2, rejected: 1 }],
	])('partial: %s', async (_, changes, body, expected) => {
		const { reports, resources } = await fetchFrom([{ body }], {}, [{ ...ITEM, ...changes }]);
		expect(reports).toEqual([
			expect.objectContaining({
				outcome: 'partial',
				reason: expect.stringMatching(/\w/) as string,
				...expected,
			}),
		]);
		expect(resources).toHaveLength(Number(reports[0].resources));
	});

	test.each(['items', 'file'])('rejected lines are kept byte for byte: %s', async (outputAs) => {
		const bad = [
			Buffer.from('{"resourceType":"Practitioner",'),
			Buffer.from('["no object"]'),
			Buffer.from('{"id":"no type"}'),
			Buffer.from('{"resourceType":"  "}'),
			Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]),
			Buffer.from('  null  '),
		];
		const end = Buffer.from('\n');
		const sent = Buffer.concat(bad.flatMap((line) => [line, end, Buffer.from(linesOf(practitioner('a')))]));
		const { reports, reportItems } = await fetchFrom([{ body: sent }], { outputAs });
		expect(reports[0]).toMatchObject({ outcome: 'partial', resources: 6, rejected: 6, bytes: sent.length });
		const listed = reports[0].rejectedLines as IDataObject[];
		expect(listed.map(({ line }) => line)).toEqual([1, 3, 5, 7, 9, 11]);
		for (const { reason } of listed) expect(reason).toMatch(/^The line /);
		expect(reports[0]).not.toHaveProperty('rejectedTruncated');
		expect(Object.keys(reportItems[0].binary ?? {})).toEqual(['data']);
		expect(reportItems[0].binary?.data.fileName).toBe('rejected.ndjson');
		expect(await storedBytes(reportItems[0])).toEqual(Buffer.concat(bad.flatMap((line) => [line, end])));
	});

	test('the first 100 rejected lines are listed, all are counted and kept', async () => {
		const bad = Array.from({ length: 130 }, (_, index) => `{"n":${index}}`);
		const { reports, reportItems } = await fetchFrom([{ body: linesOf(...bad) }]);
		expect(reports[0]).toMatchObject({ resources: 0, rejected: 130 });
		const listed = (reports[0].rejectedLines as IDataObject[]).map(({ line }) => line);
		expect(listed).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
		expect((await storedBytes(reportItems[0])).toString()).toBe(linesOf(...bad));
	});

	test('beyond the limit rejected lines are counted, not kept', async () => {
		const bad = [1, 2, 3, 4, 5].map((n) => `{"n":${n},"x":"${'x'.repeat(300 * 1024)}"}`);
		const body = linesOf(...bad, '{"short":1}');
		const { reports, reportItems } = await fetchFrom([{ body }], { options: { rejectedMegabytes: 1 } });
		expect(reports[0]).toMatchObject({ rejected: 6, rejectedTruncated: true, bytes: body.length });
		expect((await storedBytes(reportItems[0])).toString()).toBe(linesOf(...bad.slice(0, 3)));
		const unlimited = await fetchFrom([{ body }]);
		expect(unlimited.reports[0]).not.toHaveProperty('rejectedTruncated');
		expect((await storedBytes(unlimited.reportItems[0])).toString()).toBe(body);
	});

	test('an export without files is complete, and nobody is asked', async () => {
		const { reports, resources, gateway } = await fetchFrom([{}], {}, [{ ...ENVELOPE, batchCount: 0 }]);
		expect(reports).toEqual([
			expect.objectContaining({ ...ENVELOPE, outcome: 'complete', resources: 0, rejected: 0 }),
		]);
		expect([resources, gateway.got, gateway.tokenRequests]).toEqual([[], [], []]);
	});
});

describe('what is asked', () => {
	test.each<[string, object, object]>([
		["another host's address, rebuilt on the gateway", {}, {}],
		['a path without a host', { url: `${FOLDER}job-1.2.ndjson` }, {}],
		['a column of the own choice', { url: undefined, link: ITEM.url }, { url: '={{ $json.link }}' }],
		['an encoded dollar sign', { url: ITEM.url.replace('$', '%24') }, {}],
	])('%s', async (_, changes, parameters) => {
		const { gateway, reports } = await fetchFrom([{ body: TWO }], parameters, [{ ...ITEM, ...changes }]);
		expect(reports).toHaveLength(1);
		expect(gateway.got).toEqual([
			expect.objectContaining({
				method: 'GET',
				url: expect.stringMatching(
					/^\/v1\/bison\/bulk-data\/r4\/(\$|%24)export\/file\/job-1\.2\.ndjson$/,
				) as string,
				headers: expect.objectContaining({
					accept: 'application/fhir+ndjson',
					authorization: 'Bearer token-1',
				}) as object,
			}),
		]);
	});

	test('no token, where the manifest says that none is wanted', async () => {
		const { gateway, resources } = await fetchFrom([{ body: TWO }], {}, [
			{ ...ITEM, requiresAccessToken: false },
		]);
		expect(resources).toHaveLength(2);
		expect(gateway.got.map(({ headers }) => headers.authorization)).toEqual([undefined]);
		expect(gateway.tokenRequests).toEqual([]);
	});

	test.each<[string, object, string]>([
		['no url', { url: undefined }, 'the column "url"; the item has: memberId, tenant, groupId, jobId'],
		['an empty url', { url: ' ' }, `'URL' is empty`],
		['a url that is none', { url: 7.5 }, `'URL' must be`],
		['a file of another host', { url: 'https://files.example/secret-name.ndjson' }, 'files.example'],
		[
			'a file of another host, without a token',
			{ url: 'https://files.example/f', requiresAccessToken: false },
			'files.example',
		],
		['an address on this computer', { url: 'file:///etc/passwd' }, 'not one of an export file'],
		[
			'a password in the address',
			{ url: `https://u:p@gateway.1up.health${FOLDER}x.ndjson` },
			'not one of an export file',
		],
		['an encoded way out', { url: `${FOLDER}..%2f..%2fadmin` }, 'not one of an export file'],
		['a way out', { url: `${FOLDER}../../admin` }, 'not one of an export file'],
		['the error item of an earlier node', { error: 'x', message: 'y', details: {} }, 'earlier step'],
	])('nothing, for %s', async (_, changes, says) => {
		const item = 'error' in changes ? changes : { ...ITEM, ...changes };
		const { gateway, told, run } = await fetchFrom([{ body: TWO }], {}, [item]);
		expect(run.status).toBe('error');
		expect(told).toContain(says);
		expect(told).not.toMatch(/secret-name|passwd|u:p|admin/);
		expect([gateway.got, gateway.tokenRequests]).toEqual([[], []]);
	});
});

describe('answers without a file', () => {
	const EXPIRED = 'feed the job into Wait For Export again';
	const outcome = (text: string) => ({
		resourceType: 'OperationOutcome',
		issue: [{ severity: 'error', code: 'expired', details: { text } }],
	});

	test.each<[string, Answer, string[], number]>([
		['403', { status: 403, body: '<Error>x</Error>' }, ['HTTP 403', 'HTML or XML', EXPIRED], 1],
		[
			'404',
			{ status: 404, body: outcome('No such file for m1.') },
			['HTTP 404', 'the code expired', EXPIRED],
			1,
		],
		['410', { status: 410 }, ['HTTP 410', 'an empty answer', EXPIRED], 1],
		[
			'400',
			{ status: 400, body: { message: 'Bad name' } },
			['HTTP 400', 'a JSON answer of another shape'],
			1,
		],
		['202, not ready yet', { status: 202 }, ['HTTP 202'], 1],
		['204, nothing', { status: 204 }, ['HTTP 204'], 1],
		['206, a part of it', { status: 206, body: TWO }, ['HTTP 206'], 1],
		['500', { status: 500, headers: { 'retry-after': '1' } }, ['HTTP 500'], 3],
		['429 for an hour', { status: 429, headers: { 'retry-after': '3600' } }, ['HTTP 429'], 1],
		['401', { status: 401 }, ['does not accept the credential'], 2],
		[
			'a redirect',
			{ status: 302, headers: { location: 'https://files.example/x?sig=1' } },
			['files.example'],
			1,
		],
	])('%s', async (_, answer, says, requests) => {
		const { told, gateway, run } = await fetchFrom([answer], { options: { keepTryingFor: 0.04 } });
		for (const words of says) expect(told).toContain(words);
		expect(told).not.toMatch(/\bm1\b|sig=1|<Error>/);
		expect(run.error?.context?.itemIndex).toBe(0);
		expect(gateway.got.filter(({ url }) => url.startsWith(FOLDER))).toHaveLength(requests);
	});

	const cutOff: Answer = (response) => {
		response.writeHead(200, { 'content-length': String(TWO.length) });
		response.write(TWO.slice(0, -10), () => response.destroy());
	};
	const breaks = (response: ServerResponse, part: Buffer) =>
		response.write(part, () => void response.destroy());
	const ends = (response: ServerResponse, part: Buffer) => response.end(part);
	const compressed =
		(part: Buffer, end: typeof breaks | typeof ends): Answer =>
		(response) => {
			response.writeHead(200, { 'content-encoding': 'gzip' });
			end(response, part);
		};
	const cutInLine = gzipSync(TWO).subarray(0, -12);
	const cutBehindLine = gzipSync(linesOf(practitioner('a')), { finishFlush: constants.Z_SYNC_FLUSH });

	test.each<[string, Answer]>([
		['503 in passing', { status: 503, headers: { 'retry-after': '1' } }],
		['429 in passing', { status: 429, headers: { 'retry-after': '1' } }],
		['a connection that breaks', cutOff],
		['a connection that breaks in a compressed file', compressed(cutBehindLine, breaks)],
		['a compressed file cut in the middle of a line', compressed(cutInLine, ends)],
	])('%s: the file is asked for again, and nothing leaves twice', async (_, answer) => {
		for (const outputAs of ['items', 'file']) {
			const { resourceItems, reports, gateway } = await fetchFrom([answer, { body: TWO }], { outputAs });
			expect(resourceItems).toHaveLength(outputAs === 'items' ? 2 : 1);
			expect(reports).toEqual([
				expect.objectContaining({ outcome: 'complete', resources: 2, sha256: sha256(TWO) }),
			]);
			expect(gateway.got).toHaveLength(2);
		}
	});

	test.each<[last: string, requests: number]>([
		['{"resourceType":"Pat', 2],
		['["no object"]', 1],
		['{"id":"no type"}', 1],
		['"a text"', 1],
	])('a last line without a line end, %s, is asked for %d times', async (last, requests) => {
		const { reports, gateway } = await fetchFrom([{ body: TWO + last }]);
		expect(reports).toMatchObject([{ outcome: 'partial', resources: 2, rejected: 1 }]);
		expect(gateway.got).toHaveLength(requests);
	});

	test('a resource that has no place in a Bundle is no reason to ask for its file again', async () => {
		const body = `${TWO}{"resourceType":"Practitioner"}`;
		const { reports, gateway } = await fetchFrom([{ body }], { outputAs: 'bundles' });
		expect(reports).toMatchObject([{ outcome: 'partial', resources: 2, unbundled: 1 }]);
		expect(gateway.got).toHaveLength(1);
	});

	test('a file that keeps breaking off is an error, and nothing of it leaves', async () => {
		const { told, run, gateway } = await fetchFrom([cutOff], { options: { keepTryingFor: 0.04 } });
		expect(told).toContain('broke off');
		expect(run.outputs('fetchBatch').flat()).toEqual([]);
		expect([3, 4]).toContain(gateway.got.length);
	});
});

const fileOf = ({ url }: { url: string }) => url.slice(FOLDER.length).replace('.ndjson', '');
const file = (name: string, changes: object = {}) => ({
	...ITEM,
	memberId: name,
	url: `${FOLDER}${name}.ndjson`,
	...changes,
});

describe('On Error', () => {
	const items = [file('one'), file('gone'), file('three')];
	const answer: Answer = (response, request) => {
		response.writeHead(fileOf(request) === 'gone' ? 410 : 200);
		response.end(fileOf(request) === 'gone' ? '' : linesOf(practitioner(fileOf(request))));
	};
	const moved = {
		error: 'The payer did not give the file (HTTP 410)',
		message: expect.stringContaining('Wait For Export') as string,
	};
	const error = { ...moved, details: { itemIndex: 1, httpStatus: 410 } };

	test('Stop: the node ends with the error of the item', async () => {
		const { run } = await fetchFrom([answer], {}, items);
		expect(run.status).toBe('error');
		expect(run.error).toMatchObject({
			message: expect.stringContaining('(row 2 of 3)') as string,
			httpCode: '410',
			context: { itemIndex: 1 },
		});
	});

	test.each(['items', 'file'])('Continue, %s: the error leaves by Batch Report only', async (outputAs) => {
		const { reports, reportItems, resourceItems } = await fetchFrom([answer], { outputAs }, items, {
			onError: 'continueRegularOutput',
		});
		expect(pairs(resourceItems)).toEqual([0, 2]);
		expect(pairs(reportItems)).toEqual([0, 1, 2]);
		expect(reports[1]).toEqual(error);
		expect(Object.keys(reportItems[1]).sort()).toEqual(['json', 'pairedItem']);
	});

	test('Continue (using error output): the error leaves there, with the input row', async () => {
		const { run, reportItems, resourceItems } = await fetchFrom([answer], {}, items, {
			onError: 'continueErrorOutput',
		});
		expect(pairs(resourceItems)).toEqual([0, 2]);
		expect(pairs(reportItems)).toEqual([0, 2]);
		expect(run.json('fetchBatch', 2)).toEqual([{ ...items[1], ...moved }]);
	});
});

describe('many files', () => {
	test('keep the order of the input, whichever comes first', async () => {
		const names = ['one', 'two', 'three'];
		const held: Array<() => void> = [];
		const answer: Answer = (response, request) => {
			const send = () => void response.end(linesOf(practitioner(fileOf(request))));
			if (fileOf(request) === 'one') held.push(send);
			else {
				send();
				if (fileOf(request) === 'three') held.forEach((release) => release());
			}
		};
		const { resources, resourceItems, reports } = await fetchFrom(
			[answer],
			{ options: { concurrency: 3 } },
			names.map((name) => file(name)),
		);
		expect(resources.map(({ id }) => id)).toEqual(names);
		expect(pairs(resourceItems)).toEqual([0, 1, 2]);
		expect(reports.map(({ memberId }) => memberId)).toEqual(names);
	});

	test.each([1, 3])('at most %p at once', async (concurrency) => {
		let [open, most] = [0, 0];
		const answer: Answer = (response) => {
			most = Math.max(most, (open += 1));
			void sleep(20).then(() => {
				open -= 1;
				response.end(TWO);
			});
		};
		const items = Array.from({ length: 9 }, (_, index) => file(`f${index}`));
		const { reports } = await fetchFrom([answer], { options: { concurrency } }, items);
		expect(reports).toHaveLength(9);
		expect(most).toBe(concurrency);
	});
});

describe('Stop', () => {
	let gateway: ScriptedGateway;
	afterEach(async () => await gateway.close());

	const endless: Answer = (response) => void response.writeHead(200).write(TWO);
	const silent: Answer = () => undefined;

	test.each<[string, string, Answer]>([
		['during a download as items', 'items', endless],
		['during a download as file', 'file', endless],
		['before the answer', 'items', silent],
	])('%s ends the node within a second', async (_, outputAs, answer) => {
		const closed: GotRequest[] = [];
		gateway = await startScriptedGateway([
			(response, request) => {
				response.once('close', () => closed.push(request));
				if (typeof answer === 'function') answer(response, request);
			},
		]);
		await expectStopped(
			{
				items: [ITEM, file('two')],
				steps: [{ node: 'fetchBatch', parameters: { outputAs, options: { concurrency: 1 } } }],
				credential: credentialFor(gateway),
			},
			() => gateway.got.length > 0,
		);
		await until(() => closed.length === 1);
		expect(gateway.got).toHaveLength(1);
	});
});
