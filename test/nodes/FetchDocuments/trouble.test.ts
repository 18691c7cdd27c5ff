/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { sleep } from 'n8n-workflow';
import { fetchDocuments, originAt, PDF, reference, sha1, type Routes } from '../../support/documents';
import { afterMidnight, beforeMidnight, LAST_DAY } from '../../support/midnight';
import { credentialFor } from '../../support/engine';
import { startScriptedGateway } from '../../support/scriptedGateway';
import { expectStopped } from '../../support/stopping';

/** P8: large documents, payers in trouble, and what ends a run. */

const TYPE = 'application/pdf';
const ANSWER = { headers: { 'content-type': TYPE }, body: PDF };
const MEGABYTE = 1024 * 1024;

const byUrl =
	(count = 1, more: object = {}) =>
	(url: string) =>
		Array.from({ length: count }, (_, index) =>
			reference(`d${index + 1}`, { contentType: TYPE, url: `${url}/docs/${index + 1}`, ...more }),
		);

/** Sends so many megabytes, as fast as they are taken. @param onWrite called before each piece */
function sendMegabytes(response: ServerResponse, megabytes: number, onWrite = () => undefined as void): void {
	const piece = Buffer.alloc(MEGABYTE / 4, 'x');
	let left = megabytes * 4;
	const write = () => {
		while (left > 0 && !response.destroyed) {
			onWrite();
			left -= 1;
			if (!response.write(piece)) return void response.once('drain', write);
		}
		if (!response.destroyed) response.end();
	};
	response.writeHead(200, { 'content-type': TYPE });
	write();
}

describe('P8 a large document', () => {
	test('of 200 MB is never held in memory', async () => {
		const held = () => {
			const { heapUsed, external, arrayBuffers } = process.memoryUsage();
			return heapUsed + Math.max(external, arrayBuffers);
		};
		const hash = createHash('sha1');
		for (let each = 0; each < 200; each += 1) hash.update(Buffer.alloc(MEGABYTE, 'x'));
		let most = 0;
		const before = held();
		const routes: Routes = {
			'/docs/1': (response) => sendMegabytes(response, 200, () => void (most = Math.max(most, held()))),
		};
		const attachment = { size: 200 * MEGABYTE, hash: hash.digest('base64') };
		// Without reading it back: that would hold it.
		const { rows, run } = await fetchDocuments(routes, byUrl(1, attachment), { reads: false });
		expect(rows).toMatchObject([{ outcome: 'fetched', bytes: 200 * MEGABYTE, hashOk: true, sizeOk: true }]);
		expect(run.outputs('fetchDocuments')[0]).toHaveLength(1);
		// The server is this process too, and a busy machine collects late.
		expect((most - before) / MEGABYTE).toBeLessThan(120);
	});

	const parameters = { fetchDocuments: { options: { documentMegabytes: 1 } } };

	test.each<[what: string, route: Routes[string]]>([
		['without its size stated', (response) => sendMegabytes(response, 50)],
		[
			'with its size stated: nothing is read',
			(response) => void response.writeHead(200, { 'content-length': 50 * MEGABYTE }).write('x'),
		],
		[
			'as a Binary in base64',
			{
				headers: { 'content-type': 'application/fhir+json' },
				body: { resourceType: 'Binary', data: Buffer.alloc(2 * MEGABYTE).toString('base64') },
			},
		],
	])('C beyond the ceiling, %s: nothing is kept', async (_, route) => {
		const { rows, documents, reports } = await fetchDocuments({ '/docs/1': route }, byUrl(), { parameters });
		expect(rows).toMatchObject([
			{ outcome: 'too-large', bytes: null, reason: expect.stringMatching(/larger than 1 MB/) as string },
		]);
		expect([documents, reports[0].binary]).toEqual([[], undefined]);
	});

	test('C beyond the ceiling, within the resource: nothing is kept', async () => {
		const data = Buffer.alloc(2 * MEGABYTE).toString('base64');
		const { outcomes } = await fetchDocuments({}, () => [reference('d1', { data })], { parameters });
		expect(outcomes).toEqual(['too-large']);
	});

	test('C a Binary in base64 that is longer than is read into memory', async () => {
		const routes: Routes = {
			'/docs/1': (response) => {
				response.writeHead(200, { 'content-type': 'application/fhir+json' });
				response.write('{"resourceType":"Binary","data":"');
				const piece = 'A'.repeat(MEGABYTE);
				const write = () => {
					while (!response.destroyed) if (!response.write(piece)) return void response.once('drain', write);
				};
				write();
			},
		};
		const { rows } = await fetchDocuments(routes, byUrl());
		expect(rows).toMatchObject([
			{ outcome: 'too-large', reason: expect.stringMatching(/longer than 64 MB/) as string },
		]);
	});
});

