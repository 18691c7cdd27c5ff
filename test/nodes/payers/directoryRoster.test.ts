import type { IDataObject } from 'n8n-workflow';
import { directoryCredential, type TestRow } from '../../support/directories';
import { runSteps, type EngineOptions, type Step } from '../../support/engine';
import { hostilePayer, type Hostile, type HostilePayer } from '../../support/hostilePayer';
import { errorRoad } from '../../support/markers';
import { memberRow } from '../../support/standardRuns';
import { fourSteps } from '../../support/steps';

/** What rosters hold where they name a payer, and one payer among others that refuses. */

let honest: HostilePayer;
beforeAll(async () => {
	honest = await hostilePayer(() => ({}));
});
beforeEach(() => {
	honest.got.length = 0;
});
afterAll(async () => await honest.close());

function rowAt(payer: HostilePayer, clientId: string, changes: IDataObject = {}): TestRow {
	const { base: fhirBaseUrl, tokenUrl } = payer;
	return {
		row: { fhirBaseUrl, tokenUrl, signIn: 'secret', clientId, ...changes },
		secret: `secret of ${clientId}`,
	};
}

interface Asked extends Partial<EngineOptions> {
	items: IDataObject[];
	rows?: Record<string, TestRow>;
	steps?: Step[];
	parameters?: IDataObject;
	onError?: Step['onError'];
}

async function run({ items, rows, steps = [{ node: 'memberMatch' }], parameters, onError, ...more }: Asked) {
	const directory = rows ?? { heron: rowAt(honest, 'heron', { name: 'Heron (IN)', npi: '1558444216' }) };
	return await runSteps({
		items,
		steps: steps.map((step) => ({
			...step,
			...(onError && { onError }),
			parameters: { payerApi: 'directory', ...step.parameters, ...parameters },
		})),
		credential: directoryCredential(directory),
		credentialType: 'payerDirectoryApi',
		...more,
	});
}

const member = (payer: unknown, changes: object = {}): IDataObject =>
	memberRow('small', { 'Previous Payer': payer, ...changes });

test.each<[what: string, value: unknown]>([
	['an NPI as a number', 1558444216],
	['spaces around', '  heron '],
	['a space that does not break', 'Heron\u00a0(IN)'],
	['characters of no width', '\u200bheron\ufeff'],
	['full-width letters', 'ＨＥＲＯＮ'],
])('a payer column with %s names it', async (_, value) => {
	const seen = await run({ items: [member(value)] });
	expect(seen.json('memberMatch').map(({ directoryKey }) => directoryKey)).toEqual(['heron']);
});

test.each<[what: string, value: unknown]>([
	['the state of another', 'Heron (OR)'],
	['N/A', 'N/A'],
	['NULL', 'NULL'],
	['null', null],
	['a zero', 0],
	['a truth value', true],
	['a number beyond what is exact', 1e21],
	['two lines', 'heron\nbison'],
	['a very long text', 'heron'.repeat(100_000)],
	['an object', { key: 'heron' }],
	['a list of two', ['heron', 'bison']],
])('a payer column with %s: nothing is sent, and the others go on', async (_, value) => {
	const items = [member('heron', { memberId: 'M-1' }), member(value, { memberId: 'M-2' })];
	const seen = await run({ items, onError: 'continueRegularOutput' });
	expect(seen.json('memberMatch').map(({ memberId }) => memberId)).toEqual(['M-1']);
	expect(seen.json('memberMatch', 1)).toHaveLength(1);
	expect(honest.got.filter(({ url }) => url.includes('match'))).toHaveLength(1);
});

test('rows with and without the column, in one roster', async () => {
	const items = [member('heron', { memberId: 'M-1' }), memberRow('small', { memberId: 'M-2' })];
	const seen = await run({ items });
	expect(seen.error?.message).toBeUndefined();
	expect(seen.json('memberMatch', 1)).toEqual([expect.objectContaining({ memberId: 'M-2' })]);
});

