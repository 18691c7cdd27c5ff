import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { rosterMembers } from '../../../sandbox/members';
import { runSteps, type EngineRun, type Step } from '../../support/engine';
import { directoryCredential, gatewayRow, standardRow, type TestRow } from '../../support/directories';
import { expectRosterExchanged, truth, typesOf } from '../../support/expectations';
import { hintsOf } from '../../support/hints';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
import { memberRow } from '../../support/standardRuns';
import { fourSteps } from '../../support/steps';

/** One roster, many payers: the four nodes with Payer API From the Directory. */

let gateway: RunningSandbox;
let standard: StandardPayers[];
beforeAll(async () => {
	[gateway, ...standard] = await Promise.all([
		startSandbox(),
		startStandardPayers(),
		startStandardPayers(),
		startStandardPayers(),
	]);
});
beforeEach(async () => {
	await Promise.all([gateway.reset(), ...standard.map((each) => each.reset())]);
});
afterAll(async () => {
	await Promise.all([gateway.stop(), ...standard.map((each) => each.stop())]);
});

/** The directory of four payers. */
function rows(): Record<string, TestRow> {
	const [heron, otter, swift] = standard;
	return {
		bison: gatewayRow(gateway, gateway.tenant),
		heron: standardRow(heron, { name: 'Heron Health', npi: '1558444216' }),
		otter: standardRow(otter, { name: 'Otter Care', signIn: 'secret in body' }),
		swift: standardRow(swift, { fhirBaseUrl: swift.fhirBases['pdex-2.2'], name: 'Swift Plan' }),
	};
}

interface AskedRun {
	items: IDataObject[];
	directory?: Record<string, TestRow>;
	steps?: Step[];
	parameters?: Record<string, IDataObject>;
	credential?: ICredentialDataDecryptedObject;
}

async function run({
	items,
	directory = rows(),
	steps = fourSteps(),
	parameters = {},
	credential,
}: AskedRun): Promise<EngineRun> {
	return await runSteps({
		items,
		steps: steps.map((step) => ({
			...step,
			parameters: { ...step.parameters, payerApi: 'directory', ...parameters[step.node] },
		})),
		credential: credential ?? directoryCredential(directory),
		credentialType: 'payerDirectoryApi',
	});
}

const KEYS = ['bison', 'heron', 'otter', 'swift'];
const small = (payer: string, changes: IDataObject = {}) =>
	memberRow('small', { 'Previous Payer': payer, ...changes });

/** The hashes of the tokens that a payer of the sandbox was shown. */
function tokensIn(requests: readonly object[]): string[] {
	const shown = requests.filter(
		(each) => 'tokenHash' in each && Reflect.get(each, 'authorization') === 'Bearer',
	);
	return [...new Set(shown.map((each) => String(Reflect.get(each, 'tokenHash'))))];
}

const matches = (requests: ReadonlyArray<{ method: string; path: string }>) =>
	requests.filter(({ method, path }) => method === 'POST' && path.includes('member-match')).length;

test('R1 15 members of 4 payers, 5 at once: each payer is asked for its own members, with its own tokens', async () => {
	const keyOf = (index: number) => KEYS[index % 4];
	const items = rosterMembers.slice(0, 15).map(({ row: { tenant, ...row } }, index): IDataObject => {
		void tenant;
		return { ...row, 'Previous Payer': keyOf(index) };
	});
	const seen = await run({ items, parameters: { memberMatch: { options: { concurrency: 5 } } } });
	expect(seen.error).toBeUndefined();
	expectRosterExchanged(seen);
	const logs = await Promise.all([gateway, ...standard].map(async (each) => await each.requests()));
	const sent = rosterMembers.slice(0, 15).map(({ outcome }) => outcome !== 'consent-not-in-force');
	expect(logs.map(matches)).toEqual(
		KEYS.map((key) => sent.filter((is, index) => is && keyOf(index) === key).length),
	);
	const tokens = logs.map(tokensIn);
	expect(tokens.map((ofPayer) => ofPayer.length)).toEqual([1, 1, 1, 1]);
	expect(new Set(tokens.flat()).size).toBe(4);
	expect(logs.flat().filter(({ status }) => status === 401)).toEqual([]);
	for (const payers of standard) expect(await payers.violations()).toEqual([]);

	const payers = new Map<unknown, Set<unknown>>();
	for (const step of ['memberMatch', 'startExport', 'waitForExport']) {
		for (const { directoryKey, payer } of seen.json(step)) {
			payers.set(directoryKey, (payers.get(directoryKey) ?? new Set()).add(payer));
		}
	}
	expect([...payers.keys()].sort()).toEqual(KEYS);
	expect([...payers.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1]);
	for (const { directoryKey, memberId } of seen.json('memberMatch')) {
		expect(directoryKey).toBe(keyOf(items.findIndex((item) => item.memberId === memberId)));
	}
});

test.each([
	['its key', 'heron'],
	['its key in capitals', ' HERON '],
	['its name', 'Heron Health'],
	['its name with other signs', 'heron-health'],
	['its NPI', '1558444216'],
])('a payer is named by %s', async (_, value) => {
	const seen = await run({ items: [small(value)] });
	expect([seen.error, seen.json('memberMatch').map(({ directoryKey }) => directoryKey)]).toEqual([
		undefined,
		['heron'],
	]);
	expect(typesOf(seen.json('fetchBatch'))).toEqual(truth('small').types);
});

