import type { IDataObject } from 'n8n-workflow';
import { personOf } from '../../../nodes/shared/exchange/person';
import { hashesJson } from '../../../nodes/shared/exchange/personHashes';
import { credentialFor, runSteps, storedBytes } from '../../support/engine';
import { startScriptedGateway } from '../../support/scriptedGateway';

/** Prepare For My Server, where a payer's ids and references are odd. */

const SETTINGS = { ownAddress: 'https://plan.example', ownName: 'Prairie Health Plan' };

/** Fetches one file that does not say what it holds, for a member whose own Patient is `1002`, and the payer's `1001`. */
async function fetched(lines: string[], columnsOfItems: object[] = [{ jobId: 'job-1' }]) {
	const gateway = await startScriptedGateway([
		(response) => response.end(lines.map((line) => `${line}\n`).join('')),
	]);
	const items = columnsOfItems.map((columns, index) => ({
		memberId: `m${index}`,
		patientId: '1001',
		ownPatientId: '1002',
		tenant: 'bison',
		batch: 1,
		batchCount: 1,
		url: `/v1/bison/bulk-data/r4/$export/file/${index}.ndjson`,
		...columns,
	}));
	const parameters = { outputAs: 'file', options: { prepare: { settings: SETTINGS } } as IDataObject };
	const run = await runSteps({
		items,
		steps: [{ node: 'fetchBatch', parameters }],
		credential: credentialFor(gateway),
	});
	await gateway.close();
	const [report] = run.outputs('fetchBatch')[1] ?? [];
	return { items: run.outputs('fetchBatch')[0] ?? [], report, run };
}

const claim = (id: string, key: string, patient: string) =>
	`{"resourceType":"Claim","id":"${id}","patient":{"${key}":"Patient/${patient}"}}`;

test('C another patient of the payer has the id of our own: nothing of theirs is taken for the member’s', async () => {
	const others = [
		'{"resourceType":"Patient","id":"1002"}',
		claim('2', 'reference', '1002'),
		claim('3', 'r\\u0065ference', '1002'),
	];
	const own = ['{"resourceType":"Patient","id":"1001"}', claim('1', 'reference', '1001')];
	const { items, report } = await fetched([own[1], ...others, own[0]]);
	expect((await storedBytes(items[0])).toString().trim().split('\n')).toHaveLength(2);
	expect(report.json).toMatchObject({ resources: 2, otherPatients: 3 });
	const apart = (await storedBytes(report, 'otherPatients')).toString();
	expect(apart.trim().split('\n').sort()).toEqual([...others].sort());
});

test('C exports without a job and a time: each has a Provenance of its own', async () => {
	const { items } = await fetched(['{"resourceType":"Patient","id":"1001"}'], [{}, {}]);
	const ids = await Promise.all(
		items.map(async (item) => {
			const text = (await storedBytes(item, 'provenance')).toString();
			return (JSON.parse(text) as IDataObject).id;
		}),
	);
	expect(new Set(ids).size).toBe(2);
});

const ADA = {
	resourceType: 'Patient',
	id: '1001',
	name: [{ family: 'Lovelace', given: ['Ada'] }],
	birthDate: '1984-03-12',
};
const GRACE = { ...ADA, id: '2', name: [{ family: 'Hopper', given: ['Grace'] }], birthDate: '1990-01-01' };

test('C the Patient of the match turns out to be somebody else behind the claims: nothing is given out', async () => {
	const hashes = hashesJson(personOf(ADA), { memberId: 'm0', patientId: '1001' });
	const other = JSON.stringify({ ...GRACE, id: '1001' });
	const { items, run } = await fetched(
		[claim('1', 'reference', '1001'), other],
		[{ jobId: 'job-1', ...hashes }],
	);
	expect(items).toEqual([]);
	expect(`${run.error?.message}`).toContain('is not the Patient that the payer named');
});

test('C a stored file tells of resources whose Patient turns out to be somebody else behind them', async () => {
	const hashes = hashesJson(personOf(ADA), { memberId: 'm0', groupId: 'g1' });
	const lines = [
		claim('1', 'reference', '1001'),
		claim('2', 'reference', '2'),
		...[ADA, GRACE].map((each) => JSON.stringify(each)),
	];
	const { report } = await fetched(lines, [
		{ jobId: 'job-1', groupId: 'g1', patientId: undefined, ...hashes },
	]);
	expect(report.json).toMatchObject({ otherPatients: 2 });
});
