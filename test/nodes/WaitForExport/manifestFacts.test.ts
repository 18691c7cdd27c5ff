import type { IDataObject } from 'n8n-workflow';
import { hintsOf } from '../../support/hints';
import { runOneNode } from '../../support/oneNode';
import { outcome } from '../../support/operationOutcome';
import type { Answer } from '../../support/scriptedGateway';

/** What a manifest states besides its files, as servers write it. */

const TIME = '2026-01-01T00:00:00Z';
const ITEM = { memberId: 'm1', tenant: 'bison', groupId: 'g1', jobId: 'job-1' };
const FILE = (name: string) => `/v1/bison/bulk-data/r4/$export/file/${name}.ndjson`;
const PATIENTS = { type: 'Patient', url: FILE('p'), count: 1 };
const lines = (...all: object[]) => all.map((each) => `${JSON.stringify(each)}\n`).join('');

async function wait(manifest: object, { item = {}, file = '' }: { item?: object; file?: string } = {}) {
	const answer: Answer = (response, { url }) => {
		const isFile = url.includes('/file/');
		if (!isFile) response.setHeader('content-type', 'application/json');
		return void response.end(isFile ? file : JSON.stringify({ transactionTime: TIME, ...manifest }));
	};
	const { run, gateway } = await runOneNode(
		{ node: 'waitForExport', parameters: { pollEvery: 1, giveUpAfter: 0 } },
		[{ ...ITEM, ...item }],
		{ answers: [answer] },
	);
	const [completed, running, failed] = [0, 1, 2].map((output) => run.json('waitForExport', output));
	return { run, gateway, completed, running, failed, hints: hintsOf(run, 'waitForExport') };
}

