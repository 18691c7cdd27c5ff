import { afterMidnight, beforeMidnight, ENDED, LAST_DAY, passMidnight } from '../../support/midnight';
import { ndjson } from '../../support/ndjson';
import type { Answer } from '../../support/scriptedGateway';
import { runAgainst } from '../../support/standardRuns';

beforeEach(() => beforeMidnight());
afterEach(() => void jest.useRealTimers());

describe('A11 Delete Job When Done', () => {
	const DELETE = { fetchBatch: { options: { deleteJob: true, concurrency: 1 } } };
	const items = (url: string) =>
		[1, 2].map((each) => ({
			memberId: 'm',
			consentEnd: LAST_DAY,
			statusUrl: `${url}/jobs/1`,
			url: `${url}/f/${each}`,
			batch: each,
			batchCount: 2,
		}));
	const body = ndjson({ resourceType: 'Patient', id: 'p1' });

	test.each<[sentence: string, answers: Answer[], methods: string[], outcomes: string[]]>([
		[
			'one file came, the consent ended before the other',
			[afterMidnight({ body }), { status: 202 }],
			['GET', 'DELETE'],
			['complete', 'consent-ended'],
		],
		[
			'one file was refused, the consent holds',
			[{ status: 404 }, { status: 404 }, { body }],
			['GET', 'GET', 'GET'],
			['error', 'complete'],
		],
	])('%s', async (_, answers, methods, outcomes) => {
		const { run, got } = await runAgainst(answers, {
			nodes: ['fetchBatch'],
			items,
			parameters: DELETE,
			onError: 'continueRegularOutput',
		});
		expect(got.map(({ method }) => method)).toEqual(methods);
		expect(run.json('fetchBatch', 1).map(({ outcome }) => outcome ?? 'error')).toEqual(outcomes);
	});

	test('an item of Failed has no file, and its job can be deleted', async () => {
		passMidnight();
		const failed = (url: string) => ({
			memberId: 'm',
			consentEnd: LAST_DAY,
			statusUrl: `${url}/jobs/1`,
			...ENDED,
			batches: null,
			errors: [],
		});
		const { run, got } = await runAgainst([{ status: 202 }], {
			nodes: ['fetchBatch'],
			items: (url) => [failed(url)],
			parameters: DELETE,
		});
		expect(run.json('fetchBatch', 1)).toMatchObject([{ ...ENDED, jobDeleted: true }]);
		expect(got.map(({ method }) => method)).toEqual(['DELETE']);
	});
});
