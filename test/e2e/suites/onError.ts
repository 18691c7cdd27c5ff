import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { jsonOf, run, type Step } from '../workflows';

/** For each node: an input that is an error there, the output it leaves by under Continue, and the number of outputs. */
const CASES: Array<{
	node: Step['node'];
	bad: object;
	continueOutput: number;
	outputs: number;
	says: RegExp;
}> = [
	{
		node: 'memberMatch',
		bad: { ...row('medium'), birthDate: '05/01/1980' },
		continueOutput: 1,
		outputs: 2,
		says: /Birth Date/,
	},
	{
		node: 'startExport',
		bad: { memberId: 'm1', tenant: 'bison' },
		continueOutput: 1,
		outputs: 2,
		says: /groupId/,
	},
	{
		node: 'waitForExport',
		bad: { memberId: 'm1', tenant: 'bison' },
		continueOutput: 2,
		outputs: 3,
		says: /jobId/,
	},
	{
		node: 'fetchBatch',
		bad: { memberId: 'm1', tenant: 'bison' },
		continueOutput: 1,
		outputs: 2,
		says: /url/,
	},
];

/** On Error: Continue, and Continue (using error output), in the real n8n. */
export function onErrorSuite(): void {
	describe('On Error', () => {
		test.each(CASES)('Continue: $node', async ({ node, bad, continueOutput, outputs, says }) => {
			const execution = await run({ rows: [bad], steps: [{ node, onError: 'continueRegularOutput' }] });
			expect(execution.status).toBe('success');
			const found = Array.from({ length: outputs }, (_, output) => jsonOf(execution, node, output));
			const [item] = found[continueOutput];
			expect(Object.keys(item).sort()).toEqual(['details', 'error', 'message']);
			expect(`${String(item.error)} ${String(item.message)}`).toMatch(says);
			expect(found.flat()).toHaveLength(1);
		});

		test.each(CASES)('Continue (using error output): $node', async ({ node, bad, outputs, says }) => {
			const execution = await run({ rows: [bad], steps: [{ node, onError: 'continueErrorOutput' }] });
			expect(execution.status).toBe('success');
			const found = Array.from({ length: outputs + 1 }, (_, output) => jsonOf(execution, node, output));
			const [item] = found[outputs];
			expect(item).toMatchObject({ ...bad, error: expect.any(String), message: expect.any(String) });
			expect(`${String(item.error)} ${String(item.message)}`).toMatch(says);
			expect(found.flat()).toHaveLength(1);
		});

		test("Continue: one member's error takes no other member's result away, and the next node refuses by name", async () => {
			const execution = await run({
				rows: [CASES[0].bad, row('small'), row('no-match')],
				steps: [
					{ node: 'memberMatch', onError: 'continueRegularOutput' },
					{ node: 'startExport', onError: 'continueRegularOutput' },
				],
			});
			expect(jsonOf(execution, 'memberMatch').map(({ memberId }) => memberId)).toEqual(['SYN-1001']);
			expect(jsonOf(execution, 'memberMatch', 1).map((item) => item.outcome ?? 'error')).toEqual([
				'error',
				'no-match',
			]);
			expect(jsonOf(execution, 'startExport')[0]).toHaveProperty('jobId');
		});

		test('Start Export under Continue: the error item leaves by Not Started, and Wait For Export gets nothing', async () => {
			const execution = await run({
				rows: [CASES[1].bad],
				steps: [{ node: 'startExport', onError: 'continueRegularOutput' }, { node: 'waitForExport' }],
			});
			expect(execution.status).toBe('success');
			expect(jsonOf(execution, 'startExport', 1)).toHaveLength(1);
			expect(execution.runData.waitForExport).toBeUndefined();
		});

		test('A11 a consent that has ended leaves by Not Started, connected or not', async () => {
			const ended = { memberId: 'm1', tenant: 'bison', groupId: 'g1', consentEnd: '2020-01-31' };
			const execution = await run({
				rows: [ended],
				steps: [{ node: 'startExport' }, { node: 'waitForExport' }],
			});
			expect(execution.status).toBe('success');
			expect(jsonOf(execution, 'startExport', 1)).toMatchObject([{ ...ended, outcome: 'consent-ended' }]);
			expect(execution.runData.waitForExport).toBeUndefined();
		});

		test('Stop: nothing is sent when one row of three is bad', async () => {
			const { sandbox } = theBench();
			await sandbox.forget();
			const execution = await run({
				rows: [row('small'), CASES[0].bad, row('no-match')],
				steps: [{ node: 'memberMatch' }],
			});
			expect(execution.status).toBe('error');
			expect(execution.error?.context).toMatchObject({ itemIndex: 1 });
			expect((await sandbox.requests()).filter(({ path }) => path.includes('$member-match'))).toEqual([]);
		});
	});
}