test('a field that an expression fills', async () => {
	const items = [{ ...memberRow('small'), old: { plan: 'heron' } }];
	const seen = await run({ items, parameters: { directoryKey: '={{ $json.old.plan }}' } });
	expect(seen.json('memberMatch').map(({ directoryKey }) => directoryKey)).toEqual(['heron']);
});

describe('one payer of three refuses', () => {
	const KEYS = ['otter', 'bad', 'swift'];
	const items = [0, 1].flatMap((round) => KEYS.map((key) => member(key, { memberId: `${key}-${round}` })));
	const attack = async (answers: Hostile, changes: IDataObject, onError: Step['onError']) => {
		const bad = await hostilePayer(() => answers);
		const rows = {
			otter: rowAt(honest, 'otter'),
			bad: rowAt(bad, 'bad', {
				...changes,
				...(changes.tokenUrl === '' && { tokenUrl: `${bad.base}/no-token` }),
			}),
			swift: rowAt(honest, 'swift'),
		};
		const seen = await run({
			items,
			rows,
			onError,
			steps: fourSteps(),
			parameters: { options: { keepTryingFor: 0.02 } },
		});
		await bad.close();
		return { seen, bad };
	};

	test.each<[what: string, answers: Hostile, changes?: IDataObject]>([
		['the token', { match: { status: 401 } }],
		['the match', { match: { status: 403 } }],
		['the sign-in', { kickOff: { status: 401, body: { error: 'invalid_client' } } }, { tokenUrl: '' }],
		['the export', { kickOff: { status: 403 } }],
		['the status', { status: { status: 401 } }],
		['the file', { file: { status: 403 } }],
	])('%s: only its own items fail', async (_, answers, changes = {}) => {
		const { seen } = await attack(answers, changes, 'continueRegularOutput');
		expect(seen.error).toBeUndefined();
		// The two members of a payer share an export.
		const patients = seen.json('fetchBatch').filter(({ resourceType }) => resourceType === 'Patient');
		expect(patients).toHaveLength(2);
		expect(errorRoad(seen)).not.toMatch(/secret of|token-of|Previous Payer":"bad/);
	});

	test('where On Error is to stop, the node stops and says nothing of anybody', async () => {
		const { seen } = await attack({ match: { status: 403 } }, {}, undefined);
		expect(seen.error?.message).toMatch(/does not allow/);
		expect(errorRoad(seen)).not.toMatch(/secret of|token-of/);
	});
});

test('Member Outcomes: one flat row for each member, with the payer as the table or the roster calls it', async () => {
	const items = [
		member('heron', { memberId: 'M-1' }),
		member('Aetna', { memberId: 'M-2' }),
		member('', { memberId: 'M-3' }),
	];
	const all = fourSteps().map(({ node }) => node);
	const seen = await run({
		items,
		steps: [...fourSteps(), { node: 'memberOutcomes' }],
		links: [
			{ from: 'Input', to: 'memberMatch' },
			...all.slice(1).map((to, index) => ({ from: all[index], to })),
			{ from: 'Input', to: 'memberOutcomes', input: 1 },
			{ from: 'memberMatch', output: 1, to: 'memberOutcomes', input: 1 },
			{ from: 'fetchBatch', output: 1, to: 'memberOutcomes', input: 1 },
		],
	});
	expect(seen.error?.message).toBeUndefined();
	const rows = (seen.raw.data.resultData.runData.memberOutcomes ?? []).flatMap(({ data }) =>
		(data?.main[0] ?? []).map(({ json }) => json),
	);
	const told = rows.map(({ memberId, row, outcome, payerName }) => [memberId, row, outcome, payerName]);
	expect(told.sort()).toEqual([
		['M-1', 1, 'complete', 'Heron (IN)'],
		['M-2', 2, 'payer-unknown', 'Aetna'],
		['M-3', 3, 'payer-unknown', null],
	]);
	const isFlat = (json: IDataObject) =>
		Object.values(json).every((each) => each === null || typeof each !== 'object');
	expect(rows.filter((row) => !isFlat(row))).toEqual([]);
});
