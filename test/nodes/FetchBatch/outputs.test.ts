/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { ServerResponse } from 'node:http';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { withinStoreLimit } from '../../../nodes/shared/files/binaryStore';
import { credentialFor, runSteps, storedBytes } from '../../support/engine';
import { startScriptedGateway, type Answer } from '../../support/scriptedGateway';

const ITEM = {
	memberId: 'm1',
	tenant: 'bison',
	jobId: 'job-1',
	batch: 1,
	batchCount: 1,
	type: 'Practitioner',
	count: 3,
	resourceCount: 3,
	url: '/v1/bison/bulk-data/r4/$export/file/job-1.1.ndjson',
};
const patient = (id: string) => `{"resourceType":"Practitioner","id":"${id}"}\n`;
const THREE = patient('a') + patient('b') + patient('c');

async function fetched(body: string | Answer, parameters: IDataObject, items: object[] = [ITEM]) {
	const gateway = await startScriptedGateway([typeof body === 'string' ? { body } : body]);
	const run = await runSteps({
		items: items as never,
		steps: [{ node: 'fetchBatch', parameters: parameters as never }],
		credential: credentialFor(gateway),
	});
	await gateway.close();
	const [resources, reports] = [0, 1].map((output) => run.json('fetchBatch', output));
	const items0: INodeExecutionData[] = run.outputs('fetchBatch')[1] ?? [];
	return { run, gateway, resources, reports, reportItems: items0 };
}

describe('FHIR Bundles', () => {
	const idsOf = (bundles: IDataObject[]) =>
		bundles.map(({ entry }) =>
			(entry as Array<{ resource: IDataObject }>).map(({ resource }) => resource.id),
		);

	test('leave one item each, and the report counts resources', async () => {
		const { resources, reports } = await fetched(THREE, {
			outputAs: 'bundles',
			options: { bundleEntries: 2 },
		});
		expect(resources[0]).toMatchObject({ resourceType: 'Bundle', type: 'transaction' });
		expect(idsOf(resources)).toEqual([['a', 'b'], ['c']]);
		expect(reports).toEqual([expect.objectContaining({ outcome: 'complete', resources: 3, rejected: 0 })]);
	});

	test('a resource without an id is kept, with its reason, in the rejected lines', async () => {
		const noId = '{"resourceType":"Practitioner"}\n';
		const { resources, reports, reportItems } = await fetched(patient('a') + noId + patient('b'), {
			outputAs: 'bundles',
		});
		expect(idsOf(resources)).toEqual([['a', 'b']]);
		expect(reports[0]).toMatchObject({
			outcome: 'partial',
			reason: '1 resources have no place in a Bundle.',
			resources: 2,
			rejected: 1,
			unbundled: 1,
			rejectedLines: [{ line: 2, reason: expect.stringContaining('no id') as string }],
		});
		expect((await storedBytes(reportItems[0])).toString()).toBe(noId);
	});

	test.each<[object, string]>([
		[{ bundleEntries: 0 }, `'Bundle Entries Up To' must be a whole number from 1 to 1000`],
		[{ bundleEntries: 1001 }, `'Bundle Entries Up To' must be a whole number from 1 to 1000`],
		[{ bundleEntries: 1.5 }, `'Bundle Entries Up To'`],
		[{ bundleMegabytes: 0 }, `'Bundle Size Up To (MB)' must be a whole number from 1 to 100`],
		[{ limit: 0 }, `'Limit' must be a whole number of 1 or more`],
	])('out of range, nothing is asked: %j', async (options, says) => {
		const { run, gateway } = await fetched(THREE, { outputAs: 'bundles', options: options as IDataObject });
		expect(run.error?.message).toContain(says);
		expect(gateway.got).toEqual([]);
	});
});

