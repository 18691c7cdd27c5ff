import type { IDataObject } from 'n8n-workflow';
import { credentialFor, runSteps, storedBytes, type EngineRun, type Step } from '../../support/engine';
import { row } from '../../support/expectations';
import { expectStopped } from '../../support/stopping';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { fourSteps } from '../../support/steps';
import { RunClaims } from '../../../nodes/FhirToTable/claims/runClaims';
import * as limits from '../../../nodes/shared/fhir/limits';
import { claim, NPI } from '../../unit/FhirToTable/claims/someClaims';

/** FHIR to Table > One Claim Once, as files, parts and items come in, and as rows leave. */

let sandbox: RunningSandbox;
beforeAll(async () => void (sandbox = await startSandbox('--retry-after', '1')));
afterAll(async () => await sandbox.stop());

const ONCE = { options: { oneClaimOnce: true } };
const ROWS = 0;
const NOT_IN_TABLE = 1;

async function table(items: object[], parameters: IDataObject, before: Step[] = []): Promise<EngineRun> {
	return await runSteps({
		items: items as never,
		steps: [...before, { node: 'fhirToTable', parameters: { table: 'medical_claim', ...parameters } }],
		credential: credentialFor(sandbox),
	});
}

const line = (said: Parameters<typeof claim>[0]) =>
	JSON.stringify(claim({ ...said, more: { ...said.more, patient: { reference: 'Patient/p1' } } }));
const file = (lines: string[], json: object = {}) => ({
	json: { payer: 'pdex:a.example/r4', memberId: 'm1', jobId: 'j1', type: 'ExplanationOfBenefit', ...json },
	binary: {
		data: {
			data: Buffer.from(lines.join('\n')).toString('base64'),
			mimeType: 'application/fhir+ndjson',
			fileName: 'a.ndjson',
		},
	},
});
const standing = (rows: IDataObject[]) =>
	Object.fromEntries(
		rows.map(({ claim_id, is_current, reason }) => [String(claim_id), [is_current, reason].join(' ').trim()]),
	);

const ADJUSTED = [line({ id: '1' }), line({ id: '2', prior: ['1'] }), line({ id: '3', status: 'cancelled' })];
const WANTED = { '1': 'false adjusted', '2': 'true', '3': 'false cancelled' };

test('a whole exchange: every claim of it is current, in every table of claims', async () => {
	for (const fetch of [{ outputAs: 'file' }, { outputAs: 'items', options: { addOrigin: true } }]) {
		const steps = fourSteps({ fetchBatch: fetch });
		const run = await runSteps({
			items: [row('medium')],
			steps: [...steps, { node: 'fhirToTable', parameters: { table: 'all', ...ONCE } }],
			credential: credentialFor(sandbox),
		});
		const rows = run.json('fhirToTable', ROWS);
		const claims = rows.filter(({ table: name }) => name === 'medical_claim' || name === 'claim_diagnosis');
		expect(claims.length).toBeGreaterThan(20);
		expect(claims.filter(({ is_current, reason }) => is_current !== true || reason !== null)).toEqual([]);
		expect(claims.filter(({ claim_identity }) => !/\|CLM-/.test(String(claim_identity)))).toEqual([]);
		expect(rows.filter(({ table: name }) => name === 'patient').at(0)).not.toHaveProperty('is_current');
	}
});

test.each<[string, object[]]>([
	['one file', [file(ADJUSTED)]],
	['its lines the other way round', [file([...ADJUSTED].reverse())]],
	['three files', ADJUSTED.map((each, at) => file([each], { batch: at + 1, batchCount: 3 }))],
	[
		'items',
		ADJUSTED.map((each) => ({
			payer: 'pdex:a.example/r4',
			memberId: 'm1',
			resource: JSON.parse(each) as object,
		})),
	],
	// The outcome of a claim is none of an export.
	[
		'resources alone',
		ADJUSTED.map((each) => ({ ...(JSON.parse(each) as object), outcome: 'partial', partial: true })),
	],
	['a text', [{ payer: 'pdex:a.example/r4', resources: `[${ADJUSTED.join()}]` }]],
	[
		'a Bundle',
		[{ resourceType: 'Bundle', entry: ADJUSTED.map((each) => ({ resource: JSON.parse(each) as object })) }],
	],
])('what stands, from %s', async (_, items) => {
	const run = await table(items, ONCE);
	expect(run.error).toBeUndefined();
	expect(standing(run.json('fhirToTable', ROWS))).toEqual(WANTED);
});