test.each<[what: string, value: unknown, reason: RegExp]>([
	['is not in the table', 'Aetna', /The column 'Previous Payer' names no payer of the directory/],
	['is only like one', 'Heron Healt', /names no payer/],
	['is empty', '', /The column 'Previous Payer' is empty/],
	['is a word for nothing', 'N/A', /is empty/],
	['is an address', 'https://evil.example/fhir', /names no payer/],
	['has two rows', 'Twin', /names several payers/],
	['has a row that cannot be used', 'broken', /row 'broken' cannot be used: .*https/],
	['is not yet there', 'later', /row 'later' holds from 2999-01-01 only/],
])('a payer that %s: payer-unknown, nothing is sent, the others go on', async (_, value, reason) => {
	const [heron] = standard;
	const directory = {
		...rows(),
		'twin-1': standardRow(heron, { name: 'Twin' }),
		'twin-2': standardRow(heron, { name: 'Twin' }),
		broken: standardRow(heron, { fhirBaseUrl: 'http://payer.example/fhir' }),
		later: standardRow(heron, { validFrom: '2999-01-01' }),
	};
	const items = [small(value as string, { memberId: 'M-1' }), small('otter', { memberId: 'M-2' })];
	const seen = await run({ items, directory });
	expect(seen.error).toBeUndefined();
	expect(seen.json('memberMatch').map(({ memberId }) => memberId)).toEqual(['M-2']);
	expect(seen.json('memberMatch', 1)).toEqual([
		expect.objectContaining({
			memberId: 'M-1',
			outcome: 'payer-unknown',
			reason: expect.stringMatching(reason) as string,
		}),
	]);
	expect(JSON.stringify(seen.json('memberMatch', 1)[0].reason)).not.toContain('evil');
	const logs = await Promise.all([gateway, standard[0], standard[2]].map((each) => each.requests()));
	expect(logs.flat()).toEqual([]);
});

test('a roster that does not say which payer is asked stops before anything is sent', async () => {
	const seen = await run({ items: [memberRow('small')] });
	expect(seen.error?.message).toMatch(/'Payer'/);
	const bare = await run({ items: [memberRow('small', { Payer: 'heron' })] });
	expect(bare.error?.message).toBeDefined();
	expect((await standard[0].requests()).length + (await gateway.requests()).length).toBe(0);
});

test('All Items in One Request: one request for each payer that takes such requests', async () => {
	const items = Array.from({ length: 8 }, (_, index) => small(KEYS[index % 4], { memberId: `M-${index}` }));
	const [, otter] = standard;
	const directory = rows();
	directory.otter.row.fhirBaseUrl = otter.fhirBases['pdex-2.2'];
	directory.heron.row.fhirBaseUrl = standard[0].fhirBases['pdex-2.2'];
	const parameters = { memberMatch: { matchMode: 'together', advanced: true, options: { pollEvery: 1 } } };
	const steps: Step[] = [{ node: 'memberMatch' }];
	const seen = await run({ items, directory, steps, parameters });
	expect([seen.error?.message, seen.error?.description]).toEqual([undefined, undefined]);
	expect(seen.json('memberMatch').length + seen.json('memberMatch', 1).length).toBe(8);
	const logs = await Promise.all([gateway, ...standard].map(async (each) => await each.requests()));
	expect(logs.map(matches)).toEqual([2, 1, 1, 1]);
});

test('a refused token is renewed at its payer, and the stored credential stays as it was', async () => {
	const stored = directoryCredential(rows());
	const before = JSON.stringify(stored);
	const items = KEYS.map((key) => small(key, { memberId: key }));
	await run({ items, credential: stored, steps: [{ node: 'memberMatch' }] });
	await Promise.all([gateway.revokeTokens(), ...standard.map((each) => each.revokeTokens())]);
	const seen = await run({ items, credential: stored, steps: [{ node: 'memberMatch' }] });
	expect(seen.json('memberMatch')).toHaveLength(4);
	expect(JSON.stringify(stored)).toBe(before);
});

test.each(['alone', 'beside another on its host'])(
	'a payer that grants less than is asked is told of, %s',
	async (where) => {
		const [heron] = standard;
		await heron.reset({ grantedScope: 'system/Group.rs' });
		// What is known of one row says nothing of the other.
		const directory: Record<string, TestRow> = { heron: standardRow(heron, { name: `Heron ${where}` }) };
		if (where !== 'alone')
			directory.beside = standardRow(heron, { fhirBaseUrl: heron.fhirBases['pdex-2.2'] });
		const seen = await run({ items: [small('heron')], directory, steps: [{ node: 'memberMatch' }] });
		expect(hintsOf(seen, 'memberMatch')).toMatch(/asked system\/\*\.rs, granted system\/Group\.rs/);
	},
);

test('the later nodes find the payer by the items of Member Match, or by a column directoryKey', async () => {
	const matched = await run({ items: [small('heron')], steps: [{ node: 'memberMatch' }] });
	const [item] = matched.json('memberMatch');
	const start: Step[] = [{ node: 'startExport' }];
	const { directoryKey, payer, payerName, ...bare } = item;
	void payerName;
	const started = async (json: IDataObject) => (await run({ items: [json], steps: start })).error?.message;
	expect(await started({ ...bare, directoryKey, payer })).toBeUndefined();
	expect(await started({ ...bare, directoryKey })).toBeUndefined();
	expect(await started({ ...bare, payer })).toBeUndefined();
	expect(await started(bare)).toMatch(/names no payer of the directory/);
	expect(await started({ ...bare, directoryKey: 'otter', payer })).toMatch(/The member was matched at/);
	expect(await started({ ...bare, directoryKey: 'gone', payer })).toMatch(/names no payer/);
});
