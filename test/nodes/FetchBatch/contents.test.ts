import type { IDataObject } from 'n8n-workflow';
import { hintsOf } from '../../support/hints';
import { runAgainst } from '../../support/standardRuns';
import type { Answer } from '../../support/scriptedGateway';

/** What a file holds besides resources that were asked for, each once. */

const text = (...resources: object[]) => resources.map((each) => `${JSON.stringify(each)}\n`).join('');
const claim = (id: string, more: object = {}) => ({ resourceType: 'Claim', id, ...more });

async function fetch(body: string, item: object = {}, parameters: IDataObject = {}) {
	const { run } = await runAgainst([{ body }], {
		nodes: ['fetchBatch'],
		items: (url) => [{ url: `${url}/file/1`, jobId: 'j1', batch: 1, batchCount: 1, type: 'Claim', ...item }],
		parameters: { fetchBatch: parameters },
	});
	const [report] = run.json('fetchBatch', 1);
	return { run, report, items: run.json('fetchBatch'), hints: hintsOf(run, 'fetchBatch') };
}

describe('B6 an OperationOutcome on a line', () => {
	const complaint = (severity?: string) => ({
		resourceType: 'OperationOutcome',
		issue: [{ severity, code: 'processing', diagnostics: 'Claim 7 of Ada could not be read' }],
	});
	const WORDS = { line: 2, code: 'processing', text: 'Claim 7 of Ada could not be read' };

	test.each<[severity: string | undefined, complaints: number]>([
		['error', 1],
		['fatal', 1],
		[undefined, 1],
		['warning', 0],
		['information', 0],
		['success', 0],
		['Error', 1],
		['critical', 1],
	])('is told and no resource: severity %s', async (severity, complaints) => {
		for (const outputAs of ['items', 'bundles', 'bundlesText', 'file']) {
			for (const count of [1, 2]) {
				const body = text(claim('a'), complaint(severity));
				const { report, items, hints } = await fetch(body, { count }, { outputAs });
				expect(report).toMatchObject({
					outcome: complaints > 0 ? 'partial' : 'complete',
					resources: 1,
					rejected: 0,
					complaints,
					complaintLines: [{ ...WORDS, severity: severity ?? 'error' }],
				});
				if (complaints > 0) expect(report.reason).toBe('The file holds 1 complaint of the payer.');
				expect([items.length, JSON.stringify(items)]).toEqual([1, expect.not.stringMatching('Ada')]);
				expect(hints).not.toContain('Ada');
			}
		}
	});

	test.each<[sentence: string, outcome: object]>([
		['without issues', { resourceType: 'OperationOutcome' }],
		['whose issues are none', { resourceType: 'OperationOutcome', issue: 'none' }],
	])('%s is a complaint all the same', async (_, outcome) => {
		const { report } = await fetch(text(outcome), { type: undefined });
		expect(report).toMatchObject({ outcome: 'partial', complaints: 1, complaintLines: [] });
	});

	test('with more issues than are read is a complaint', async () => {
		const issue = Array(300).fill({ severity: 'information', code: 'x' }) as object[];
		const { report } = await fetch(text(claim('a'), { resourceType: 'OperationOutcome', issue }));
		expect(report).toMatchObject({ outcome: 'partial', complaints: 1 });
	});

	test('of 100,000 issues is bounded', async () => {
		const issue = Array(60_000).fill({ severity: 'error' }) as object[];
		const { report } = await fetch(text({ resourceType: 'OperationOutcome', issue }).repeat(3));
		expect(report).toMatchObject({ outcome: 'partial', complaints: 600 });
		expect(report.complaintLines).toHaveLength(100);
	});
});

