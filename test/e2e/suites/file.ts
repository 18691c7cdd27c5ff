import { createHash } from 'node:crypto';
import type { Truth } from '../../../sandbox/truth';
import { itemsOf } from '../../../local-n8n/execution';
import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { jsonOf, run } from '../workflows';
import { fourSteps } from '../../support/steps';

/** Output As: NDJSON File. */
export function fileSuite(): void {
	test.each(['small', 'large'])("the files of %s are stored byte for byte as the payer's", async (key) => {
		const { client, sandbox } = theBench();
		const execution = await run({
			rows: [row(key)],
			steps: fourSteps({ fetchBatch: { outputAs: 'file' } }),
		});
		const [{ files }] = await sandbox.get<[Truth]>(`/sandbox/truth?member=${key}`);
		const items = itemsOf(execution, 'fetchBatch');
		const stored = await Promise.all(
			items.map(async ({ binary }) => await client.downloadBinary(String(binary?.data.id))),
		);
		expect(stored.map((bytes) => [bytes.length, createHash('sha256').update(bytes).digest('hex')])).toEqual(
			files.map(({ bytes, sha256 }) => [bytes, sha256]),
		);
		const told = ({ type, resources, bytes, sha256 }: Record<string, unknown>) => ({
			type,
			resources,
			bytes,
			sha256,
		});
		expect(items.map(({ json }) => told(json))).toEqual(files);
		expect(jsonOf(execution, 'fetchBatch', 1).map(told)).toEqual(files);
	});
}