describe('B6 what cannot be fetched of a manifest is missing data', () => {
	test.each<[sentence: string, lists: object, says: RegExp]>([
		[
			'an error without an address',
			{ error: [{ type: 'OperationOutcome', count: 17 }] },
			/1 file of complaints/,
		],
		['an outcome of Bulk Data 4 without one', { outcome: [{ count: 17 }] }, /1 file of complaints/],
		['deletions without an address', { deleted: [{ type: 'Bundle', count: 4 }] }, /1 file of deletions/],
		['an entry that is a text', { output: [PATIENTS, 'b'] }, /1 file without an address/],
		['entries that are null and a number', { output: [PATIENTS, null, 7] }, /2 files without an address/],
		['an error list that is none', { error: { count: 1 } }, /1 file of complaints/],
		['an address that is a number', { deleted: [{ url: 5 }, { url: FILE('d') }] }, /1 file of deletions/],
	])('%s', async (_, lists, says) => {
		const { completed, failed } = await wait({ output: [PATIENTS], ...lists });
		expect(completed[0]).toMatchObject({ type: 'Patient', partial: true });
		expect(failed).toMatchObject([{ outcome: 'partial', reason: expect.stringMatching(says) as string }]);
	});

	test.each<[sentence: string, lists: object]>([
		['null', { error: null, deleted: null, outcome: null }],
		['an entry that states that it is empty', { error: [{ type: 'OperationOutcome', count: 0 }] }],
	])('but not where the list is %s', async (_, lists) => {
		const { completed, failed } = await wait({ output: [PATIENTS], ...lists });
		expect([completed.length, failed]).toEqual([1, []]);
		expect(completed[0]).not.toHaveProperty('partial');
	});

	test.each<[sentence: string, manifest: object, isPartial: boolean]>([
		['an object', { link: { relation: 'next', url: '/elsewhere' } }, true],
		['a capital letter', { link: [{ relation: 'Next', url: '/elsewhere' }] }, true],
		['rel and href', { link: [{ rel: 'next', href: '/elsewhere' }] }, true],
		['a next page without an address', { link: [{ relation: 'next' }] }, true],
		['another relation', { link: [{ relation: 'self', url: '/elsewhere' }] }, false],
	])('a list that goes on, or has failed, is seen in %s', async (_, manifest, isPartial) => {
		const { completed, failed } = await wait({ output: [PATIENTS], ...manifest });
		expect([completed.length, failed.length]).toEqual([1, isPartial ? 1 : 0]);
	});

	test.each<[sentence: string, output: unknown, seen: unknown[]]>([
		['the same file twice', [PATIENTS, PATIENTS], [['Patient', 1]]],
		['twice, counted once', [{ ...PATIENTS, count: undefined }, PATIENTS], [['Patient', 1]]],
		[
			'a file for each type that it holds',
			[PATIENTS, { ...PATIENTS, type: 'Claim', count: 4 }],
			[[undefined, 5]],
		],
		[
			'signed twice',
			['a&X-Amz-Date=1', 'b&X-Amz-Date=2'].map((signature) => ({
				...PATIENTS,
				url: `${FILE('p')}?X-Amz-Signature=${signature}`,
			})),
			[['Patient', 1]],
		],
		['the only file in place of the list', PATIENTS, [['Patient', 1]]],
		['a count as text', [{ ...PATIENTS, count: '1' }], [['Patient', 1]]],
		['a count that is none', [{ ...PATIENTS, count: 'many' }], [['Patient', undefined]]],
	])('each file is given once: %s', async (_, output, seen) => {
		const { completed, failed } = await wait({ output });
		expect([completed.map(({ type, count }) => [type, count]), failed]).toEqual([seen, []]);
		expect(completed[0].batchCount).toBe(1);
	});

	test.each([
		[['?id=1', '?id=2']],
		[['?st=1', '?st=2']],
		[['?id=1&sig=a', '?id=2&sig=a']],
		[['?token=1&se=1&sig=a', '?token=2&se=1&sig=b']],
	])('files that the query tells apart are two: %p', async (queries) => {
		const output = queries.map((query) => ({ ...PATIENTS, url: FILE('p') + query }));
		expect((await wait({ output })).completed).toHaveLength(2);
	});

	test.each<[stated: unknown, isPartial: boolean]>([
		[undefined, true],
		[3, true],
		[0, false],
		['0', false],
	])('an empty file of complaints that states %p', async (count, isPartial) => {
		const error = [{ type: 'OperationOutcome', url: FILE('e'), count }];
		const { completed, failed } = await wait({ output: [PATIENTS], error });
		expect([completed.length, failed.length]).toEqual([1, isPartial ? 1 : 0]);
		expect(completed[0]).not.toHaveProperty('remarks');
	});

	const issue = (severity: string) => ({ ...outcome(severity, 'processing', 'x') });
	test.each<[severity: string, isPartial: boolean]>([
		['error', true],
		['fatal', true],
		['warning', false],
		['information', false],
		['Error', true],
		['critical', true],
		['success', false],
		['WARNING', false],
	])('a file of OperationOutcomes in output is one of complaints: %s', async (severity, isPartial) => {
		const told = lines({ ...issue(severity), issue: [{ severity, code: 'processing' }] });
		const { completed, failed } = await wait(
			{ output: [PATIENTS, { type: 'OperationOutcome', url: FILE('o'), count: 1 }] },
			{ file: told },
		);
		expect(completed.map(({ type, batchCount }) => [type, batchCount])).toEqual([['Patient', 1]]);
		expect(failed).toHaveLength(isPartial ? 1 : 0);
		expect(completed[0].partial).toBe(isPartial ? true : undefined);
	});
});

