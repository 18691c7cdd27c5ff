/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { IDataObject } from 'n8n-workflow';
import { storedBytes } from '../../support/engine';
import { runOneNode } from '../../support/oneNode';
import type { Answer } from '../../support/scriptedGateway';

const item = (changes: IDataObject = {}): IDataObject => ({
	memberId: 'm1',
	tenant: 'bison',
	jobId: 'job-1',
	batch: 1,
	batchCount: 1,
	type: 'Observation',
	url: '/v1/bison/bulk-data/r4/$export/file/a.ndjson',
	...changes,
});
const line = (id: number, more = '') => `{"resourceType":"Observation","id":"o${id}"${more}}\n`;
const lines = (count: number, more = '') => Array.from({ length: count }, (_, id) => line(id, more)).join('');
const gzipped = (text: string): Answer => ({
	headers: { 'content-encoding': 'gzip' },
	body: gzipSync(text, { level: 1 }),
});

async function fetch(items: IDataObject[], answers: Answer[], parameters: IDataObject = {}) {
	const { run, gateway } = await runOneNode(
		{
			node: 'fetchBatch',
			onError: 'continueRegularOutput',
			parameters: {
				outputAs: 'items',
				...parameters,
				options: { concurrency: 1, ...(parameters.options as object) },
			},
		},
		items,
		{ answers },
	);
	const [resources, reports] = [0, 1].map((output) => run.json('fetchBatch', output));
	const errors = reports.filter(({ error }) => error !== undefined);
	return { run, resources, reports, errors, asked: gateway.got.length };
}

const NAMES_THE_WAY_OUT = expect.stringMatching(/NDJSON File.*Read NDJSON File/) as string;

describe('C Items and Bundles have a ceiling', () => {
	test.each<[what: string, content: string, options: IDataObject, error: RegExp]>([
		['resources', lines(11), { itemsResources: 10 }, /more than 10 resources/],
		['resources, by default', lines(200_001), {}, /more than 200,000 resources/],
		[
			'megabytes',
			lines(11, `,"a":"${'x'.repeat(100_000)}"`),
			{ itemsMegabytes: 1 },
			/more than 1 MB of NDJSON/,
		],
		[
			'values',
			lines(11, `,"a":[${'{},'.repeat(3_000)}{}]`),
			{ itemsMegabytes: 1 },
			/more than 60,000 JSON values/,
		],
	])('of %s', async (_, content, options, error) => {
		for (const outputAs of ['items', 'bundles']) {
			const { resources, errors } = await fetch([item()], [gzipped(content)], { outputAs, options });
			expect(resources).toEqual([]);
			expect(errors).toMatchObject([{ error: expect.stringMatching(error), message: NAMES_THE_WAY_OUT }]);
		}
	});

	test('for the run and not for the file; an item that ends as an error gives its share back', async () => {
		const answers = [6, 6, 4, 1].map((count): Answer => ({ body: lines(count) }));
		const items = [1, 2, 3, 4].map((batch) => item({ batch }));
		const { resources, errors } = await fetch(items, answers, { options: { itemsResources: 10 } });
		expect([resources.length, errors.length]).toEqual([10, 2]);
	});

	test('an attempt that is repeated gives its share back', async () => {
		const broken: Answer = (response) => {
			response.writeHead(200, { 'content-length': '100000' });
			response.write(lines(6));
			void sleep(50).then(() => response.destroy());
		};
		const { resources, asked } = await fetch([item()], [broken, { body: lines(6) }], {
			options: { itemsResources: 10 },
		});
		expect([resources.length, asked]).toEqual([6, 2]);
	});

	test('deletions count too', async () => {
		const entry = Array(20).fill({ request: { method: 'DELETE', url: 'Observation/1' } });
		const body = JSON.stringify({ resourceType: 'Bundle', entry });
		const { errors } = await fetch([item({ deleted: true, type: 'Bundle' })], [{ body }], {
			options: { itemsResources: 10 },
		});
		expect(errors).toMatchObject([{ error: expect.stringMatching(/more than 10 resources/) }]);
	});

	test('what is not JSON or of no member does not count', async () => {
		const { resources } = await fetch([item()], [{ body: 'x\n'.repeat(50) + lines(10) }], {
			options: { itemsResources: 10 },
		});
		expect(resources).toHaveLength(10);
	});
});

describe('C a line', () => {
	const deep = `,"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
	const wide = `,"a":[${'{},'.repeat(100_001)}{}]`;
	const many = `,"a":[${'1,'.repeat(200_001)}1]`;
	test.each([
		['nested a million deep', deep, 'The line is nested more than 200 deep'],
		['of too many objects', wide, 'The line has more than 200,000 JSON values'],
		['of too many numbers', many, 'The line has more than 200,000 JSON values'],
	])('%s is rejected, and the others are kept', async (_, more, reason) => {
		for (const outputAs of ['items', 'file']) {
			const { run, reports } = await fetch([item()], [gzipped(lines(2) + line(2, more) + line(3))], {
				outputAs,
			});
			expect(reports).toMatchObject([
				{ outcome: 'partial', resources: 3, rejected: 1, rejectedLines: [{ line: 3, reason }] },
			]);
			const rejected = await storedBytes(run.outputs('fetchBatch')[1][0]);
			expect(rejected.toString()).toBe(line(2, more));
		}
	});

	test('with commas and brackets in its texts is as good as any', async () => {
		const { reports } = await fetch([item()], [gzipped(line(1, `,"a":"${'{[,'.repeat(300_000)}"`))]);
		expect(reports).toMatchObject([{ outcome: 'complete', resources: 1 }]);
	});
});

describe('C an NDJSON file', () => {
	test('ends where ten times the promised lines have come, and nothing of it is kept', async () => {
		const { resources, errors } = await fetch([item({ count: 10 })], [gzipped(lines(200_000))], {
			outputAs: 'file',
		});
		expect(resources).toEqual([]);
		expect(errors).toMatchObject([
			{ error: expect.stringMatching(/more than 10,000 lines, though the manifest promises 10 resources/) },
		]);
	});

	test.each([
		['with nine times the promised lines', item({ count: 10 }), lines(9_000), 'partial'],
		['that gzip makes 40 times smaller', item(), lines(200_000, `,"a":"${'x'.repeat(400)}"`), 'complete'],
	])('%s is kept', async (_, input, content, outcome) => {
		const { resources, reports } = await fetch([input], [gzipped(content)], { outputAs: 'file' });
		expect(resources).toMatchObject([{ bytes: content.length }]);
		expect(reports).toMatchObject([{ outcome }]);
	});

	test('ends at the size that is set', async () => {
		const { errors } = await fetch([item()], [{ body: lines(2_000) }], {
			outputAs: 'file',
			options: { fileGigabytes: 0.00005 },
		});
		expect(errors).toMatchObject([{ error: expect.stringMatching(/larger than 0.00005 GB/) }]);
	});
});

test('C a file whose first byte comes late is asked for once', async () => {
	const late: Answer = (response) => void sleep(1500).then(() => response.end(lines(1)));
	const { resources, asked } = await fetch([item()], [late], { options: { idleSeconds: 1 } });
	expect([resources.length, asked]).toEqual([1, 1]);
});

test('C a payer that never answers ends with the time that is set', async () => {
	const { errors, asked } = await fetch([item()], [() => undefined], {
		options: { keepTryingFor: 0.02 },
	});
	expect(errors).toMatchObject([{ error: expect.stringMatching(/did not answer/) }]);
	expect(asked).toBe(1);
});
