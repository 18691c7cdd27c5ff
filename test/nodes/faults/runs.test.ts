import { sleep } from 'n8n-workflow';
import type { FaultEntry } from '../../../sandbox/faults/plan';
import { rosterMembers } from '../../../sandbox/members';
import { credentialFor, runSteps } from '../../support/engine';
import { pairs, row, truth, typesOf } from '../../support/expectations';
import { exchange, expectWhole } from '../../support/faults';
import { errorRoad, markersOf } from '../../support/markers';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { until } from '../../support/stopping';

/** Rows 18 to 20 of the fault matrix: Stop, the deadline, and one bad item among ten. */

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());

describe('18 · Stop', () => {
	const file = /\$export\/file\//;
	const status = /\$export\/job\//;
	test.each<[string, FaultEntry[], RegExp, Record<string, unknown>]>([
		['in the pause between two looks', [], status, { runningPolls: 100 }],
		[
			'in a Retry-After of ten minutes',
			[{ on: 'status', fault: { name: 'answer', status: 429, headers: { 'retry-after': '600' } } }],
			status,
			{},
		],
		[
			'in the Retry-After of a file',
			[{ on: 'file', fault: { name: 'answer', status: 503, headers: { 'retry-after': '200' } } }],
			file,
			{},
		],
		['before the headers of a file', [{ on: 'file', fault: 'hang' }], file, {}],
		['in a download that drips', [{ on: 'file', fault: { name: 'drip', bytes: 100, ms: 300 } }], file, {}],
		['in a download that stalls', [{ on: 'file', fault: { name: 'stall', at: 0.5 } }], file, {}],
	])('%s ends at once, with nothing half and no request after it', async (_, plan, where, settings) => {
		let stopped = 0;
		const running = exchange(sandbox, {
			plan,
			settings,
			parameters: { waitForExport: { giveUpAfter: 30, pollEvery: 30 } },
			onStart: (stop) => {
				void until(async () => (await sandbox.requests()).some(({ path }) => where.test(path))).then(
					async () => {
						await sleep(400);
						stopped = Date.now();
						stop();
					},
				);
			},
		});
		const { run, resourcesOf } = await running;
		// The pauses that it ends are of 30 s and more; a busy machine takes its time for the rest.
		expect(Date.now() - stopped).toBeLessThan(5000);
		expect(run.status).toBe('canceled');
		expect(resourcesOf('small')).toEqual([]);
		const asked = (await sandbox.requests()).length;
		await sleep(700);
		expect((await sandbox.requests()).filter(({ time }) => time > stopped + 100)).toEqual([]);
		expect(await sandbox.requests()).toHaveLength(asked);
	});
});

describe('19 · the deadline', () => {
	test('a job that is not done leaves by Still Running and, fed back in, is finished', async () => {
		await sandbox.reset();
		await sandbox.set({ runningPolls: 3, retryAfter: '1' });
		const credential = credentialFor(sandbox);
		const started = await runSteps({
			items: [row('small')],
			steps: [{ node: 'memberMatch' }, { node: 'startExport' }],
			credential,
		});
		let [item] = started.json('startExport');
		for (const polls of [1, 2, 3]) {
			const run = await runSteps({
				items: [item],
				steps: [{ node: 'waitForExport', parameters: { giveUpAfter: 0 } }],
				credential,
			});
			[item] = run.json('waitForExport', 1);
			expect(item).toMatchObject({
				jobId: expect.any(String) as string,
				polls,
				nextPollAt: expect.any(String) as string,
			});
			// Fed back before its time, it is not asked about.
			const early = await runSteps({
				items: [item],
				steps: [{ node: 'waitForExport', parameters: { giveUpAfter: 0 } }],
				credential,
			});
			expect(early.json('waitForExport', 1)).toEqual([item]);
			await until(async () => await Promise.resolve(Date.now() >= Date.parse(String(item.nextPollAt))));
		}
		const done = await runSteps({
			items: [item],
			steps: [{ node: 'waitForExport', parameters: { giveUpAfter: 0 } }, { node: 'fetchBatch' }],
			credential,
		});
		expect(typesOf(done.json('fetchBatch'))).toEqual(truth('small').types);
		expect((await sandbox.requests()).filter(({ path }) => path.includes('/job/'))).toHaveLength(4);
	});
});