describe('B7 an export that lists nothing is empty', () => {
	test.each<[sentence: string, manifest: object]>([
		['an empty output', { output: [] }],
		['no output', {}],
		['null in its place', { output: null, error: [] }],
	])('%s', async (_, manifest) => {
		const { completed, failed } = await wait(manifest);
		expect([completed, failed]).toMatchObject([[{ batchCount: 0, transactionTime: TIME }], []]);
	});

	test.each<[sentence: string, manifest: object]>([
		['no transactionTime', { transactionTime: undefined }],
		['an output that is no list', { output: 'none' }],
		['batches that are complete', { batches: { running: 0, complete: 2, failed: 0, total: 2 } }],
		['the answer of something else', { resourceType: 'Parameters' }],
	])('but not with %s', async (_, manifest) => {
		const { completed, failed } = await wait(manifest);
		expect([completed, failed]).toMatchObject([[], [{ outcome: 'failed' }]]);
	});

	test('and 300,000 issues on one line are read up to the limit', async () => {
		const issues = Array(300_000).fill({ severity: 'error', code: 'processing' }) as object[];
		const file = lines({ resourceType: 'OperationOutcome', issue: issues.slice(0, 60_000) });
		const { completed, failed } = await wait(
			{ output: [PATIENTS], error: [{ type: 'OperationOutcome', url: FILE('e') }] },
			{ file: file.repeat(5) },
		);
		expect([completed.length, failed]).toMatchObject([1, [{ outcome: 'partial' }]]);
	});
});

describe('B9 the time of the next Since', () => {
	test.each<[written: string, read: string | undefined]>([
		['2026-01-31T10:20:30.5Z', '2026-01-31T10:20:30.5Z'],
		['2026-01-31T10:20:30-05:00', '2026-01-31T10:20:30-05:00'],
		['2026-01-31T10:20:30', '2026-01-31T10:20:30Z'],
		['2026-01-31T10:20:30.123456', '2026-01-31T10:20:30.123456Z'],
		['2026-01-31T10:20', '2026-01-31T10:20:00Z'],
		['2026-01-31', '2026-01-31T00:00:00Z'],
		['31.01.2026', undefined],
	])('is in UTC where no zone is given: %s', async (transactionTime, read) => {
		const { completed } = await wait({ transactionTime, output: [PATIENTS] });
		expect(completed[0].transactionTime).toBe(read);
	});

	test.each<[transactionTime: string, isTold: boolean]>([
		['2026-01-31T10:00:00Z', false],
		['2026-01-31T09:00:00Z', false],
		['2026-01-31T10:00:03Z', false],
		['2026-01-31T10:10:00Z', true],
		['2026-01-31T10:10:00', true],
		['2026-01-31T06:10:00-05:00', true],
	])('is told where it is after the request: %s', async (transactionTime, isTold) => {
		const requestedAt = '2026-01-31T10:00:00.000Z';
		const { completed, hints } = await wait(
			{ transactionTime, output: [PATIENTS] },
			{ item: { requestedAt } },
		);
		expect(completed[0].transactionTimeAfterRequest).toBe(isTold ? true : undefined);
		expect(completed[0].requestedAt).toBe(requestedAt);
		expect(/transactionTime after the request/.test(hints)).toBe(isTold);
	});
});

describe('B14 types of which a date filter left nothing', () => {
	const asked = { serviceFrom: '2021-01-01', serviceTypes: ['Encounter', 'Procedure'] };
	const output = (...types: Array<[type: string | undefined, count?: number]>) =>
		types.map(([type, count], index) => ({ type, url: FILE(String(index)), count }));
	test.each<[sentence: string, files: IDataObject[], item: object, told: RegExp | undefined]>([
		['no file', output(['Patient', 1]), { asked }, /nothing came of Encounter, Procedure/],
		['a file of none', output(['Encounter', 0], ['Procedure', 3]), { asked }, /nothing came of Encounter\./],
		['an export of nothing', [], { asked }, /nothing came of Encounter, Procedure/],
		[
			'asked as the text of a table',
			[],
			{ asked: JSON.stringify(asked) },
			/nothing came of Encounter, Procedure/,
		],
		['files of both', output(['Encounter', 1], ['Procedure']), { asked }, undefined],
		['files that hold anything', output([undefined, 1]), { asked }, undefined],
		['no filter', output(['Patient', 1]), {}, undefined],
		['words that are no types', [], { asked: { ...asked, serviceTypes: ['Ada Lovelace'] } }, undefined],
	])('%s', async (_, files, item, told) => {
		const { hints } = await wait({ output: files }, { item });
		if (told) expect(hints).toMatch(told);
		else expect(hints).not.toMatch(/nothing came of/);
	});
});
