import type { EngineRun, NodeName, Step } from '../../support/engine';
import { pairs, row } from '../../support/expectations';
import { afterMidnight, beforeMidnight, ENDED, LAST_DAY, passMidnight } from '../../support/midnight';
import { ndjson } from '../../support/ndjson';
import { runOneNode } from '../../support/oneNode';
import type { Answer } from '../../support/scriptedGateway';
import { runAgainst } from '../../support/standardRuns';

beforeEach(() => beforeMidnight());
afterEach(() => void jest.useRealTimers());

const BASE = '/v1/bison/bulk-data/r4/$export';
const MEMBER = { memberId: 'm1', tenant: 'bison', groupId: 'g1', consentEnd: LAST_DAY };
const JOB = { ...MEMBER, jobId: 'job-1' };
const FILES = ['a', 'b'].map((name) => ({ type: 'Patient', url: `${BASE}/file/${name}.ndjson` }));
const batch = (index: number) => ({
	...JOB,
	...FILES[index],
	batch: index + 1,
	batchCount: 2,
	resourceCount: 2,
});
const BATCH = batch(0);
const PATIENT: Answer = { body: ndjson({ resourceType: 'Patient', id: 'p1' }) };
const STARTED: Answer = { status: 202, headers: { 'content-location': `${BASE}/job/job-1` } };
const WAITING = { status: 202, headers: { 'retry-after': '1' } };
const BUSY = { status: 429, headers: { 'retry-after': '1' } };
const MANIFEST = { output: FILES };

const WAIT: Step = { node: 'waitForExport', parameters: { pollEvery: 1 } };
const ONE_AT_A_TIME = { options: { concurrency: 1 } };
/** The output of each node by which an ended consent leaves. */
const outputOf = (node: NodeName) => (node === 'waitForExport' ? 2 : 1);
const endOf = (run: EngineRun, node: Step['node']) => {
	expect(run.error).toBeUndefined();
	const others = run.outputs(node).filter((_, output) => output !== outputOf(node));
	return { own: run.json(node, outputOf(node)), others: others.flat().map(({ json }) => json) };
};

describe('A11 a consent that has ended', () => {
	const EACH: Array<[node: 'startExport' | 'waitForExport' | 'fetchBatch', item: object, says: object]> = [
		['startExport', MEMBER, { ...MEMBER, ...ENDED }],
		['waitForExport', JOB, { ...JOB, ...ENDED, batches: null, errors: [] }],
		['waitForExport', { ...JOB, finished: true, response: MANIFEST }, { ...JOB, ...ENDED }],
		['waitForExport', { ...JOB, nextPollAt: '2999-01-01T00:00:00.000Z' }, { ...JOB, ...ENDED }],
		['fetchBatch', BATCH, { ...JOB, ...ENDED, batch: 1, type: 'Patient', resources: 0, rejectedLines: [] }],
	];

	test.each(EACH)('%s asks for nothing, and says so', async (node, item, says) => {
		passMidnight();
		const { run, gateway } = await runOneNode({ node }, [item], { answers: [{ status: 500 }] });
		const { own, others } = endOf(run, node);
		expect(own).toMatchObject([says]);
		expect(others).toEqual([]);
		expect(pairs(run.outputs(node)[outputOf(node)])).toEqual([0]);
		expect([gateway.got, gateway.tokenRequests]).toEqual([[], []]);
		const [execution] = run.raw.data.resultData.runData[node];
		expect(execution.hints?.map(({ message }) => message).join()).toContain('consent');
	});

	test.each(EACH)('%s: its last day counts whole', async (node, item) => {
		const { gateway } = await runOneNode({ node, onError: 'continueRegularOutput' }, [item], {
			answers: [{ status: 404 }],
		});
		const isAsked = !('finished' in item) && !('nextPollAt' in item);
		expect(gateway.got).toHaveLength(isAsked ? (node === 'fetchBatch' ? 2 : 1) : 0);
	});

	test.each(EACH)('%s: an item without it, or with an empty one, is not held up', async (node, item) => {
		passMidnight();
		const items = [undefined, null, '', '  '].map((consentEnd) => ({ ...item, consentEnd }));
		const { run } = await runOneNode({ node, onError: 'continueRegularOutput' }, items, {
			answers: [{ status: 404 }],
		});
		expect(run.outputs(node).flat()).not.toHaveLength(0);
		expect(
			run
				.outputs(node)
				.flat()
				.filter(({ json }) => json.outcome === 'consent-ended'),
		).toEqual([]);
	});

	test.each(EACH)('%s: one that is no date is an error that names it, never ignored', async (node, item) => {
		for (const consentEnd of [
			'2027-02-30',
			'soon',
			'2027',
			'03/10/2027',
			46_456,
			false,
			['2099-01-01'],
			{},
		]) {
			const { run, gateway } = await runOneNode({ node }, [{ ...item, consentEnd }], { answers: [{}] });
			expect(run.error?.message).toContain(`'consentEnd' of the item must be a date of the calendar`);
			expect(gateway.got).toEqual([]);
		}
	});

	test.each(EACH)(
		'%s as a tool: the agent sees outcome and next step on the first output',
		async (node, item) => {
			passMidnight();
			const { run } = await runOneNode({ node }, [item], { answers: [{}], asTool: true });
			const { outcome, nextStep } = ENDED;
			expect(run.json(node)).toMatchObject([{ outcome, nextStep, consentEnd: LAST_DAY }]);
			expect(JSON.stringify(run.json(node))).not.toContain('m1');
		},
	);

	test('of an export without files there is nothing to fetch', async () => {
		passMidnight();
		const { run } = await runOneNode({ node: 'fetchBatch' }, [{ ...JOB, batchCount: 0 }], { answers: [{}] });
		expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', resources: 0 }]);
	});
});

