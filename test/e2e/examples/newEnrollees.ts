import { parse } from 'csv-parse/sync';
import { hashResources } from '../../../sandbox/truth';
import { member, row, truth, typesOf } from '../../support/expectations';
import { theBench } from '../bench';
import { addRows, rowsOf } from './dataTables';
import { allJson, bringIn, runByHand } from './bringIn';
import { expectRows, type OutcomeRow } from './outcomeRow';

const MEMBERS = [
	...['small', 'medium', 'accents', 'apostrophe', 'chinese', 'no-match', 'multiple-matches'],
	...['consent-refused', 'partial', 'failed', 'empty', 'consent-ended'],
];
const BAD = { ...row('vietnamese'), memberId: 'BAD-1', birthDate: '05/01/1980' };

/** The example "New enrollees": one row for each member, whatever became of the others. */
export function newEnrolleesExample(): void {
	test('new-enrollees: makes its tables, then one row for each member, in the table and in the CSV', async () => {
		const { client, sandbox } = theBench();
		const workflowId = await bringIn('new-enrollees.json');
		const first = await runByHand(workflowId);
		expect(allJson(first, 'Member Match')).toEqual([]);
		await addRows('New enrollees', [
			row('small'),
			BAD,
			row('small'),
			...MEMBERS.slice(1).map((key) => row(key)),
		]);

		const execution = await runByHand(workflowId);
		const ids = new Set(
			allJson<OutcomeRow>(execution, 'Member Outcomes').map(({ exchangeId }) => exchangeId),
		);
		const stored = (await rowsOf<OutcomeRow>('Exchange outcomes')).filter(({ exchangeId }) =>
			ids.has(exchangeId),
		);
		expect(stored).toHaveLength(MEMBERS.length + 1);
		expectRows(
			stored.filter(({ memberId }) => memberId !== BAD.memberId),
			MEMBERS,
			'Enrollment team',
		);
		expect(stored.find(({ memberId }) => memberId === BAD.memberId)).toMatchObject({
			outcome: 'error',
			reason: expect.stringContaining('Birth Date') as string,
			askAgain: true,
		});
		const [file] = execution.runData['Outcomes as CSV'][0].data?.main[0] ?? [];
		const csv = await client.downloadBinary(String(file.binary?.data.id));
		const rows = parse(csv, { columns: true, bom: true }) as unknown[];
		expect(rows).toEqual(stored.map((each) => asTexts(each)));

		const types = typesOf(allJson(execution, 'Fetch Batch'));
		for (const [type, { resources, sha256 }] of Object.entries(types)) {
			expect([type, resources]).toEqual([type, allOf(type).resources]);
			expect(sha256).toMatch(/^[0-9a-f]{64}$/);
		}
		const small = allJson<{ id: string }>(execution, 'Fetch Batch').filter(
			({ id }) => id === 'SYN-1001' || id.startsWith('SYN-1001-'),
		);
		expect(hashResources(small.filter((each) => typeIs(each, 'Observation')))).toBe(
			truth('small').types.Observation?.sha256,
		);

		await sandbox.forget();
		const again = await runByHand(workflowId);
		const asked = allJson(again, 'Members').map(({ memberId }) => memberId);
		expect(asked.sort()).toEqual(
			[BAD.memberId, ...['partial', 'failed'].map((key) => member(key).row.memberId)].sort(),
		);
		const matches = (await sandbox.requests()).filter(({ path }) => path.includes('$member-match'));
		expect(matches).toHaveLength(2);
	}, 300_000);
}

function typeIs(resource: object, type: string): boolean {
	return (resource as { resourceType?: string }).resourceType === type;
}

/** How many resources of a type the members have together. */
function allOf(type: string): { resources: number } {
	const counts = MEMBERS.map((key) => truth(key)).map(
		(there) => (there.types as Record<string, { resources: number } | undefined>)[type]?.resources ?? 0,
	);
	return { resources: counts.reduce((sum, count) => sum + count, 0) };
}

function asTexts(outcome: object): Record<string, string> {
	const textOf = (value: unknown) =>
		typeof value === 'boolean' ? String(value).toUpperCase() : String(value ?? '');
	return Object.fromEntries(Object.entries(outcome).map(([column, value]) => [column, textOf(value)]));
}
