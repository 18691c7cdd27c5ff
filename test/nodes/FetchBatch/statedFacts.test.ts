/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { IDataObject } from 'n8n-workflow';
import { runAgainst } from '../../support/standardRuns';
import type { Answer } from '../../support/scriptedGateway';

/** A payer that states more of its files than their number of resources. Wait For Export and Fetch Batch run together. */

const line = (id: string) => `${JSON.stringify({ resourceType: 'Condition', id, note: 'x'.repeat(40) })}\n`;
const WHOLE = line('a') + line('b') + line('c');
const SHORT = line('a') + line('b');
const OTHER = line('a') + line('b') + line('d');
const LONG = WHOLE + line('d');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const extensions = (host: string, facts: { checksum?: string; length?: number }) => ({
	extension: [
		...(facts.checksum === undefined
			? []
			: [{ url: `https://${host}/checksum`, valueString: facts.checksum }]),
		...(facts.length === undefined
			? []
			: [{ url: `https://${host}/file_length`, valueDecimal: facts.length }]),
	],
});
const SUM = `sha256:${sha256(WHOLE)}`;

/** Bodies that come one after the other, the last one again and again. A length is announced only where it is asked for. */
async function fetch(facts: object, bodies: Array<string | Answer>, outputAs = 'items') {
	let asked = 0;
	const answer: Answer = (response, request) => {
		if (request.url.startsWith('/jobs/')) {
			const output = [{ type: 'Condition', url: `http://${String(request.headers.host)}/file/1`, ...facts }];
			response.setHeader('content-type', 'application/json');
			return void response.end(
				JSON.stringify({ transactionTime: '2026-01-01T00:00:00Z', requiresAccessToken: true, output }),
			);
		}
		const body = bodies[Math.min(asked, bodies.length - 1)];
		asked += 1;
		if (typeof body === 'function') return body(response, request);
		return void response.writeHead(200, { 'content-type': 'application/fhir+ndjson' }).end(body);
	};
	const { run } = await runAgainst([answer], {
		nodes: ['waitForExport', 'fetchBatch'],
		items: (url) => [{ memberId: 'm1', jobId: 'j1', statusUrl: `${url}/jobs/j1` }],
		parameters: { fetchBatch: { outputAs } },
	});
	const [report] = run.json('fetchBatch', 1);
	return { report: report ?? ({} as IDataObject), items: run.json('fetchBatch'), asked, run };
}

const announced = (body: string | Buffer, headers: object = {}): Answer => {
	return (response) =>
		void response.writeHead(200, { 'content-length': String(body.length), ...headers }).end(body);
};
const gzip = (text: string, headers: object = {}): Answer => {
	return (response) =>
		void response.writeHead(200, { 'content-encoding': 'gzip', ...headers }).end(gzipSync(text));
};

const DIFFERS = /The checksum that the payer states is not that of the file/;
const BYTES = new RegExp(`The payer states ${WHOLE.length} bytes; ${SHORT.length} came`);