test.each(['csv', 'ndjson', 'text'])('the columns leave as %s too', async (rowsAs) => {
	const run = await table([file(ADJUSTED)], { ...ONCE, rowsAs });
	const [item] = run.outputs('fhirToTable')[ROWS];
	if (rowsAs === 'text') {
		expect(standing(JSON.parse(String(item.json.rows)) as IDataObject[])).toEqual(WANTED);
		return;
	}
	const lines = (await storedBytes(item)).toString('utf8').trim().split(/\r?\n/);
	if (rowsAs === 'ndjson') {
		expect(standing(lines.map((each) => JSON.parse(each) as IDataObject))).toEqual(WANTED);
		return;
	}
	const [head, ...rows] = lines.map((each) => each.split(','));
	const column = (name: string) => rows.map((cells) => cells[head.indexOf(name)]);
	expect([column('is_current'), column('reason')]).toEqual([
		['false', 'true', 'false'],
		['adjusted', '', 'cancelled'],
	]);
});

test('without the option the same columns are there, and empty', async () => {
	const columns = ['claim_identity', 'replaces', 'superseded_by', 'reason', 'is_current'];
	for (const name of ['medical_claim', 'claim_diagnosis', 'prior_authorization']) {
		const resource = claim({
			use: name === 'prior_authorization' ? 'preauthorization' : 'claim',
			more: { diagnosis: [{ sequence: 1 }] },
		});
		const [off] = (await table([resource], { table: name })).json('fhirToTable', ROWS);
		const [on] = (await table([resource], { table: name, ...ONCE })).json('fhirToTable', ROWS);
		expect(columns.map((column) => off[column])).toEqual(columns.map(() => null));
		expect(on.is_current).toBe(true);
		expect(Object.keys(on)).toEqual(Object.keys(off));
	}
});

test('what was entered in error has a row, so that the one of an earlier export is told', async () => {
	const items = [claim({ id: '1', status: 'entered-in-error' })];
	expect((await table(items, {})).json('fhirToTable', ROWS)).toEqual([]);
	expect(standing((await table(items, ONCE)).json('fhirToTable', ROWS))).toEqual({
		'1': 'false entered-in-error',
	});
});

test('Simplify says it too', async () => {
	const run = await table([claim({ status: 'cancelled' })], { ...ONCE, simplify: true });
	expect(run.json('fhirToTable', ROWS)).toMatchObject([{ 'To Be Counted': false, 'Why Not': 'cancelled' }]);
});