describe('A11 a consent that ends in the middle', () => {
	const withNext = { output: [FILES[0]], link: [{ relation: 'next', url: `${BASE}/job/job-1?page=2` }] };
	const withErrors = { ...MANIFEST, error: [{ type: 'OperationOutcome', url: FILES[1].url }] };
	const lookOnce = { ...WAIT, parameters: { giveUpAfter: 0 } };

	test.each<[moment: string, step: Step, item: object, answers: Answer[], asked: number]>([
		['before a repeated kick-off', { node: 'startExport' }, MEMBER, [afterMidnight(BUSY), STARTED], 1],
		['before the next poll', WAIT, JOB, [afterMidnight(WAITING), { body: MANIFEST }], 1],
		['before a poll after a trouble', WAIT, JOB, [afterMidnight({ status: 503 }), { body: MANIFEST }], 1],
		['before a poll of a later run', lookOnce, JOB, [afterMidnight(WAITING)], 1],
		['before a page of the manifest', WAIT, JOB, [afterMidnight({ body: withNext }), { body: MANIFEST }], 1],
		['before an error file', WAIT, JOB, [afterMidnight({ body: withErrors }), {}], 1],
		[
			'between page and error file',
			WAIT,
			JOB,
			[{ body: withNext }, afterMidnight({ body: withErrors }), {}],
			2,
		],
		[
			'before a file is asked for again',
			{ node: 'fetchBatch' },
			BATCH,
			[afterMidnight({ status: 503 }), PATIENT],
			1,
		],
		[
			'before a file gets a fresh address',
			{ node: 'fetchBatch' },
			BATCH,
			[afterMidnight({ status: 410 }), PATIENT],
			1,
		],
		[
			'before the file at its fresh address',
			{ node: 'fetchBatch' },
			BATCH,
			[{ status: 410 }, afterMidnight({ body: MANIFEST }), PATIENT],
			2,
		],
	])('%s: nothing more is asked', async (_, step, item, answers, asked) => {
		const { run, gateway } = await runOneNode(step, [item], { answers });
		const { own, others } = endOf(run, step.node);
		expect(own).toMatchObject([ENDED]);
		expect(others).toEqual([]);
		expect(gateway.got).toHaveLength(asked);
	});

	test('between two items: each item is looked at when its turn comes', async () => {
		const start = await runOneNode({ node: 'startExport', parameters: ONE_AT_A_TIME }, [MEMBER, MEMBER], {
			answers: [afterMidnight({ status: 202, headers: { 'content-location': `${BASE}/job/job-1` } })],
		});
		expect([start.run.json('startExport').length, start.run.json('startExport', 1)]).toMatchObject([
			1,
			[ENDED],
		]);
		const fetch = await runOneNode({ node: 'fetchBatch', parameters: ONE_AT_A_TIME }, [batch(0), batch(1)], {
			answers: [PATIENT],
		});
		expect(fetch.run.json('fetchBatch', 1).map(({ outcome }) => outcome)).toEqual(
			Array(2).fill('consent-ended'),
		);
	});

	test('a file that is on its way is taken whole; the next one is not, and no total is compared', async () => {
		const { run } = await runOneNode(
			{ node: 'fetchBatch', parameters: ONE_AT_A_TIME },
			[batch(0), batch(1)],
			{
				answers: [afterMidnight({ body: ndjson({ resourceType: 'Patient', id: 'p1' }) })],
			},
		);
		const reports = run.json('fetchBatch', 1);
		expect(reports).toMatchObject([{ outcome: 'complete', resources: 1 }, ENDED]);
		expect(run.json('fetchBatch')).toHaveLength(1);
	});

	test('Still Running, fed back in on the next day, is Failed', async () => {
		const first = await runOneNode(lookOnce, [JOB], { answers: [WAITING] });
		const [waiting] = first.run.json('waitForExport', 1);
		expect(waiting).toMatchObject({ consentEnd: LAST_DAY });
		passMidnight();
		const { run, gateway } = await runOneNode(WAIT, [{ ...waiting, payer: undefined }], {
			answers: [{ body: MANIFEST }],
		});
		expect(endOf(run, 'waitForExport')).toMatchObject({ own: [ENDED], others: [] });
		expect(gateway.got).toEqual([]);
	});

	test('before a match that is repeated, and before the next member', async () => {
		const member = row('small', { consentStart: '2026-01-01', consentEnd: LAST_DAY });
		const items = [member, { ...member, memberId: 'm2' }];
		const { run, gateway } = await runOneNode({ node: 'memberMatch', parameters: ONE_AT_A_TIME }, items, {
			answers: [afterMidnight(BUSY), { status: 500 }],
		});
		const { own, others } = endOf(run, 'memberMatch');
		expect(own.map(({ outcome }) => outcome)).toEqual(Array(2).fill('consent-not-in-force'));
		expect([others, gateway.got.length]).toEqual([[], 1]);
	});
});

