import type { IDataObject } from 'n8n-workflow';
import { personOf } from '../../../nodes/shared/exchange/person';
import { hashesJson } from '../../../nodes/shared/exchange/personHashes';
import { storedBytes } from '../../support/engine';
import { runOneNode } from '../../support/oneNode';
import type { Answer } from '../../support/scriptedGateway';

/** An export that holds more than the member who was asked for. Each file is answered by its name. */

const ADA = {
	resourceType: 'Patient',
	id: 'p1',
	name: [{ family: 'Lovelace', given: ['Ada'] }],
	birthDate: '1984-03-12',
};
const GRACE = {
	resourceType: 'Patient',
	id: 'p2',
	name: [{ family: 'Hopper', given: ['Grace'] }],
	birthDate: '1990-01-01',
};
const PARENT = { ...ADA, id: 'p9', name: [{ family: 'Lovelace', given: ['Anne'] }], birthDate: '1955-05-05' };
const claim = (id: string, patient: string) => ({
	resourceType: 'Claim',
	id,
	patient: { reference: `Patient/${patient}` },
});
const PLAN = { resourceType: 'Organization', id: 'o1' };

const IDS = { memberId: 'm1', groupId: 'g1' };
const HASHES = hashesJson(personOf(ADA), IDS);

type Files = Record<string, object[]>;
interface Settings {
	/** What the match gave: a patient id, hashes, or nothing. */
	from: object;
	parameters?: IDataObject;
}

async function fetch(files: Files, { from, parameters = {} }: Settings) {
	const names = Object.keys(files);
	const items = names.map((name, index) => ({
		...IDS,
		...from,
		tenant: 'bison',
		jobId: 'j1',
		batch: index + 1,
		batchCount: names.length,
		...(name.startsWith('Mixed') ? {} : { type: name.replace(/\d$/, '') }),
		...(name === 'Deleted' && { type: 'Bundle', deleted: true }),
		count: (from as IDataObject).count ?? files[name].length,
		url: `/v1/bison/bulk-data/r4/$export/file/${name}`,
		requiresAccessToken: true,
	}));
	const answer: Answer = (response, { url }) => {
		const lines = files[url.split('/').at(-1) ?? ''].map((line) => `${JSON.stringify(line)}\n`);
		response.end(lines.join(''));
	};
	const step = { node: 'fetchBatch' as const, parameters: { options: { addOrigin: true }, ...parameters } };
	const { run } = await runOneNode(step, items, { answers: [answer] });
	const labels = run.json('fetchBatch').map(({ memberId, resource }) => {
		const { resourceType, id } = (resource ?? {}) as IDataObject;
		return `${String(resourceType)}/${String(id)} ${String(memberId ?? '-')}`;
	});
	const reports = run.json('fetchBatch', 1);
	return { run, labels, reports, outcomes: reports.map(({ outcome }) => outcome) };
}

const OURS = ['Patient/p1 m1', 'Claim/c1 m1', 'Organization/o1 m1'];
const WHOLE = { Claim: [claim('c1', 'p1'), claim('c2', 'p2')], Organization: [PLAN], Patient: [GRACE, ADA] };
const sorted = (labels: string[]) => [...labels].sort();