describe('a payer in trouble', () => {
	const options = { fetchDocuments: { options: { keepTryingFor: 0.02, idleSeconds: 1 } } };

	test('503, then the document', async () => {
		let count = 0;
		const { outcomes } = await fetchDocuments(
			{
				'/docs/1': (response) => {
					count += 1;
					if (count === 1) response.writeHead(503, { 'retry-after': '0' }).end();
					else response.writeHead(200, ANSWER.headers).end(PDF);
				},
			},
			byUrl(1, { hash: sha1(PDF) }),
		);
		expect([outcomes, count]).toEqual([['fetched'], 2]);
	});

	test.each<[what: string, route: Routes[string], says: RegExp]>([
		['503 all the time', { status: 503 }, /HTTP 503/],
		['a connection that breaks', (response) => void response.socket?.destroy(), /./],
		[
			'a body that breaks off',
			(response) => {
				response.writeHead(200, { 'content-type': TYPE, 'content-length': '1000' });
				response.write('%PDF', () => response.socket?.destroy());
			},
			/broke off on its way/,
		],
		[
			'a body that stops',
			(response) => void response.writeHead(200, { 'content-type': TYPE }).write('%PDF'),
			/broke off on its way.*nothing came for 1 s/s,
		],
	])(
		'one document of two fails, by %s: the other comes',
		async (_, route, says) => {
			const { rows, bytes } = await fetchDocuments({ '/docs/1': route, '/docs/2': ANSWER }, byUrl(2), {
				parameters: options,
			});
			expect(rows).toMatchObject([
				{ documentId: 'd1', outcome: 'failed', reason: expect.stringMatching(says) as string },
				{ documentId: 'd2', outcome: 'fetched' },
			]);
			expect(bytes).toEqual([PDF]);
		},
		30_000,
	);

	test('a credential that is refused is an error, of all', async () => {
		const { run, told, got } = await fetchDocuments({ '/docs/1': { status: 401 } }, byUrl(2));
		expect(run.status).toBe('error');
		expect(told).toMatch(/does not accept the credential \(HTTP 401\)/);
		expect(got.length).toBeLessThan(5);
	});

	test('a credential that is refused is tried with the documents that were under way, and no further ones', async () => {
		const many = (url: string) => [
			reference('d', ...Array.from({ length: 50 }, () => ({ url: `${url}/docs/1` }))),
		];
		const { run, got } = await fetchDocuments({ '/docs/1': { status: 401 } }, many, {
			parameters: { fetchDocuments: { options: { concurrency: 2 } } },
		});
		expect(run.status).toBe('error');
		// Each is asked for again with a new token.
		expect(got.length).toBeLessThanOrEqual(4);
	});

	test('one document that the token may not read, between others: a row', async () => {
		const { outcomes, rows } = await fetchDocuments(
			{ '/docs/1': ANSWER, '/docs/2': { status: 401 }, '/docs/3': ANSWER },
			byUrl(3),
			{ parameters: { fetchDocuments: { options: { concurrency: 1 } } } },
		);
		expect(outcomes).toEqual(['fetched', 'refused', 'fetched']);
		expect(rows[1].reason).toMatch(/refuses the access token for this document \(HTTP 401\)/);
	});

	test('a token that is refused from some document on, for all: an error, after ten of them', async () => {
		let count = 0;
		const { run, told, got } = await fetchDocuments(
			(url) =>
				Object.fromEntries(
					byUrl(40)(url).map((_, index) => [
						`/docs/${index + 1}`,
						(response: ServerResponse) => {
							count += 1;
							response.writeHead(count > 3 ? 401 : 200, ANSWER.headers).end(PDF);
						},
					]),
				),
			byUrl(40),
			{ parameters: { fetchDocuments: { options: { concurrency: 1 } } } },
		);
		expect(run.status).toBe('error');
		expect(told).toMatch(/does not accept the credential/);
		expect(got).toHaveLength(3 + 2 * 11);
	});

	test('a token that ends in the meantime: a new one, and nothing is lost', async () => {
		let count = 0;
		const route: Routes[string] = (response, { headers }) => {
			count += 1;
			const isOld = count > 3 && headers.authorization === 'Bearer token-1';
			response.writeHead(isOld ? 401 : 200, ANSWER.headers).end(PDF);
		};
		const routes = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`/docs/${n + 1}`, route]));
		const { outcomes, tokenRequests } = await fetchDocuments(routes, byUrl(12));
		expect(new Set(outcomes)).toEqual(new Set(['fetched']));
		expect([outcomes.length, tokenRequests.length]).toEqual([12, 2]);
	});

	test.each<[what: string, route: Routes[string], outcome: string, says: RegExp]>([
		['a part of it', { status: 206, body: PDF.subarray(0, 9) }, 'failed', /\(HTTP 206\)/],
		['nothing', { status: 204 }, 'failed', /\(HTTP 204\)/],
		['later', { status: 202 }, 'failed', /\(HTTP 202\)/],
		['not modified', { status: 304 }, 'failed', /\(HTTP 304\)/],
		['several to choose from', { status: 300, body: 'x' }, 'failed', /\(HTTP 300\)/],
		['a redirect to itself', { status: 302, headers: { location: '/docs/1' } }, 'failed', /in a circle/],
		['a redirect to nowhere', { status: 302 }, 'failed', /to no address/],
		[
			'more bytes than stated',
			(response) => {
				const head = `HTTP/1.1 200 OK\r\ncontent-type: ${TYPE}\r\ncontent-length: 9\r\n\r\n`;
				response.socket?.end(head + PDF.toString('latin1'));
			},
			'size-differs',
			/states 35 bytes, and 9 came/,
		],
		[
			'fewer bytes than stated',
			(response) => {
				response.writeHead(200, { ...ANSWER.headers, 'content-length': 99 });
				response.write(PDF, () => response.socket?.end());
			},
			'failed',
			/broke off on its way/,
		],
		[
			'gzip that is none',
			{ headers: { ...ANSWER.headers, 'content-encoding': 'gzip' }, body: PDF },
			'failed',
			/broke off on its way/,
		],
		[
			'gzip that becomes too large',
			{
				headers: { ...ANSWER.headers, 'content-encoding': 'gzip' },
				body: gzipSync(Buffer.alloc(20 * MEGABYTE)),
			},
			'too-large',
			/larger than 1 MB/,
		],
		[
			'compressed in a way that nobody unpacks',
			{ headers: { ...ANSWER.headers, 'content-encoding': 'zstd' }, body: PDF },
			'unreadable',
			/compressed/,
		],
	])('what is not the document: %s', async (_, route, outcome, says) => {
		const { rows, documents } = await fetchDocuments({ '/docs/1': route }, byUrl(1, { size: PDF.length }), {
			parameters: {
				fetchDocuments: { options: { ...options.fetchDocuments.options, documentMegabytes: 1 } },
			},
		});
		expect(rows).toMatchObject([{ outcome, reason: expect.stringMatching(says) as string }]);
		expect(documents).toEqual([]);
	});

	test('gzip that was not asked for, unpacked', async () => {
		const packed = { headers: { ...ANSWER.headers, 'content-encoding': 'gzip' }, body: gzipSync(PDF) };
		const { bytes } = await fetchDocuments({ '/docs/1': packed }, byUrl(1, { hash: sha1(PDF) }));
		expect(bytes).toEqual([PDF]);
	});

	test('no token is an error', async () => {
		const { told, got } = await fetchDocuments({}, byUrl(), {
			token: { status: 401, body: { error: 'invalid_client' } },
		});
		expect(told).toMatch(/gave no access token/);
		expect(got).toEqual([]);
	});
});