describe('A11 the day is that of the workflow', () => {
	const ZONES: Array<[zone: string, now: string, hasEnded: boolean]> = [
		['America/New_York', '2027-03-10T23:59:59-05:00', false],
		['America/New_York', '2027-03-11T00:00:00-05:00', true],
		['Pacific/Honolulu', '2027-03-11T00:00:00-05:00', false],
		['Pacific/Honolulu', '2027-03-11T10:00:00Z', true],
		['Pacific/Kiritimati', '2027-03-10T09:59:59Z', false],
		['Pacific/Kiritimati', '2027-03-10T10:00:00Z', true],
	];
	test.each(ZONES)('in %s at %s', async (timezone, now, hasEnded) => {
		jest.setSystemTime(new Date(now));
		const items = (url: string) => [{ ...JOB, statusUrl: `${url}/jobs/1` }];
		for (const node of ['startExport', 'waitForExport', 'fetchBatch'] as const) {
			const { run, got } = await runAgainst([{ status: 404 }], {
				nodes: [node],
				items: (url) => [{ ...items(url)[0], url: `${url}/file/1`, batch: 1 }],
				onError: 'continueRegularOutput',
				timezone,
			});
			const outcomes = run
				.outputs(node)
				.flat()
				.map(({ json }) => json.outcome);
			expect([node, outcomes.includes('consent-ended'), got.length > 0]).toEqual([node, hasEnded, !hasEnded]);
		}
	});
});

describe('A11 On Error', () => {
	const items = [MEMBER, { ...MEMBER, consentEnd: 'never' }, { ...MEMBER, consentEnd: '2099-12-31' }];
	const outputsOf = async (onError: Step['onError']) => {
		passMidnight();
		const { run } = await runOneNode({ node: 'startExport', onError }, items, { answers: [STARTED] });
		return run
			.outputs('startExport')
			.map((all) => all.map(({ json }) => json.outcome ?? json.error ?? json.jobId));
	};
	const says = expect.stringContaining('consentEnd') as string;

	test('Continue: errors leave by Not Started too, in the order of the input', async () => {
		expect(await outputsOf('continueRegularOutput')).toEqual([['job-1'], ['consent-ended', says]]);
	});

	test('Continue (using error output): each has its own', async () => {
		expect(await outputsOf('continueErrorOutput')).toEqual([['job-1'], ['consent-ended'], [says]]);
	});
});
