import { row, truth, typesOf } from '../../support/expectations';
import { theBench, tokenRequests } from '../bench';
import { jsonOf, run } from '../workflows';
import { fourSteps } from '../../support/steps';

/** The promise to the analyst: drop, connect, choose the credential, run. */
export function noFieldsSuite(): void {
	test("four nodes in a row in which nothing was entered fetch the member's resources", async () => {
		const { sandbox } = theBench();
		await sandbox.revokeTokens();
		await sandbox.forget();
		const execution = await run({
			rows: [row('small')],
			steps: fourSteps(),
		});
		expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
		expect(typesOf(jsonOf(execution, 'fetchBatch'))).toEqual(truth('small').types);
		expect(jsonOf(execution, 'fetchBatch', 1)).toHaveLength(truth('small').files.length);
		expect(await tokenRequests()).toBe(1);
	});
}