describe('what ends a run', () => {
	beforeEach(() => beforeMidnight());
	afterEach(() => void jest.useRealTimers());

	test('A11 a consent that ends in the meantime: the rest is not asked for', async () => {
		const { outcomes, got } = await fetchDocuments(
			{ '/docs/1': afterMidnight({ body: PDF.toString() }) },
			byUrl(2),
			{
				origin: { consentEnd: LAST_DAY },
				parameters: { fetchDocuments: { options: { concurrency: 1 } } },
			},
		);
		expect(outcomes).toEqual(['fetched', 'consent-ended']);
		expect(got).toHaveLength(1);
	});

	test('A11 a consent that ends at a redirect: its target is not asked', async () => {
		const { outcomes, got } = await fetchDocuments(
			{ '/docs/1': afterMidnight({ status: 302, headers: { location: '/docs/2' } }), '/docs/2': ANSWER },
			byUrl(),
			{ origin: { consentEnd: LAST_DAY } },
		);
		expect(outcomes).toEqual(['consent-ended']);
		expect(got).toHaveLength(1);
	});
});

test.each<[which: string, whole: number]>([
	['the first', 0],
	['the second', 1],
])('Stop ends it in the midst of %s document', async (_, whole) => {
	let asked = 0;
	const gateway = await startScriptedGateway([
		(response) => {
			asked += 1;
			response.writeHead(200, { 'content-type': TYPE });
			if (asked > whole) response.write('%PDF');
			else response.end(PDF);
		},
	]);
	const credentialType = 'fhirPayerOAuth2Api' as const;
	await expectStopped(
		{
			items: byUrl(whole + 3)(gateway.url).map((resource) => ({ ...originAt(gateway.url), resource })),
			steps: [
				{
					node: 'fetchDocuments',
					parameters: { payerApi: 'pdex', pdexAuthentication: credentialType },
				},
			],
			credentialType,
			credential: {
				...credentialFor(gateway),
				fhirBaseUrl: `${gateway.url}/fhir`,
				tokenUrl: `${gateway.url}/openid-connect/token`,
				requestingName: 'Prairie Health Plan',
				respondingName: 'Bison Health Plan',
			},
		},
		() => gateway.got.length === whole + 3,
	);
	await gateway.close();
});