describe('20 · one of ten goes wrong', () => {
	// Ten members, of whom the third goes wrong.
	const keys = rosterMembers
		.filter(({ key }) => ['small', 'accents', 'vietnamese', 'apostrophe', 'chinese'].includes(key))
		.map(({ key }) => key);
	const ten = [...keys, ...keys];
	const BAD = 'vietnamese';
	const good = keys.filter((key) => key !== BAD);
	const at = (on: FaultEntry['on'], fault: FaultEntry['fault']): FaultEntry[] => [{ on, member: BAD, fault }];
	/** A match that stays refused is asked for no longer than a second. */
	const SHORT = { memberMatch: { options: { keepTryingFor: 0.02 } } };
	const gone = (status: number) => ({ name: 'answer' as const, status });

	const WRONG: Array<
		[
			string,
			FaultEntry[],
			node: 'memberMatch' | 'startExport' | 'waitForExport' | 'fetchBatch',
			isOutcome: boolean,
		]
	> = [
		['its match is refused with 500', at('match', gone(500)), 'memberMatch', false],
		[
			'its match answer makes no sense',
			at('match', { name: 'answer', status: 200, body: 'html' }),
			'memberMatch',
			false,
		],
		[
			'its match is a 422 without words',
			at('match', { name: 'answer', status: 422, body: 'empty' }),
			'memberMatch',
			true,
		],
		['its kick-off is refused with 400', at('kickOff', gone(400)), 'startExport', false],
		['its kick-off breaks off', at('kickOff', 'reset'), 'startExport', false],
		[
			'its job is gone',
			// A 404 behind a kick-off, and the sandbox's own issue code, are looked at again: longer than a test may take.
			at('status', { name: 'answer', status: 410, code: 'not-found' }),
			'waitForExport',
			true,
		],
		[
			'its job answers with a page',
			at('status', { name: 'answer', status: 200, body: 'html' }),
			'waitForExport',
			true,
		],
		[
			'one of its files is gone',
			[{ on: 'file', member: BAD, batch: 2, fault: gone(410) }],
			'fetchBatch',
			false,
		],
	];

	test.each(
		WRONG.flatMap((each) =>
			(['continueRegularOutput', 'continueErrorOutput'] as const).map(
				(onError) => [onError, ...each] as const,
			),
		),
	)(
		'On Error %s, %s: nine arrive whole, in order, paired to their rows',
		async (onError, _, plan, node, isOutcome) => {
			const seen = await exchange(sandbox, { plan, members: ten, onError, parameters: SHORT });
			const { run } = seen;
			const batches = run.json('waitForExport');
			const resources = run.outputs('fetchBatch')[0] ?? [];
			const from = pairs(resources);
			for (const key of good) {
				const own = resources
					.filter((_item, index) => batches[from[index]]?.memberId === row(key).memberId)
					.map(({ json }) => json);
				// Each member is there twice.
				const half = own.length / 2;
				expect([typesOf(own.slice(0, half)), typesOf(own.slice(half))]).toEqual([
					truth(key).types,
					truth(key).types,
				]);
			}
			expect(resources.every(({ json }) => json.resourceType !== undefined)).toBe(true);
			expect(from).toEqual([...from].sort((a, b) => a - b));
			for (const output of [run.json('memberMatch', 0), batches])
				expect(output.every(({ error }) => error === undefined)).toBe(true);

			const errors = run
				.outputs(node)
				.flat()
				.filter(({ json }) => typeof json.error === 'string');
			expect(errors.length > 0).toBe(!isOutcome);
			const road = errorRoad(run);
			for (const marker of markersOf(sandbox, keys)) expect(road).not.toContain(marker);
		},
	);

	test.each(WRONG.filter(([, , , isOutcome]) => !isOutcome))(
		'%s (On Error: Stop): the run ends with its index, not with a half result',
		async (_, plan, node) => {
			const { run } = await exchange(sandbox, { plan, members: ten, parameters: SHORT });
			expect(run.status).toBe('error');
			expect(run.error?.message).toMatch(/\(row \d+ of \d+\)/);
			expect(run.raw.data.resultData.lastNodeExecuted).toBe(node);
		},
	);

	test('a member that had a result keeps it: without faults all ten arrive', async () => {
		const seen = await exchange(sandbox, { plan: [], members: keys });
		expectWhole(seen, ...keys);
	});
});
