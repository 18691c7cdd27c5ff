/* eslint-disable @n8n/community-nodes/no-restricted-globals -- counts CPU time */
import { finishedItems } from '../../../nodes/WaitForExport/exportItems';
import { summarizeErrors } from '../../../nodes/shared/exportJob/errorFiles';
import { finishJob } from '../../../nodes/shared/exportJob/jobState';
import { manifestWithoutFiles, type Manifest } from '../../../nodes/shared/exportJob/manifest';

const URL_OF = (n: number) => `https://payer.example/files/${n}`;

/** A manifest whose files go on in one another, the last in none. */
function chain(count: number): Manifest {
	const files = Array.from({ length: count }, (_, n) => ({
		url: URL_OF(n),
		...(n + 1 < count && { continuesInFile: URL_OF(n + 1) }),
	}));
	return { ...manifestWithoutFiles({}), files };
}

const itemsOf = (manifest: Manifest) =>
	finishedItems({}, finishJob({ manifest, errors: summarizeErrors([]) }));

test('each file names the one in which it goes on', () => {
	const { completed, failed } = itemsOf(chain(4));
	expect(completed.map(({ continuesInBatch }) => continuesInBatch)).toEqual([2, 3, 4, undefined]);
	expect(failed).toEqual([]);
});

test('of an address that is listed twice, the first place counts', () => {
	const manifest = { ...chain(2), files: [...chain(2).files, { url: URL_OF(1) }] };
	expect(itemsOf(manifest).completed[0].continuesInBatch).toBe(2);
});

test('ten times the files take ten times the work, and not a hundred times', () => {
	const cpuOf = (count: number) => {
		const manifest = chain(count);
		const before = process.cpuUsage();
		itemsOf(manifest);
		const { user, system } = process.cpuUsage(before);
		return user + system;
	};
	cpuOf(5_000);
	expect(cpuOf(50_000) / Math.max(cpuOf(5_000), 1_000)).toBeLessThan(40);
});
