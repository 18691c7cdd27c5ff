/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { randomUUID } from 'crypto';
import { runInNewContext } from 'vm';
import { setFlagsFromString } from 'v8';
import { OwnIds } from '../../../../nodes/FetchBatch/prepare/ownIds';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heldAfter(work: () => unknown): number {
	collect();
	const before = process.memoryUsage().heapUsed;
	const kept = work();
	collect();
	const after = process.memoryUsage().heapUsed;
	return kept === undefined ? 0 : after - before;
}

const MEGABYTE = 1024 * 1024;

test.each<[what: string, count: number, reference: () => string, around: number]>([
	['does not keep the lines it was found in', 500, () => `Encounter/${randomUUID()}`, 100_000],
	['is not kept itself if it is long', 500, () => `Encounter/${'x'.repeat(50_000)}${randomUUID()}`, 0],
])('C a reference %s', (_, count, reference, around) => {
	const held = heldAfter(() => {
		const ids = new OwnIds({ payer: 'pdex:a.example/r4' });
		const read = Array.from({ length: count }, () => {
			const token = reference();
			const lines = Buffer.from(`"${token}"${' '.repeat(around)}`).toString('latin1');
			return ids.referenceIn(lines.slice(1, token.length + 1));
		});
		return [ids, read];
	});
	expect(held).toBeLessThan(5 * MEGABYTE);
});
