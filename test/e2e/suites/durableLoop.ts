import type { N8nExecution } from '../../../local-n8n/execution';
import { row, truth, typesOf } from '../../support/expectations';
import { startSandbox, type RunningSandbox, type SeenRequest } from '../../support/sandbox';
import { credentialFor, theBench, withSettings } from '../bench';
import { jsonOf, run, start, type Plan } from '../workflows';
import { fourSteps } from '../../support/steps';

const PAUSE = 'Pause';

/** Wait For Export looks once; what is still running comes back through n8n's Wait node. */
export function loop(seconds: number): Plan {
	return {
		rows: [row('small')],
		steps: fourSteps({ waitForExport: { giveUpAfter: 0 } }),
		extra: [
			{
				name: PAUSE,
				type: 'n8n-nodes-base.wait',
				typeVersion: 1.1,
				parameters: { amount: seconds, unit: 'seconds' },
			},
		],
		links: [
			{ from: 'waitForExport', output: 1, to: PAUSE },
			{ from: PAUSE, output: 0, to: 'waitForExport' },
		],
	};
}

/** The requests that ask for an export's status. */
export function looks(requests: SeenRequest[]): SeenRequest[] {
	return requests.filter(({ path }) => path.includes('/job/'));
}

/** The member's resources have left Fetch Batch, each once. */
export function expectAllFetched(execution: N8nExecution): void {
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	expect(typesOf(jsonOf(execution, 'fetchBatch'))).toEqual(truth('small').types);
}

/**
 * The loop of the example: Still Running, a Wait node, back.
 *
 * @returns declares the test of the long wait, which has begun before the first test and is to be the last
 */
export function durableLoopSuite(): () => void {
	let other: RunningSandbox;
	let longRun: Promise<string>;
	beforeAll(async () => {
		other = await startSandbox('--running-polls', '1');
		const credentialId = await credentialFor(other);
		longRun = Promise.resolve((await start({ ...loop(65), credentialId })).executionId);
	});
	afterAll(async () => await other.stop());

	test('an export is looked at once a round until it has finished', async () => {
		const { sandbox } = theBench();
		await sandbox.forget();
		const execution = await withSettings({ runningPolls: 2 }, async () => await run(loop(2)));
		expectAllFetched(execution);
		expect(looks(await sandbox.requests())).toHaveLength(3);
		const rounds = execution.runData.waitForExport.map((round) => round.data?.main[1]?.[0]?.json);
		expect(rounds).toEqual([
			expect.objectContaining({ memberId: 'SYN-1001', polls: 1, nextPollAt: expect.any(String) }),
			expect.objectContaining({ memberId: 'SYN-1001', polls: 2, nextPollAt: expect.any(String) }),
			undefined,
		]);
	});

	test('an export that comes back too early is not asked for before the payer wants it', async () => {
		const { sandbox } = theBench();
		await sandbox.forget();
		const settings = { runningPolls: 2, retryAfter: '4' };
		const execution = await withSettings(settings, async () => await run(loop(1)));
		expectAllFetched(execution);
		const asked = looks(await sandbox.requests()).map(({ time }) => time);
		expect(asked).toHaveLength(3);
		expect(execution.runData.waitForExport.length).toBeGreaterThan(asked.length);
		expect(asked[1] - asked[0]).toBeGreaterThanOrEqual(3_900);
		expect(asked[2] - asked[1]).toBeGreaterThanOrEqual(3_900);
	});

	return () =>
		test('a wait of 65 seconds, during which no worker is held, ends in the resources', async () => {
			const { client } = theBench();
			const execution = await client.waitForExecution(await longRun, { timeoutMs: 150_000 });
			expectAllFetched(execution);
			const asked = looks(await other.requests()).map(({ time }) => time);
			expect(asked).toHaveLength(2);
			expect(asked[1] - asked[0]).toBeGreaterThanOrEqual(64_000);
		}, 300_000);
}
