import { row, truth, typesOf } from '../../support/expectations';
import { theBench } from '../bench';
import { jsonOf, run, type Step } from '../workflows';
import { fourSteps } from '../../support/steps';

const STEPS: Step[] = fourSteps();

/** Answers that are no success of HTTP, which n8n hands over as errors of its own. */
export function answersSuite(): void {
	describe('an answer other than 200', () => {
		afterEach(async () => await theBench().sandbox.plan([]));

		test('422 to a match is an outcome, and the member is asked for once', async () => {
			const { sandbox } = theBench();
			await sandbox.forget();
			const execution = await run({ rows: [row('no-match')], steps: STEPS });
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
			expect(jsonOf(execution, 'memberMatch', 1)).toMatchObject([{ outcome: 'no-match' }]);
			expect((await sandbox.requests()).filter(({ path }) => path.includes('$member-match'))).toHaveLength(1);
		});

		test('429 and 410 are waited for and asked anew; their headers are heeded', async () => {
			const { sandbox } = theBench();
			await sandbox.forget();
			await sandbox.plan([
				{
					on: 'status',
					occurrence: 1,
					fault: { name: 'answer', status: 429, headers: { 'retry-after': '3' } },
				},
				{ on: 'file', batch: 1, fault: { name: 'gone-until-reread', status: 410 } },
			]);
			const execution = await run({ rows: [row('small')], steps: STEPS });
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
			expect(typesOf(jsonOf(execution, 'fetchBatch'))).toEqual(truth('small').types);
			const looks = (await sandbox.requests()).filter(({ path }) => path.includes('/job/'));
			expect(looks[1].time - looks[0].time).toBeGreaterThanOrEqual(2_900);
		});
	});
}
