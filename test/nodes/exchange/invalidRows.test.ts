import { runOneNode } from '../../support/oneNode';
import type { NodeName } from '../../support/engine';

/** F5: the later nodes name all rows that are wrong, as Member Match does, before anything is sent. */

const MEMBER = { memberId: 'SECRET-1', tenant: 'bison', groupId: 'group-1', jobId: 'job-1' };
const OTHER_PAYER = { ...MEMBER, payer: 'oneUpHealth:gateway.example.org/bison', payerName: 'Bison' };
const running = { status: 202, body: {} };

const NODES: Array<[NodeName, object, string]> = [
	['startExport', { groupId: 'Ada Lovelace' }, 'Group ID'],
	['waitForExport', { jobId: 'Ada Lovelace' }, 'Job ID'],
];

async function run(node: NodeName, items: object[], onError?: 'continueErrorOutput') {
	const step = { node, onError, parameters: node === 'waitForExport' ? { giveUpAfter: 0 } : {} };
	const result = await runOneNode(step, items, { answers: [running] });
	const { error } = result.run;
	return { ...result, message: error?.message, description: String(error?.description) };
}

describe.each(NODES)('F5 %s', (node, broken, label) => {
	const bad = { ...MEMBER, ...broken };

	test('lists every row that is wrong, and sends nothing', async () => {
		const { message, description, gateway } = await run(node, [
			bad,
			MEMBER,
			{ ...MEMBER, consentEnd: 'soon' },
			bad,
			OTHER_PAYER,
		]);
		expect(gateway.got).toEqual([]);
		expect(message).toBe('4 of 5 rows cannot be sent as they are, so nothing was sent');
		expect(description).toMatch(new RegExp(`\\[rows 1, 4\\] '${label}' must be`));
		expect(description).toMatch(/\[row 3\] 'consentEnd' of the item must be/);
		expect(description).toMatch(/\[row 5\] The member was matched at .* Choose the credential that/);
		expect(description).toMatch(/input items of this node.*The column "memberId" names each row.*On Error/);
		expect(description).not.toMatch(/spreadsheet|SECRET|Lovelace|soon/);
	});

	test('names rows one after the other by the first and the last', async () => {
		const { description } = await run(
			node,
			Array.from({ length: 12 }, () => bad),
		);
		expect(description).toMatch(/\[rows 1-12\]/);
	});

	test('names one row in the message', async () => {
		expect((await run(node, [MEMBER, bad])).message).toMatch(new RegExp(`'${label}' must be .*row 2 of 2`));
	});

	test('On Error lets the others go on', async () => {
		const { gateway } = await run(node, [bad, MEMBER, bad], 'continueErrorOutput');
		expect(gateway.got).toHaveLength(1);
	});

	test('what is wrong with the credential is no matter of rows', async () => {
		const token = { status: 401, body: { error: 'invalid_client' } };
		const { run: failed } = await runOneNode({ node }, [MEMBER, MEMBER], { answers: [running], token });
		expect(failed.error?.message).not.toMatch(/row/);
	});
});
