import type { IDataObject } from 'n8n-workflow';
import { runAgainst } from '../../support/standardRuns';
import type { Answer } from '../../support/scriptedGateway';

/** Files whose addresses have expired, of a job that lists them anew in another way. */

interface Listed {
	path: string;
	type?: string;
	count?: number;
}
const file = (path: string, type = 'Claim', count?: number): Listed => ({ path, type, count });

/** What each item has now, what the job lists later, and what each address gives. */
async function fetch(
	now: Listed[],
	later: Listed[],
	{ alive = later.map(({ path }) => path), deleted = false, batchCount = now.length } = {},
) {
	const answer: Answer = (response, { url }) => {
		if (url.startsWith('/jobs/')) {
			const entries = later.map(({ path, ...rest }) => ({ url: `${base}${path}`, ...rest }));
			const lists = deleted ? { output: [], deleted: entries } : { output: entries };
			response.setHeader('content-type', 'application/json');
			return void response.end(JSON.stringify({ transactionTime: '2026-01-01T00:00:00Z', ...lists }));
		}
		if (!alive.includes(url)) return void response.writeHead(403).end();
		const name = encodeURIComponent(url)
			.replace(/[^A-Za-z0-9]/g, '-')
			.slice(0, 60);
		return void response.end(`${JSON.stringify({ resourceType: 'Claim', id: name })}\n`);
	};
	let base = '';
	const { run, got } = await runAgainst([answer], {
		nodes: ['fetchBatch'],
		items: (url) => {
			base = url;
			return now.map(({ path, ...rest }, index) => ({
				jobId: 'j1',
				statusUrl: `${url}/jobs/j1`,
				batch: index + 1,
				batchCount,
				url: `${url}${path}`,
				...rest,
				...(deleted && { deleted: true }),
			}));
		},
		parameters: { fetchBatch: { options: { concurrency: 1 } } },
		onError: 'continueRegularOutput',
	});
	const taken = got.map(({ url }) => url).filter((url) => alive.includes(url));
	const refused = run.json('fetchBatch', 1).filter(({ error }: IDataObject) => error !== undefined).length;
	return { taken, refused };
}

describe('B4 a file whose address has expired is fetched from', () => {
	test.each<[sentence: string, now: Listed[], later: Listed[], taken: string[]]>([
		[
			'the same path with another signature, though the list is in another order',
			[file('/s/1?sig=a', 'Claim', 1), file('/s/2?sig=a', 'Claim', 1)],
			[file('/s/2?sig=b', 'Claim', 1), file('/s/1?sig=b', 'Claim', 1)],
			['/s/1?sig=b', '/s/2?sig=b'],
		],
		[
			'another path, where type and count are of one file only',
			[file('/x/1', 'Claim', 1), file('/x/2', 'Patient', 1), file('/x/3', 'Claim', 9)],
			[file('/y/c', 'Claim', 9), file('/y/b', 'Patient', 1), file('/y/a', 'Claim', 1)],
			['/y/a', '/y/b', '/y/c'],
		],
		[
			'an address whose query names the file, where type and count do',
			[file('/f?id=1', 'Claim', 1), file('/f?id=2', 'Claim', 2)],
			[file('/f?id=22', 'Claim', 2), file('/f?id=11', 'Claim', 1)],
			['/f?id=11', '/f?id=22'],
		],
		['another path of the only file', [{ path: '/x/1' }], [{ path: '/y/1' }], ['/y/1']],
		['a list that has grown in front', [file('/s/1?a')], [file('/s/0?b'), file('/s/1?b')], ['/s/1?b']],
	])('%s', async (_, now, later, taken) => {
		const seen = await fetch(now, later);
		expect([...seen.taken].sort()).toEqual([...taken].sort());
		expect(seen.refused).toBe(0);
	});

	test.each<[sentence: string, now: Listed[], later: Listed[], alive: string[]]>([
		[
			'it is of two files of the same type and count',
			[file('/x/1', 'Claim', 1), file('/x/2', 'Claim', 1)],
			[file('/y/2', 'Claim', 1), file('/y/1', 'Claim', 1)],
			['/y/1', '/y/2'],
		],
		[
			'the job lists one such file, and two items are such',
			[file('/x/1', 'Claim', 1), file('/x/2', 'Claim', 1)],
			[file('/y/2', 'Claim', 1)],
			['/y/2'],
		],
		[
			'another item has that path',
			[file('/x/1', 'Claim', 1), file('/x/2?a', 'Claim', 5)],
			[file('/x/2?b', 'Claim', 1)],
			['/x/2?b'],
		],
		['the type is another', [file('/x/1?a', 'Claim')], [file('/x/1?b', 'Patient')], ['/x/1?b']],
		['the count is another', [file('/x/1?a', 'Claim', 1)], [file('/x/1?b', 'Claim', 2)], ['/x/1?b']],
		['the file is not listed any more', [file('/x/1', 'Claim', 1)], [file('/x/2', 'Patient', 1)], ['/x/2']],
		['nothing says what it is', [{ path: '/x/1' }, file('/x/2', 'Claim')], [{ path: '/y/1' }], ['/y/1']],
	])('nowhere, where %s', async (_, now, later, alive) => {
		const { taken, refused } = await fetch(now, later, { alive });
		expect(taken).toEqual([]);
		expect(refused).toBe(now.length);
	});

	test('nowhere, where another item has that address, which has it once', async () => {
		const now = [file('/x/1', 'Claim', 1), file('/x/2')];
		const seen = await fetch(now, [file('/x/2', 'Claim', 1)]);
		expect(seen).toEqual({ taken: ['/x/2'], refused: 1 });
	});

	test.each([
		['of a run of one item', [file('/x/2', 'Claim')]],
		['whose list has grown', [file('/x/2', 'Claim'), file('/x/3', 'Patient'), file('/x/4', 'Patient')]],
	])('nowhere, where the list has lost the file, though type and count fit another: %s', async (_, later) => {
		const seen = await fetch([file('/x/1', 'Claim')], later, { batchCount: 2 });
		expect(seen).toEqual({ taken: [], refused: 1 });
	});

	test('the list that it stood in: files of deletions are no files of data', async () => {
		const now = [file('/d/1?a', 'Bundle', 1)];
		const { taken } = await fetch(now, [file('/d/1?b', 'Bundle', 1)], { deleted: true });
		expect(taken).toEqual(['/d/1?b']);
	});
});