describe('what was asked for is compared with what came', () => {
	const at = (id: string, lastUpdated?: string) => claim(id, { meta: { lastUpdated } });
	const SINCE = '2026-01-01T00:00:00.000Z';
	const encounter = (id: string, end: string) => ({ resourceType: 'Encounter', id, period: { end } });
	const care = { serviceFrom: '2021-01-01', serviceTypes: ['Encounter'] };
	const of = (patient: string) => claim(patient, { patient: { reference: `Patient/${patient}` } });

	test.each<[sentence: string, asked: object, body: string, type: string | undefined, findings: RegExp[]]>([
		['_type', { types: ['Patient'] }, text(claim('a'), claim('b')), 'Claim', [/^2 resources are of types/]],
		[
			'_type, mixed',
			{ types: ['Claim'] },
			text(claim('a'), encounter('b', '2020')),
			undefined,
			[/^1 resource is of types/],
		],
		[
			'Since',
			{ since: SINCE },
			text(at('a', '2025-12-31T23:59:59Z'), at('b', SINCE), at('c'), at('d', '2025-12-31T19:00:00-05:00')),
			'Claim',
			[/^1 resource is last updated before Since/],
		],
		[
			'Until',
			{ until: SINCE },
			text(at('a', '2026-02-01T00:00:00Z'), at('b', SINCE)),
			'Claim',
			[/^1 .* after Until/],
		],
		[
			'date of service',
			care,
			text(encounter('a', '2019-05-05'), encounter('b', '2022-01-01')),
			'Encounter',
			[/^1 .* Date of Service From/],
		],
		[
			'patient',
			{ patients: ['1'] },
			text(of('1'), of('2'), of('3')),
			'Claim',
			[/^2 resources are of patients/],
		],
		[
			'two at once',
			{ types: ['Patient'], since: SINCE },
			text(at('a', '2020-01-01T00:00:00Z')),
			'Claim',
			[/types/, /Since/],
		],
		[
			'what it is',
			{ types: ['Claim'], since: SINCE, patients: ['1'] },
			text(of('1'), claim('x')),
			'Claim',
			[],
		],
		['nothing', { types: 7, since: 'x', patients: {} }, text(claim('a')), 'Claim', []],
	])('and told: %s', async (_, asked, body, type, findings) => {
		const { report, items, hints } = await fetch(body, { asked, type });
		expect(report.outcome).toBe('complete');
		const expected = findings.map((each) => expect.stringMatching(each) as string);
		expect(report.findings).toEqual(findings.length > 0 ? expected : undefined);
		expect(/1 file differs from what was asked for/.test(hints)).toBe(findings.length > 0);
		expect(items).toHaveLength(body.split('\n').length - 1);
	});

	test('B14 an empty file of a type whose dates were limited is told', async () => {
		const { report, hints } = await fetch('', { asked: care, type: 'Encounter' });
		expect(report).toMatchObject({ outcome: 'complete', emptiedByDate: true });
		expect(hints).toMatch(/nothing came of Encounter\./);
		expect((await fetch('', { asked: care, type: 'Claim' })).hints).toBe('');
	});

	test('travels from Start Export to Fetch Batch', async () => {
		const answer: Answer = (response, { url }) => {
			const base = `http://${String(response.req.headers.host)}`;
			if (url.includes('export?') || url.endsWith('export'))
				return void response.writeHead(202, { 'content-location': `${base}/jobs/1` }).end();
			if (url.startsWith('/jobs/')) {
				response.setHeader('content-type', 'application/json');
				const output = [{ type: 'Encounter', url: `${base}/file/1` }];
				return void response.end(
					JSON.stringify({ transactionTime: SINCE, requiresAccessToken: true, output }),
				);
			}
			return void response.end(text(encounter('a', '2019-05-05')));
		};
		const { run } = await runAgainst([answer], {
			nodes: ['startExport', 'waitForExport', 'fetchBatch'],
			items: () => [{ memberId: 'm1', groupId: 'g1' }],
			parameters: {
				startExport: {
					resourceTypes: ['Patient', 'Encounter'],
					options: { since: '2026-01-01T00:00:00Z', dateOfServiceFrom: '2021-01-01' },
				},
			},
		});
		expect(run.json('startExport')[0].asked).toEqual({
			types: ['Patient', 'Encounter'],
			since: SINCE,
			serviceFrom: '2021-01-01',
			serviceTypes: ['Encounter'],
		});
		expect(run.json('fetchBatch', 1)).toMatchObject([
			{ findings: [expect.stringMatching(/^1 resource is about care before Date of Service From/)] },
		]);
	});
});

test.each<[sentence: string, resource: object, count: number]>([
	[
		'a DocumentReference',
		{
			resourceType: 'DocumentReference',
			content: [{ attachment: { url: 'https://x/1' } }, { attachment: { data: 'QQ==' } }],
		},
		1,
	],
	[
		'one that holds it too',
		{ resourceType: 'DocumentReference', content: [{ attachment: { url: 'https://x/1', data: 'QQ==' } }] },
		0,
	],
	[
		'a DiagnosticReport',
		{ resourceType: 'DiagnosticReport', presentedForm: [{ url: 'Binary/1' }, { url: 'Binary/2' }] },
		2,
	],
	['one of no shape', { resourceType: 'DocumentReference', content: 'x' }, 0],
])('B14 documents by address are counted and told: %s', async (_, resource, count) => {
	const { report, hints } = await fetch(text({ id: 'a', ...resource }), { type: undefined });
	expect(report.documentsByAddress).toBe(count > 0 ? count : undefined);
	expect(/named by address only/.test(hints)).toBe(count > 0);
});

