import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { rosterMembers } from '../../../sandbox/members';
import type { Dialect } from '../../../sandbox/standard/dialects';
import { runSteps, type EngineRun, type NodeName } from '../../support/engine';
import { member, row, truth, typesOf } from '../../support/expectations';
import { standardCredential, startStandardPayers, type StandardPayers } from '../../support/standardSandbox';

let payers: StandardPayers;
beforeAll(async () => {
	payers = await startStandardPayers('--running-polls', '0');
});
afterAll(async () => await payers.stop());
beforeEach(async () => await payers.reset());

const POST = { customRequests: true, kickOff: 'post' };
const POST_V4 = { customRequests: true, kickOff: 'postV4' };

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

interface Changes {
	credential?: ICredentialDataDecryptedObject;
	start?: IDataObject;
	fetch?: IDataObject;
}

/** An export of a known group or patient: started, waited for, and fetched. */
async function exported(
	dialect: Dialect,
	item: IDataObject,
	changes: Changes = {},
	nodes: NodeName[] = ['startExport', 'waitForExport', 'fetchBatch'],
): Promise<EngineRun> {
	const { credential, credentialType } = standardCredential(payers, dialect, 'basic', changes.credential);
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	return await runSteps({
		items: [item],
		steps: nodes.map((node) => ({
			node,
			parameters: {
				...sets,
				...(node === 'startExport' && changes.start),
				...(node === 'waitForExport' && { pollEvery: 1 }),
				...(node === 'fetchBatch' && changes.fetch),
			},
		})),
		credential,
		credentialType,
	});
}

/** Expects of each member all that the sandbox holds, and nothing of anybody else. */
function expectAllOf(resources: IDataObject[], keys: readonly string[]): void {
	let own = 0;
	for (const key of keys) {
		const { memberId, types } = truth(key);
		const ofMember = resources.filter(({ id }) => id === memberId || String(id).startsWith(`${memberId}-`));
		own += ofMember.length;
		expect([key, typesOf(ofMember)]).toEqual([key, types]);
	}
	expect(resources).toHaveLength(own);
}

const hintsOf = (run: EngineRun, node: string) =>
	(run.raw.data.resultData.runData[node][0].hints ?? [])
		.map(({ message }) => message)
		.filter((message) => !message.startsWith('Empty fields were read'));
const idOf = (key: string) => member(key).row.memberId;
const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched').map(({ key }) => key);

describe.each<[dialect: Dialect, how: string, credential: ICredentialDataDecryptedObject]>([
	['pdex-2.1', 'as it offers', {}],
	['pdex-2.2', 'as it offers', {}],
	['bulk-v1', 'by GET', {}],
	['bulk-v2', 'by GET', {}],
	['bulk-v2', 'by POST', POST],
	['bulk-v3', 'by GET', {}],
	['bulk-v3', 'by POST', POST],
	['bulk-v4', 'by POST', POST_V4],
])('%s, asked %s', (dialect, _, credential) => {
	test.each<[sentence: string, item: IDataObject, keys: string[], missing: string[]]>([
		['a group of two', { groupId: 'group-small.accents' }, ['small', 'accents'], []],
		['the group of all', { groupId: 'group-roster' }, matched, ['partial']],
		['a patient', { memberId: idOf('small'), patientId: idOf('small') }, ['small'], []],
	])('%s comes as it is', async (__, item, keys, missing) => {
		await payers.set({ runningPolls: keys.length === 1 ? 1 : 0 });
		const run = await exported(dialect, item, { credential });
		expect(run.error).toBeUndefined();
		expectAllOf(run.json('fetchBatch'), keys);
		expect(run.json('waitForExport', 2).map(({ outcome }) => outcome)).toEqual(missing);
		expect(run.json('fetchBatch', 1).map(({ outcome }) => outcome)).not.toContain('partial');
		expect(await payers.violations()).toEqual([]);
	});
});

test('a payer that wants POST is told of with the field to change', async () => {
	const run = await exported('bulk-v4', { groupId: 'group-small' });
	expect(run.error?.message).toMatch(/\(HTTP 405\)/);
	expect(run.error?.description).toMatch(/another choice of 'Start Exports By' in the credential/);
});