describe('where a part only was seen', () => {
	const split: Step = { node: 'readNdjsonFile', parameters: { operation: 'split', linesPerPart: 1 } };

	test('all parts of a file are as good as the file', async () => {
		const run = await table([file(ADJUSTED)], ONCE, [split]);
		expect(standing(run.json('fhirToTable', ROWS))).toEqual(WANTED);
	});

	test('one part: what stands may be replaced in the next one', async () => {
		const parts = await runSteps({
			items: [file(ADJUSTED)] as never,
			steps: [split],
			credential: credentialFor(sandbox),
		});
		const [first, second, third] = parts.outputs('readNdjsonFile')[0];
		expect(standing((await table([first], ONCE)).json('fhirToTable', ROWS))).toEqual({ '1': 'partOnly' });
		const run = await table([third, second], ONCE);
		expect(standing(run.json('fhirToTable', ROWS))).toEqual({ '2': 'partOnly', '3': 'false cancelled' });
		expect(run.json('fhirToTable', ROWS)[1].is_current).toBeNull();
	});

	test('texts of parts', async () => {
		const read: Step = { node: 'readNdjsonFile', parameters: { outputAs: 'text' } };
		const all = await table([file(ADJUSTED)], ONCE, [split, read]);
		expect(standing(all.json('fhirToTable', ROWS))).toEqual(WANTED);
	});

	test.each<[string, object[], string]>([
		['one of two files', [file(ADJUSTED, { batch: 1, batchCount: 2 })], 'partOnly'],
		['an export in part', [file(ADJUSTED, { partial: true })], 'partOnly'],
		['a file that cannot be read beside it', [file(ADJUSTED), file(['a,b'], { batch: 2 })], 'partOnly'],
		[
			'a part of another payer',
			[file(ADJUSTED), file([line({ id: '9' })], { payer: 'pdex:b.example/r4', partial: true })],
			'true',
		],
		['a part of another member', [file(ADJUSTED), file([], { memberId: 'm2', partial: true })], 'true'],
	])('%s', async (_, items, wanted) => {
		const run = await runSteps({
			items: items as never,
			steps: [
				{
					node: 'fhirToTable',
					parameters: { table: 'medical_claim', ...ONCE },
					onError: 'continueRegularOutput',
				},
			],
			credential: credentialFor(sandbox),
		});
		expect(run.error).toBeUndefined();
		const ofA = run.json('fhirToTable', ROWS).filter(({ payer }) => payer === 'pdex:a.example/r4');
		expect(standing(ofA)).toEqual({ ...WANTED, '2': wanted });
	});
});

test('P6 our own claims that come home, by the field of the option', async () => {
	const ours = claim({ id: '1', insurer: { identifier: { system: NPI, value: '1234567893' } } });
	const options = { oneClaimOnce: true, ownIdentifiers: '1234567893' };
	const run = await table([ours, claim({ id: '2' })], { options });
	expect(standing(run.json('fhirToTable', ROWS))).toEqual({ '1': 'false ownData', '2': 'true' });
	const wrong = await table([ours], { options: { ...options, ownIdentifiers: 'Prairie' } });
	expect(wrong.error?.message).toMatch(/'Our NPI or NAIC Code' holds something else/);
});

test('an odd item is reported once, as without the option', async () => {
	const run = await table([{ a: 1 }, claim({})], ONCE);
	expect(run.json('fhirToTable', NOT_IN_TABLE)).toHaveLength(1);
	expect(standing(run.json('fhirToTable', ROWS))).toEqual({ '1': 'true' });
});

test('Stop ends the first reading', async () => {
	const look = jest.spyOn(RunClaims.prototype, 'look');
	const close = jest.spyOn(RunClaims.prototype, 'close');
	const many = Array.from({ length: 200 }, (_, at) =>
		file([...Array(500).keys()].map((each) => line({ id: `${at}-${each}` }))),
	);
	const steps: Step[] = [{ node: 'fhirToTable', parameters: { table: 'medical_claim', ...ONCE } }];
	await expectStopped(
		{ items: many as never, steps, credential: credentialFor(sandbox) },
		() => look.mock.calls.length > 1000,
	);
	expect(close).not.toHaveBeenCalled();
	jest.restoreAllMocks();
});

test('more claims than the index holds are an error of the run, before any row', async () => {
	const ceiling = limits.CLAIM_INDEX_LIMITS as { megabytes: number };
	const before = ceiling.megabytes;
	ceiling.megabytes = 1;
	const lines = [...Array(30_000).keys()].map((id) => line({ id: String(id) }));
	const run = await table([file(lines)], ONCE).finally(() => (ceiling.megabytes = before));
	expect(run.error?.message).toBe("The claims need more than 1 MB: 'One Claim Once' holds no more in memory");
	expect(run.error?.description).toMatch(/current_claims/);
	expect(run.outputs('fhirToTable')).toEqual([]);
});