describe('A5 resources of a patient who was not asked for', () => {
	test.each<[sentence: string, from: object]>([
		['the patient id of the match', { patientId: 'p1' }],
		['the hashes of the member, though the Patients are listed last', HASHES],
		['both', { patientId: 'p1', ...HASHES }],
	])('are kept apart, told by %s', async (_, from) => {
		const { run, labels, reports, outcomes } = await fetch(WHOLE, { from });
		expect(sorted(labels)).toEqual(sorted(OURS));
		expect(outcomes).toEqual(['partial', 'complete', 'partial']);
		expect(reports[0]).toMatchObject({ resources: 1, otherPatients: 1, rejected: 0 });
		expect(JSON.stringify(reports)).not.toMatch(/p1 |personHashes/);
		const [{ binary }] = run.outputs('fetchBatch')[1];
		expect(binary?.otherPatients.fileName).toBe('other-patients.ndjson');
		const kept = await storedBytes({ json: {}, binary: { data: binary!.otherPatients } });
		expect(JSON.parse(kept.toString())).toEqual(claim('c2', 'p2'));
	});

	test('are told by Patients that are listed last, also where one file is fetched at a time', async () => {
		const parameters = { options: { addOrigin: true, concurrency: 1 } };
		const { labels } = await fetch(WHOLE, { from: HASHES, parameters });
		expect(sorted(labels)).toEqual(sorted(OURS));
	});

	test('are given where the user says so, without our member ID', async () => {
		const parameters = { options: { addOrigin: true, otherPatients: 'give' } };
		const { labels, outcomes } = await fetch(WHOLE, { from: HASHES, parameters });
		expect(sorted(labels)).toEqual(sorted([...OURS, 'Patient/p2 -', 'Claim/c2 -']));
		expect(outcomes).toEqual(['partial', 'complete', 'partial']);
	});

	test('stay in a stored file, which is counted and names our patient for the next node', async () => {
		const { run, outcomes } = await fetch(WHOLE, { from: HASHES, parameters: { outputAs: 'file' } });
		expect(outcomes).toEqual(['partial', 'complete', 'partial']);
		expect(run.json('fetchBatch')).toMatchObject(Array(3).fill({ memberId: 'm1', patientId: 'p1' }));
	});

	test.each<[as: string, parameters: IDataObject, ids: string[]]>([
		['bundles', { outputAs: 'bundles' }, ['c1', 'p1']],
		['items', {}, ['c1', 'p1']],
		['items, given', { options: { addOrigin: true, otherPatients: 'give' } }, ['c1', 'c2', 'p1']],
	])('of a file that does not say what it holds are told apart: %s', async (_, parameters, ids) => {
		const { run, outcomes } = await fetch(
			{ Mixed: [claim('c2', 'p2'), claim('c1', 'p1'), ADA] },
			{ from: HASHES, parameters },
		);
		const found = JSON.stringify(run.json('fetchBatch'))
			.match(/"id":"(\w+)"/g)
			?.map((each) => each.slice(6, -1));
		expect([found?.sort(), outcomes]).toEqual([ids, ['partial']]);
	});

	test('of such a file are counted where it is stored whole', async () => {
		const files = { Mixed: [claim('c2', 'p2'), claim('c1', 'p1'), ADA] };
		const { reports } = await fetch(files, { from: HASHES, parameters: { outputAs: 'file' } });
		expect(reports).toMatchObject([{ outcome: 'partial', otherPatients: 1 }]);
	});

	test('a Patient who has no place in a Bundle is kept with the rejected lines', async () => {
		const nameless = { ...ADA, id: 'not an id' };
		const { run, reports } = await fetch(
			{ Patient: [nameless] },
			{ from: HASHES, parameters: { outputAs: 'bundles' } },
		);
		expect(reports).toMatchObject([{ outcome: 'partial', resources: 0, rejected: 1, unbundled: 1 }]);
		expect(JSON.parse(String(await storedBytes(run.outputs('fetchBatch')[1][0])))).toEqual(nameless);
	});

	test('are no deletions of ours', async () => {
		const removed = (id: string) => ({
			resourceType: 'Bundle',
			type: 'transaction',
			entry: [{ request: { method: 'DELETE', url: `Patient/${id}` } }],
		});
		const files = { Patient: [ADA, GRACE], Deleted: [removed('p1'), removed('p2')] };
		const { run } = await fetch(files, { from: HASHES, parameters: { options: { deletionItems: true } } });
		expect(run.json('fetchBatch', 2).map(({ url, memberId }) => [url, memberId])).toEqual([
			['Patient/p1', 'm1'],
			['Patient/p2', undefined],
		]);
	});

	test('are told of a file without an end, as items too', async () => {
		const files = { Claim: Array.from({ length: 60_000 }, () => ({ no: 'type' })) };
		const { run } = await fetch(files, { from: { ...HASHES, count: 1 } });
		expect(run.error?.message).toContain('more than 10,000 lines');
	});

	test('are in no Bundle', async () => {
		const { run } = await fetch(WHOLE, { from: HASHES, parameters: { outputAs: 'bundles' } });
		expect(JSON.stringify(run.json('fetchBatch'))).not.toMatch(/p2/);
	});

	test.each<[sentence: string, files: Files, labels: string[], outcomes: string[], report?: object]>([
		['only a stranger came', { Patient: [GRACE], Claim: [claim('c2', 'p2')] }, [], ['partial', 'partial']],
		[
			'two Patients fit, and are not linked',
			{ Patient: [ADA, { ...ADA, id: 'p3' }], Claim: [claim('c1', 'p1')] },
			['Patient/p1 -', 'Patient/p3 -', 'Claim/c1 -'],
			['unclear', 'unclear'],
		],
		[
			'two Patients fit, and are linked',
			{
				Patient: [ADA, { ...ADA, id: 'p3', link: [{ other: { reference: 'Patient/p1' } }] }],
				Claim: [claim('c1', 'p3')],
			},
			['Patient/p1 m1', 'Patient/p3 m1', 'Claim/c1 m1'],
			['complete', 'complete'],
		],
		[
			'a Patient without names is linked',
			{
				Patient: [
					{ ...ADA, link: [{ other: { reference: 'Patient/p3' } }] },
					{ resourceType: 'Patient', id: 'p3' },
				],
				Claim: [claim('c1', 'p3')],
			},
			['Patient/p1 m1', 'Patient/p3 m1', 'Claim/c1 m1'],
			['complete', 'complete'],
		],
		[
			'a stranger claims a link',
			{
				Patient: [ADA, { ...GRACE, link: [{ other: { reference: 'Patient/p1' } }] }],
				Claim: [claim('c2', 'p2')],
			},
			['Patient/p1 m1'],
			['partial', 'partial'],
		],
		[
			'who pays for our member',
			{
				Patient: [ADA, PARENT],
				Coverage: [
					{
						resourceType: 'Coverage',
						id: 'v1',
						beneficiary: { reference: 'Patient/p1' },
						subscriber: { reference: 'Patient/p9' },
					},
				],
			},
			['Patient/p1 m1', 'Coverage/v1 m1'],
			['complete', 'complete'],
			{ relatedPatients: 1 },
		],
		[
			'claims of who pays for our member',
			{
				Patient: [ADA, PARENT],
				Coverage: [
					{
						resourceType: 'Coverage',
						id: 'v1',
						beneficiary: { reference: 'Patient/p1' },
						policyHolder: { reference: 'Patient/p9' },
					},
				],
				Claim: [claim('c9', 'p9')],
			},
			['Patient/p1 m1', 'Coverage/v1 m1'],
			['complete', 'complete', 'partial'],
		],
		[
			'who pays for a stranger',
			{
				Patient: [ADA, PARENT],
				Coverage: [
					{
						resourceType: 'Coverage',
						id: 'v2',
						beneficiary: { reference: 'Patient/p2' },
						subscriber: { reference: 'Patient/p9' },
					},
				],
			},
			['Patient/p1 m1'],
			['partial', 'partial'],
		],
		[
			'a mixed file tells only at its end',
			{ Mixed: [claim('c2', 'p2'), claim('c1', 'p1'), ADA] },
			['Claim/c1 m1', 'Patient/p1 m1'],
			['partial'],
		],
		...['Patient?identifier=s|2', '#pat', 'urn:uuid:1', 'Patient/'].map(
			(reference): [string, Files, string[], string[]] => [
				`a claim that names its patient as ${reference}`,
				{ Patient: [ADA], Claim: [{ ...claim('c1', 'p1'), patient: { reference } }] },
				['Patient/p1 m1', 'Claim/c1 -'],
				['complete', 'unclear'],
			],
		),
		[
			'a claim of an odd id',
			{ Patient: [ADA], Claim: [claim('c1', 'p_2')] },
			['Patient/p1 m1'],
			['complete', 'partial'],
		],
		[
			'a Patient without an id',
			{ Patient: [ADA, { ...GRACE, id: undefined }] },
			['Patient/p1 m1'],
			['partial'],
		],
		[
			'a group of ours and others',
			{
				Patient: [ADA],
				Group: [
					{
						resourceType: 'Group',
						id: 'g',
						member: ['p1', 'p2'].map((id) => ({ entity: { reference: `Patient/${id}` } })),
					},
				],
			},
			['Patient/p1 m1'],
			['complete', 'partial'],
		],
		[
			'a Bundle of a stranger',
			{ Patient: [ADA], Bundle: [{ resourceType: 'Bundle', id: 'b', entry: [{ resource: GRACE }] }] },
			['Patient/p1 m1'],
			['complete', 'partial'],
		],
		[
			'a married name and one patient',
			{ Patient: [{ ...ADA, name: [{ family: 'King', given: ['Ada'] }] }], Claim: [claim('c1', 'p1')] },
			['Patient/p1 m1', 'Claim/c1 m1'],
			['complete', 'complete'],
			{ patientsSeen: 1, patientChecked: false },
		],
		[
			'a newborn under a placeholder',
			{
				Patient: [{ ...ADA, name: [{ family: 'Lovelace', given: ['Baby Girl'] }] }],
				Claim: [claim('c1', 'p1')],
			},
			['Patient/p1 m1', 'Claim/c1 m1'],
			['complete', 'complete'],
		],
		[
			'a twin beside our member',
			{
				Patient: [ADA, { ...ADA, id: 'p3', name: [{ family: 'Lovelace', given: ['Ruth'] }] }],
				Claim: [claim('c3', 'p3')],
			},
			['Patient/p1 m1'],
			['partial', 'partial'],
		],
	])('%s', async (_, files, labels, outcomes, report = {}) => {
		const seen = await fetch(files, { from: HASHES });
		expect(sorted(seen.labels)).toEqual(sorted(labels));
		expect(seen.outcomes).toEqual(outcomes);
		expect(seen.reports[0]).toMatchObject(report);
	});

	test('an id of the match whose Patient was born on another day is not believed', async () => {
		const files = { Patient: [{ ...GRACE, id: 'p1' }], Claim: [claim('c1', 'p1')] };
		const { labels, outcomes } = await fetch(files, { from: { patientId: 'p1', ...HASHES } });
		expect([labels, outcomes]).toEqual([[], ['partial', 'partial']]);
	});

	test.each<[sentence: string, files: Files, from: object, labels: string[], report: object]>([
		[
			'one patient',
			{ Claim: [claim('c1', 'p1')], Condition: [] },
			{},
			['Claim/c1 m1'],
			{ outcome: 'complete', patientsSeen: 1, patientChecked: false },
		],
		[
			'one patient, and hashes made with other ids',
			{ Patient: [GRACE] },
			{ ...HASHES, groupId: 'g2' },
			['Patient/p2 m1'],
			{ outcome: 'complete', patientChecked: false },
		],
		[
			'two patients in one file',
			{ Claim: [claim('c1', 'p1'), claim('c2', 'p2')] },
			{},
			['Claim/c1 -', 'Claim/c2 -'],
			{ outcome: 'unclear', patientsSeen: 2 },
		],
		[
			'two patients in two files',
			{ Claim: [claim('c1', 'p1')], Claim2: [claim('c2', 'p2')] },
			{},
			['Claim/c1 -', 'Claim/c2 -'],
			{ outcome: 'unclear', patientsSeen: 2 },
		],
		['nobody', { Organization: [PLAN] }, {}, ['Organization/o1 m1'], { outcome: 'complete' }],
	])('where nothing is known of the member, %s', async (_, files, from, labels, report) => {
		const seen = await fetch(files, { from });
		expect(sorted(seen.labels)).toEqual(sorted(labels));
		expect(seen.reports[0]).toMatchObject(report);
	});

	test('in an export of several members, each resource gets its own member ID or none', async () => {
		const members = [
			{ memberId: 'm1', ...HASHES },
			{ memberId: 'm2', patientId: 'p2' },
		];
		const files = {
			Patient: [ADA, GRACE, PARENT],
			Claim: [claim('c1', 'p1'), claim('c2', 'p2'), claim('c9', 'p9')],
		};
		const { labels, outcomes } = await fetch(files, { from: { memberId: undefined, members } });
		expect(sorted(labels)).toEqual(sorted(['Patient/p1 m1', 'Patient/p2 m2', 'Claim/c1 m1', 'Claim/c2 m2']));
		expect(outcomes).toEqual(['partial', 'partial']);
	});

	test('a Patient who fits two members is of none of them', async () => {
		const hashesOf = (memberId: string) => hashesJson(personOf(ADA), { memberId, groupId: 'g1' });
		const members = ['m1', 'm2'].map((memberId) => ({ memberId, ...hashesOf(memberId) }));
		const { labels, outcomes } = await fetch({ Patient: [ADA] }, { from: { memberId: undefined, members } });
		expect([labels, outcomes]).toEqual([['Patient/p1 -'], ['unclear']]);
	});
});