test('at most as many documents at the same time as Concurrency says, whichever items they are of', async () => {
	let [open, most] = [0, 0];
	const slow: Routes[string] = (response) => {
		open += 1;
		most = Math.max(most, open);
		// Long enough for all others to come, if they may.
		void sleep(50).then(() => {
			open -= 1;
			response.writeHead(200, ANSWER.headers).end(PDF);
		});
	};
	const routes = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`/docs/${index + 1}`, slow]));
	const resources = (url: string) => {
		const all = byUrl(12)(url).map(({ content }) => content as object[]);
		return [0, 1].map((half) => ({
			...reference(`d${half}`),
			content: all.slice(half * 6, half * 6 + 6).flat(),
		}));
	};
	const { outcomes } = await fetchDocuments(routes, resources as never, {
		parameters: { fetchDocuments: { options: { concurrency: 2 } } },
	});
	expect(outcomes).toHaveLength(12);
	expect(most).toBeLessThanOrEqual(2);
});

test('with On Error Continue an item that cannot be read is an error of the Report', async () => {
	const { run, documents } = await fetchDocuments({ '/docs/1': ANSWER }, () => [], {
		items: (url) => [
			{ ...originAt(url), consentEnd: 'soon', resource: byUrl()(url)[0] },
			{ ...originAt(url), resource: byUrl()(url)[0] },
		],
		onError: 'continueRegularOutput',
	});
	expect(documents).toHaveLength(1);
	expect(run.json('fetchDocuments', 1)).toMatchObject([
		{ error: expect.stringContaining("'consentEnd'") as string, details: { exchangeId: 'exchange-1' } },
		{ outcome: 'fetched' },
	]);
});