describe('E12 duplicates in a file', () => {
	const v = (id: string, day: number, note = '') =>
		claim(id, { meta: { lastUpdated: `2026-01-0${day}T00:00:00Z` }, note });
	const BODY = text(
		v('a', 1),
		v('b', 1),
		v('a', 1),
		v('a', 3, 'new'),
		v('a', 2, 'older'),
		v('b', 1, 'other'),
		claim('c'),
		claim('c'),
	);
	const one = { options: { duplicates: 'one', addOrigin: true } };

	test.each(['items', 'bundles', 'bundlesText', 'file'])('are counted and told: %s', async (outputAs) => {
		const { report, hints } = await fetch(BODY, { count: 8 }, { outputAs });
		expect(report).toMatchObject({
			outcome: 'complete',
			resources: 8,
			duplicates: 5,
			duplicatesDifferent: 3,
		});
		expect(report).not.toHaveProperty('duplicatesLeftOut');
		expect(hints).toMatch(/sent 5 resources more than once in a file, 3 of them with other contents/);
	});

	test('One Each leaves one of each: the last updated, else the first', async () => {
		const { report, items, hints } = await fetch(BODY, { count: 8, resourceCount: 8 }, one);
		expect(report).toMatchObject({ outcome: 'complete', resources: 3, duplicates: 5, duplicatesLeftOut: 5 });
		expect(
			items.map(({ line, resource }) => [line, (resource as IDataObject).id, (resource as IDataObject).note]),
		).toEqual([
			[4, 'a', 'new'],
			[2, 'b', ''],
			[7, 'c', undefined],
		]);
		expect(hints).toMatch(/5 were left out/);
	});

	test.each(['bundles', 'bundlesText'])('One Each in %s: one Bundle holds all', async (outputAs) => {
		const { items } = await fetch(BODY, {}, { outputAs, options: { duplicates: 'one' } });
		expect(items).toHaveLength(1);
		const [{ bundle }] = items;
		const { entry } = (outputAs === 'bundles' ? items[0] : JSON.parse(String(bundle))) as {
			entry: IDataObject[];
		};
		expect(entry).toEqual([
			{ resource: v('a', 3, 'new'), request: { method: 'PUT', url: 'Claim/a' } },
			{ resource: v('b', 1), request: { method: 'PUT', url: 'Claim/b' } },
			{ resource: claim('c'), request: { method: 'PUT', url: 'Claim/c' } },
		]);
	});

	test('the same id of another type, and no id, are no duplicates', async () => {
		const body = text(
			claim('a'),
			{ resourceType: 'Patient', id: 'a' },
			claim(''),
			{ resourceType: 'Claim' },
			{ resourceType: 'Claim' },
		);
		const { report, items } = await fetch(body, { type: undefined }, one);
		expect([report.duplicates, items.length]).toEqual([undefined, 5]);
	});
});

describe('B6 a file of deletions', () => {
	const gone = (...entry: unknown[]) => ({ resourceType: 'Bundle', type: 'transaction', entry });
	const entry = (id: string) => ({ request: { method: 'DELETE', url: `Claim/${id}` } });
	test.each<[sentence: string, lines: object[], item: object, partial: RegExp | undefined]>([
		['of one Bundle', [gone(entry('a'), entry('b'))], { count: 1 }, undefined],
		['whose count is that of its deletions', [gone(entry('a'), entry('b'))], { count: 2 }, undefined],
		['of a Bundle of nothing', [gone(), { resourceType: 'Bundle' }], {}, undefined],
		['whose type is that of what is gone', [gone(entry('a'), entry('b'))], { type: 'Claim' }, undefined],
		['whose only entry is no list', [{ ...gone(), entry: entry('a') }], {}, undefined],
		['that is short', [gone(entry('a'))], { count: 2 }, /promises 2/],
		['with an entry without a request', [gone(entry('a'), { fullUrl: 'Claim/b' })], {}, /1 entry/],
		[
			'with an entry of another method',
			[gone({ request: { method: 'PUT', url: 'Claim/a' } })],
			{},
			/1 entry/,
		],
		['with an entry that is null', [gone(entry('a'), null)], {}, /1 entry/],
		['with a resource', [gone(entry('a')), claim('b')], { type: undefined }, /1 entry/],
	])('%s', async (_, lines, item, partial) => {
		const { report } = await fetch(text(...lines), { type: 'Bundle', deleted: true, ...item });
		expect(report.outcome).toBe(partial ? 'partial' : 'complete');
		if (partial) expect(report.reason).toMatch(partial);
	});
});

test.each([false, true])(
	'what was asked for is compared, also as the text of a table: %p',
	async (isText) => {
		const asked = { types: ['Patient'] };
		const { report } = await fetch(text(claim('a')), { asked: isText ? JSON.stringify(asked) : asked });
		expect(report.findings).toEqual([expect.stringMatching(/types that were not asked for/)]);
	},
);

test.each([true, 'true', 'TRUE', 1, '1'])(
	'a file of deletions stays one through a table: %p',
	async (deleted) => {
		const gone = { resourceType: 'Bundle', entry: [{ request: { method: 'DELETE', url: 'Claim/a' } }] };
		const { report, items } = await fetch(text(gone), { type: 'Bundle', deleted });
		expect([report.deletions, items]).toEqual([1, []]);
	},
);