describe('Date of Service From', () => {
	const care = (id: string, end: string) =>
		`${JSON.stringify({ resourceType: 'Encounter', id, period: { end } })}\n`;
	const CARE = care('a', '2020-01-01') + care('b', '2024-01-01') + care('c', '2025-01-01');
	const options = { dateOfServiceFrom: '2023-01-01' };
	const item = (resourceCount: number) => ({ ...ITEM, type: 'Encounter', resourceCount });

	test.each<[outputAs: string, left: number]>([
		['items', 2],
		['bundles', 1],
		['file', 1],
	])('keeps the count of the whole export right: %s', async (outputAs, left) => {
		const { resources, reports } = await fetched(CARE, { outputAs, options }, [item(3)]);
		expect(resources).toHaveLength(left);
		expect(reports).toMatchObject([{ outcome: 'complete', beforeDateOfService: 1 }]);
		const short = await fetched(CARE, { outputAs, options }, [item(4)]);
		expect(short.reports[0].reason).toBe(
			'The payer counts 4 resources in this export; its 1 batches brought 3.',
		);
	});
});

describe('Limit', () => {
	const limited = (limit: number, outputAs = 'items') => ({ outputAs, options: { limit } });

	test.each(['items', 'bundles'])('takes the first resources and claims no more: %s', async (outputAs) => {
		const { resources, reports } = await fetched(THREE, limited(2, outputAs));
		const taken = outputAs === 'items' ? resources : (resources[0].entry as object[]);
		expect(taken).toHaveLength(2);
		expect(reports[0]).toMatchObject({
			outcome: 'partial',
			reason: 'Limit of 2 reached',
			resources: 2,
			rejected: 0,
		});
		for (const claim of ['bytes', 'sha256']) expect(reports[0]).not.toHaveProperty(claim);
	});

	test.each([3, 4])('that is not reached changes nothing: %d', async (limit) => {
		const { resources, reports } = await fetched(`${THREE}\n\n`, limited(limit));
		expect(resources).toHaveLength(3);
		expect(reports[0]).toMatchObject({ outcome: 'complete', sha256: expect.any(String) as string });
	});

	test('ends the download', async () => {
		let closed: Promise<unknown> = Promise.resolve();
		const endless = (response: ServerResponse) => {
			closed = new Promise((resolve) => response.once('close', resolve));
			const line = patient('x'.repeat(50)).repeat(1000);
			const write = () => {
				while (!response.destroyed && response.write(line));
				if (!response.destroyed) response.once('drain', write);
			};
			response.writeHead(200);
			write();
		};
		const { resources } = await fetched(endless, limited(5));
		expect(resources).toHaveLength(5);
		await closed;
	});
});

describe('a store that does not take every size', () => {
	const MEBIBYTE = 1024 * 1024;

	async function passed(id: string | undefined, mebibytes: number) {
		const stored: string[] = [];
		const prepareBinaryData = async (_: unknown, name: string) => {
			stored.push(name);
			return await Promise.resolve({ id });
		};
		async function* pieces() {
			for (let n = 0; n < mebibytes; n += 64) yield await Promise.resolve(Buffer.alloc(64 * MEBIBYTE));
		}
		let bytes = 0;
		const context = { helpers: { prepareBinaryData } } as unknown as IExecuteFunctions;
		for await (const piece of withinStoreLimit(context, pieces())) bytes += piece.length;
		return { mebibytes: bytes / MEBIBYTE, stored };
	}

	test.each<[store: string, id: string | undefined, mebibytes: number, probes: number]>([
		['any', 'database:1', 256, 0],
		['filesystem', 'filesystem-v2:1', 2048, 1],
		['s3', 's3:1', 2048, 1],
		['database', 'database:1', 1024, 1],
		['memory', undefined, 384, 1],
	])('%s takes what it can', async (_, id, mebibytes, probes) => {
		const result = await passed(id, mebibytes);
		expect([result.mebibytes, result.stored.length]).toEqual([mebibytes, probes]);
	});

	test.each<[store: string, id: string | undefined, most: number]>([
		['database', 'database:1', 1024],
		['memory', undefined, 384],
	])('%s ends before more is read', async (_, id, most) => {
		await expect(passed(id, most + 64)).rejects.toThrow(`larger than the ${most} MiB`);
	});
});
