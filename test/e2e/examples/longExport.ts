import { createHash } from 'node:crypto';
import { row, truth } from '../../support/expectations';
import { theBench } from '../bench';
import { until } from '../workflows';
import { allJson, endOf, runByHand } from './bringIn';
import { rowsOf } from './dataTables';
import { expectRows, type OutcomeRow } from './outcomeRow';
import { ASKS, bringInForm } from './rosterForm';

/** Others than those of the other examples: a member whose data is here is not asked for again. */
const MEMBERS = ['vietnamese', 'partial'];

/**
 * The example "Long exports", as it is shipped, with its pause of 65 seconds.
 *
 * @returns declares the test, which is to be the last: the wait goes on while the others run
 */
export function longExportExample(): () => void {
	let executionId: string;
	beforeAll(async () => {
		const { client } = theBench();
		const { workflowId, send } = await bringInForm('long-export.json');
		await runByHand(workflowId, 'Make Table by Hand');
		executionId = await send(MEMBERS.map((key) => row(key)));
		await until(
			'the workflow waits',
			async () => (await client.getExecution(executionId)).status === 'waiting',
		);
	});
	const ownRows = async (): Promise<OutcomeRow[]> => {
		const execution = await theBench().client.getExecution(executionId);
		const ids = allJson<OutcomeRow>(execution, 'Start Export').map(({ exchangeId }) => exchangeId);
		return (await rowsOf<OutcomeRow>('Exchange outcomes')).filter(({ exchangeId }) =>
			ids.includes(exchangeId),
		);
	};

	test('long-export: while it waits, the table has the export jobs', async () => {
		const running = {
			outcome: 'still-running',
			jobId: expect.stringMatching(/\w/) as string,
		};
		expect(await ownRows()).toEqual(
			MEMBERS.map((key) => expect.objectContaining({ ...running, memberId: row(key).memberId }) as object),
		);
	});

	return () =>
		test('long-export: after the pause every file is there, byte for byte', async () => {
			const { client } = theBench();
			const execution = await endOf(executionId, 240_000);
			expectRows(await ownRows(), MEMBERS, ASKS);
			const files = (execution.runData.Files ?? []).flatMap((run) => run.data?.main[0] ?? []);
			const hashes = await Promise.all(
				files.map(async ({ binary }) => {
					const bytes = await client.downloadBinary(String(Object.values(binary ?? {})[0].id));
					return createHash('sha256').update(bytes).digest('hex');
				}),
			);
			const expected = MEMBERS.flatMap((key) => truth(key).files.map(({ sha256 }) => sha256));
			expect(hashes.sort()).toEqual(expected.sort());
			expect(execution.runData['Pause Before Asking Again']).toHaveLength(1);
		}, 300_000);
}