describe('what the form offers', () => {
	const EVERYTHING = {
		resourceTypes: ['Patient', 'Observation', 'Encounter'],
		options: {
			since: '2020-01-01T00:00:00Z',
			dateOfServiceFrom: '2019-01-01',
			elements: 'id,status',
			includeAssociatedData: ['LatestProvenanceResources', 'RelevantProvenanceResources'],
		},
	};
	const V3 = { until: '2100-01-01T00:00:00Z', organizeOutputBy: 'Patient', allowPartialManifests: true };
	const PATIENTS = { patients: `Patient/${idOf('small')}, ${idOf('accents')}` };

	test.each<[Dialect, how: string, credential: ICredentialDataDecryptedObject, options: IDataObject]>([
		['pdex-2.2', 'as it offers', {}, PATIENTS],
		['bulk-v2', 'by GET', {}, {}],
		['bulk-v2', 'as the patients want', {}, PATIENTS],
		['bulk-v3', 'by GET', {}, V3],
		['bulk-v3', 'by POST', POST, { ...V3, ...PATIENTS }],
		['bulk-v4', 'by POST', POST_V4, { ...V3, ...PATIENTS }],
	])('is asked for by the rules: %s %s', async (dialect, _, credential, options) => {
		const start = { ...EVERYTHING, options: { ...EVERYTHING.options, ...options } };
		const run = await exported(dialect, { groupId: 'group-small.accents' }, { credential, start });
		expect(run.error).toBeUndefined();
		expect(await payers.violations()).toEqual([]);
		const types = new Set(run.json('fetchBatch').map(({ resourceType }) => resourceType));
		expect(types).toEqual(new Set(EVERYTHING.resourceTypes));
	});

	test('patients narrow a group', async () => {
		const start = { options: { patients: idOf('accents') } };
		const run = await exported('pdex-2.2', { groupId: 'group-small.accents' }, { start });
		expectAllOf(run.json('fetchBatch'), ['accents']);
	});

	test('patients are never sent by GET', async () => {
		const run = await exported(
			'bulk-v3',
			{ groupId: 'group-small.accents' },
			{ credential: { customRequests: true, kickOff: 'get' }, start: { options: PATIENTS } },
		);
		expect(run.error?.message).toMatch(/'patient' can only be sent by POST/);
	});
});

describe('Bulk Data 3', () => {
	const BOTH = { groupId: 'group-small.accents' };

	test.each<[outputAs: string]>([['items'], ['bundles']])(
		'blocks of patients are read as %s, also where one goes on in another file',
		async (outputAs) => {
			await payers.set({ blockResources: 20 });
			const start = { options: { organizeOutputBy: 'Patient' } };
			const run = await exported('bulk-v3', BOTH, { start, fetch: { outputAs } });
			expect(run.error).toBeUndefined();
			const left = run.json('fetchBatch') as Array<IDataObject & { entry: Array<{ resource: IDataObject }> }>;
			const resources =
				outputAs === 'items' ? left : left.flatMap(({ entry }) => entry.map(({ resource }) => resource));
			expectAllOf(resources, ['small', 'accents']);
			const batches = run.json('waitForExport');
			expect(batches.map(({ organizedBy }) => organizedBy)).toEqual(batches.map(() => 'Patient'));
			expect(batches.map(({ continuesInBatch }) => continuesInBatch)).toEqual([2, 3, undefined]);
			const reports = run.json('fetchBatch', 1);
			expect(reports.map(({ outcome, headers }) => [outcome, headers])).toEqual([
				['complete', 1],
				// The end of the first block, and the beginning of the second.
				['complete', 2],
				['complete', 1],
			]);
			expect(run.json('waitForExport', 2)).toEqual([]);
			expect(await payers.violations()).toEqual([]);
		},
	);

	test('the origin of a resource says in whose block it stands', async () => {
		const start = { options: { organizeOutputBy: 'Patient' } };
		const run = await exported('bulk-v3', BOTH, { start, fetch: { options: { addOrigin: true } } });
		const resources = run.json('fetchBatch') as Array<{ header: string; resource: IDataObject }>;
		for (const key of ['small', 'accents']) {
			const own = resources.filter(({ header }) => header === `Patient/${idOf(key)}`);
			expect(typesOf(own.map(({ resource }) => resource))).toEqual(truth(key).types);
		}
	});

	test('a manifest in parts is read while the job runs and after it, each file once', async () => {
		await payers.set({ manifestFiles: 2, runningPolls: 2 });
		const run = await exported('bulk-v3', BOTH, { start: { options: { allowPartialManifests: true } } });
		expect(run.error).toBeUndefined();
		expectAllOf(run.json('fetchBatch'), ['small', 'accents']);
		const urls = run.json('waitForExport').map(({ url }) => url);
		expect(urls.length).toBeGreaterThan(2);
		expect(new Set(urls).size).toBe(urls.length);
		expect(await payers.violations()).toEqual([]);
	});
});

