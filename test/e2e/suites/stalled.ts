import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { jsonOf, run } from '../workflows';
import { fourSteps } from '../../support/steps';

/** A payer that falls silent in the middle of a file. */
export function stalledSuite(): void {
	test('a download into a file that stalls is given up, and nothing of it leaves', async () => {
		const { sandbox } = theBench();
		await sandbox.plan([{ on: 'file', batch: 1, fault: { name: 'stall', at: 0.5 } }]);
		const execution = await run({
			rows: [row('small')],
			steps: fourSteps({ fetchBatch: { outputAs: 'file', options: { idleSeconds: 1, keepTryingFor: 0.1 } } }),
		}).finally(async () => await sandbox.plan([]));
		expect(execution.status).toBe('error');
		expect(`${execution.error?.message} ${execution.error?.description}`).toMatch(
			/broke off on its way.*nothing came for 1 s/s,
		);
		expect(jsonOf(execution, 'fetchBatch')).toEqual([]);
	});
}