describe('B5 what is stated of a file', () => {
	test.each<[sentence: string, facts: object, bodies: Array<string | Answer>]>([
		[
			'checksum and length of DPC',
			extensions('dpc.cms.gov', { checksum: SUM, length: WHOLE.length }),
			[WHOLE],
		],
		[
			'checksum and length of AB2D',
			extensions('ab2d.cms.gov', { checksum: SUM, length: WHOLE.length }),
			[WHOLE],
		],
		['an extension as an object', { extension: { 'https://dpc.cms.gov/checksum': SUM } }, [WHOLE]],
		['fileSize of Bulk Data 4', { fileSize: WHOLE.length }, [WHOLE]],
		[
			'extensions inside another',
			{ extension: [{ url: 'https://p.example/file', ...extensions('x', { checksum: SUM }) }] },
			[WHOLE],
		],
		['fileSize as text', { fileSize: String(WHOLE.length) }, [WHOLE]],
		['a checksum without its kind', { checksum: sha256(WHOLE).toUpperCase() }, [WHOLE]],
		[
			'the length of the packed file',
			{ fileSize: gzipSync(WHOLE).length },
			[gzip(WHOLE, { 'content-length': String(gzipSync(WHOLE).length) })],
		],
		['the length of the unpacked file', { fileSize: WHOLE.length }, [gzip(WHOLE)]],
		['the checksum of the unpacked file', extensions('dpc.cms.gov', { checksum: SUM }), [gzip(WHOLE)]],
		['short at first', { fileSize: WHOLE.length }, [SHORT, WHOLE]],
		['altered at first', { checksum: SUM }, [OTHER, WHOLE]],
	])('agrees with what came: %s', async (_, facts, bodies) => {
		const { report, items, asked } = await fetch({ count: 3, ...facts }, bodies);
		expect(report).toMatchObject({ outcome: 'complete', resources: 3 });
		expect(report).not.toHaveProperty('findings');
		expect(items).toHaveLength(3);
		expect(asked).toBe(bodies.length);
	});

	test.each<[sentence: string, facts: object, bodies: Array<string | Answer>, reason: RegExp, asked: number]>(
		[
			['checksum of DPC', extensions('dpc.cms.gov', { checksum: SUM }), [SHORT], DIFFERS, 2],
			['length of AB2D', extensions('ab2d.cms.gov', { length: WHOLE.length }), [SHORT], BYTES, 2],
			[
				'length as an object',
				{ extension: { 'https://dpc.cms.gov/file_length': WHOLE.length } },
				[SHORT],
				BYTES,
				2,
			],
			['fileSize', { fileSize: WHOLE.length }, [SHORT], BYTES, 2],
			['file_length', { file_length: String(WHOLE.length) }, [SHORT], BYTES, 2],
			['a count as text', { count: '3' }, [SHORT], /promises 3 resources; 2 came/, 1],
			[
				'length inside another extension',
				{
					extension: { facts: { extension: [{ url: 'file_length', valueInteger64: String(WHOLE.length) }] } },
				},
				[SHORT],
				BYTES,
				2,
			],
			['a checksum with a dash', { checksum: SUM.replace(':', '-') }, [SHORT], DIFFERS, 2],
			[
				'a checksum in base64 alone',
				{ checksum: Buffer.from(sha256(WHOLE), 'hex').toString('base64') },
				[SHORT],
				DIFFERS,
				2,
			],
			[
				'a checksum in base64url',
				{ checksum: `SHA-256=${Buffer.from(sha256(WHOLE), 'hex').toString('base64url')}` },
				[SHORT],
				DIFFERS,
				2,
			],
			['fileSize of a body of announced length', { fileSize: WHOLE.length }, [announced(SHORT)], BYTES, 2],
			['fileSize of a packed body that is shorter', { fileSize: WHOLE.length }, [gzip(SHORT)], BYTES, 2],
			['a checksum of a packed body', { checksum: SUM }, [gzip(SHORT)], DIFFERS, 2],
			['other bytes of the same length', { fileSize: WHOLE.length, checksum: SUM }, [OTHER], DIFFERS, 2],
			[
				'more than fileSize, as announced',
				{ fileSize: WHOLE.length },
				[announced(LONG)],
				/states \d+ bytes/,
				1,
			],
			[
				'a checksum that fits where the count does not',
				{ checksum: SUM, count: 4 },
				[WHOLE],
				/promises 4/,
				1,
			],
			['nothing', { fileSize: 100 }, [''], /states 100 bytes; 0 came/, 2],
		],
	)('is not what came, so the file is partial: %s', async (_, facts, bodies, reason, asked) => {
		for (const outputAs of ['items', 'file']) {
			const seen = await fetch(facts, bodies, outputAs);
			expect(seen.report).toMatchObject({
				outcome: 'partial',
				reason: expect.stringMatching(reason) as string,
			});
			expect(seen.asked).toBe(asked);
		}
	});

	test.each<[sentence: string, facts: object, bodies: Array<string | Answer>, finding: RegExp]>([
		['a checksum of another kind', { checksum: `md5:${'a'.repeat(32)}` }, [WHOLE], /checksum of a kind/],
		['a checksum of no kind', { checksum: 'A'.repeat(5000) }, [WHOLE], /checksum of a kind/],
		['more bytes, perhaps of a packed body', { fileSize: 50 }, [gzip(WHOLE)], /perhaps of a compressed file/],
	])('cannot be compared, which is told, and no more: %s', async (_, facts, bodies, finding) => {
		const { report, asked } = await fetch(facts, bodies);
		expect(report).toMatchObject({
			outcome: 'complete',
			findings: [expect.stringMatching(finding) as string],
		});
		expect(asked).toBe(1);
	});

	test('is not compared where a limit ended the file', async () => {
		const { run } = await runAgainst([{ body: WHOLE }], {
			nodes: ['fetchBatch'],
			items: (url) => [
				{ url: `${url}/file/1`, jobId: 'j', type: 'Condition', fileSize: 9999, checksum: SUM },
			],
			parameters: { fetchBatch: { options: { limit: 2 } } },
		});
		expect(run.json('fetchBatch', 1)).toMatchObject([{ reason: 'Limit of 2 reached' }]);
	});
});