describe('deletions', () => {
	const SINCE = { options: { since: '2026-01-01T00:00:00Z' } };
	const fetch = async (options: IDataObject) => {
		const item = { memberId: 'm-1', groupId: 'group-small' };
		return await exported('bulk-v2', item, { start: SINCE, fetch: { options } });
	};
	const url = `Observation/${idOf('small')}-observation-deleted`;

	test('leave as items by an output of their own, where that is asked for', async () => {
		const run = await fetch({ deletionItems: true });
		expectAllOf(run.json('fetchBatch'), ['small']);
		const [batch] = run.json('waitForExport').filter(({ deleted }) => deleted);
		expect(run.json('fetchBatch', 2)).toEqual([
			{
				memberId: 'm-1',
				row: 1,
				exchangeId: batch.exchangeId,
				requestedAt: batch.requestedAt,
				completedAt: batch.completedAt,
				payer: batch.payer,
				payerName: 'Bison Health Plan',
				fhirBase: expect.stringMatching(/\/bulk-v2\/fhir$/) as string,
				groupId: 'group-small',
				jobId: batch.jobId,
				statusUrl: batch.statusUrl,
				transactionTime: batch.transactionTime,
				batch: batch.batch,
				deleted: true,
				method: 'DELETE',
				url,
				resourceType: 'Observation',
				id: url.split('/')[1],
			},
		]);
		expect(run.json('fetchBatch', 1)).toContainEqual(
			expect.objectContaining({ outcome: 'complete', resources: 0, deletions: 1 }),
		);
	});

	test('are in the Batch Report alone, where it is not', async () => {
		const run = await fetch({});
		expectAllOf(run.json('fetchBatch'), ['small']);
		expect(run.outputs('fetchBatch')).toHaveLength(2);
		expect(run.json('fetchBatch', 1)).toContainEqual(
			expect.objectContaining({ deletions: 1, deleted: [url] }),
		);
	});
});

describe('Date of Service From', () => {
	const DAY = '2024-01-01';
	const fetch = async (options: IDataObject, outputAs = 'items') =>
		await exported('bulk-v3', { groupId: 'group-small' }, { fetch: { outputAs, options } });
	const sum = (run: EngineRun, key: string) =>
		run.json('fetchBatch', 1).reduce((total, report) => total + Number(report[key]), 0);

	test('leaves out what the payer would have left out, and says how much', async () => {
		await payers.set({ typeFilter: 'honoured' });
		const options = { dateOfServiceFrom: DAY };
		const wanted = (await exported('bulk-v3', { groupId: 'group-small' }, { start: { options } })).json(
			'fetchBatch',
		);
		await payers.set({ typeFilter: 'ignored' });
		const run = await fetch(options);
		const all = truth('small').resources;
		expect(typesOf(run.json('fetchBatch'))).toEqual(typesOf(wanted));
		expect([wanted.length > 0, wanted.length < all]).toEqual([true, true]);
		expect([sum(run, 'resources'), sum(run, 'beforeDateOfService')]).toEqual([
			wanted.length,
			all - wanted.length,
		]);
		expect(run.json('fetchBatch', 1).map(({ outcome }) => outcome)).not.toContain('partial');
	});

	test('only counts in an NDJSON file, which is kept as it came', async () => {
		const run = await fetch({ dateOfServiceFrom: DAY }, 'file');
		expect(sum(run, 'resources')).toBe(truth('small').resources);
		expect(sum(run, 'beforeDateOfService')).toBeGreaterThan(0);
	});

	test('that is no day is told of before anything is asked', async () => {
		const run = await fetch({ dateOfServiceFrom: '1/1/2024' });
		expect(run.error?.message).toMatch(/'Date of Service From' must be a date/);
	});
});

describe('the end of the files', () => {
	const waitFor = async (expiresSeconds: number) => {
		await payers.set({ expiresSeconds });
		return await exported('bulk-v3', { groupId: 'group-small' });
	};
	test.each<[seconds: number, hints: unknown[]]>([
		[3600, []],
		[600, [expect.stringMatching(/^6 files have to be fetched soon/)]],
	])('in %d s is on each item, and told of where it is near', async (seconds, hints) => {
		const run = await waitFor(seconds);
		for (const { expiresAt } of run.json('waitForExport')) {
			expect(expiresAt).toMatch(INSTANT);
			const left = Date.parse(String(expiresAt)) - Date.now();
			expect(left / 1000).toBeGreaterThan(seconds - 60);
			expect(left / 1000).toBeLessThanOrEqual(seconds);
		}
		expect(hintsOf(run, 'waitForExport')).toEqual(hints);
	});
});

test.each<[grantedScope: string, hints: unknown[]]>([
	['', []],
	['system/Patient.rs', [expect.stringMatching(/asked system\/\*\.rs, granted system\/Patient\.rs\. Ask/)]],
])('a payer that grants %j: a hint of Member Match and of Start Export', async (grantedScope, hints) => {
	await payers.set({ grantedScope });
	const run = await exported('pdex-2.2', row('small'), {}, ['memberMatch', 'startExport']);
	expect(run.error).toBeUndefined();
	for (const node of ['memberMatch', 'startExport']) expect(hintsOf(run, node)).toEqual(hints);
});
