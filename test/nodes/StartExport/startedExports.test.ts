import type { IDataObject, INode } from 'n8n-workflow';
import { startedInExecution } from '../../../nodes/StartExport/startedExports';
import { credentialFor, runSteps, type EngineOptions, type EngineRun, type Step } from '../../support/engine';
import { outcome } from '../../support/helpers';
import { startAbsentGateway } from '../../support/absentGateway';
import { runAgainst } from '../../support/standardRuns';
import { startScriptedGateway, type Answer, type GotRequest } from '../../support/scriptedGateway';

const ITEM = { memberId: 'm1', tenant: 'bison', groupId: 'g1' };
const BASE = '/v1/bison/bulk-data/r4';
const groupOf = ({ url }: GotRequest) => /Group\/([^/]+)\//.exec(url)?.[1] ?? '';
const rows = (...groups: string[]) =>
	groups.map((groupId) => ({ ...ITEM, memberId: `m-${groupId}`, groupId }));

/** Starts an export for each group, named like it, but for those with an answer of their own. */
const starting =
	(own: Record<string, Answer> = {}): Answer =>
	(response, request) => {
		const answer = own[groupOf(request)] ?? {
			status: 202,
			headers: { 'content-location': `${BASE}/$export/job/job-${groupOf(request)}` },
		};
		if (typeof answer === 'function') return answer(response, request);
		response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
		response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
	};

interface Started {
	run: EngineRun;
	/** Groups of the kick-offs, in order. */
	kickOffs: string[];
	got: GotRequest[];
}

async function start(
	items: IDataObject[],
	answer: Answer,
	step: Partial<Step> = {},
	options: Partial<EngineOptions> = {},
): Promise<Started> {
	const gateway = await startScriptedGateway([answer]);
	const run = await runSteps({
		items,
		steps: [{ node: 'startExport', ...step }],
		credential: credentialFor(gateway),
		...options,
	});
	await gateway.close();
	return { run, got: gateway.got, kickOffs: gateway.got.map(groupOf).filter(Boolean) };
}

describe('B11 an export that was started is never forgotten', () => {
	test.each<[string, IDataObject]>([
		['no group', { ...ITEM, groupId: '' }],
		['a group that is no id', { ...ITEM, groupId: 'Ada Whitfield' }],
		['no tenant', { ...ITEM, tenant: '' }],
		['a consent that cannot be read', { ...ITEM, consentEnd: 'soon' }],
	])('a row with %s stops the node before the first export', async (_, bad) => {
		const { run, kickOffs } = await start([...rows('a', 'b'), bad, ...rows('c')], starting());
		expect([run.status, run.error?.context?.itemIndex, kickOffs]).toEqual(['error', 2, []]);
		const others = await start([...rows('a', 'b'), bad, ...rows('c')], starting(), {
			onError: 'continueRegularOutput',
		});
		expect(others.kickOffs.sort()).toEqual(['a', 'b', 'c']);
	});

	test('a refusal that stops the node tells the jobs that were started before it', async () => {
		const answer = starting({ e: { status: 404 } });
		const { run, kickOffs } = await start(rows('a', 'b', 'c', 'd', 'e'), answer);
		expect(kickOffs.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
		expect(run.error?.description).toMatch(/4 exports were started before .*: job-a, job-b, job-c, job-d\./);
		const [{ metadata, error }] = run.raw.data.resultData.runData.startExport as unknown as Array<{
			metadata?: IDataObject;
			error?: { context?: IDataObject };
		}>;
		const exports = ['a', 'b', 'c', 'd'].map((group) =>
			expect.objectContaining({
				jobId: `job-${group}`,
				groupId: group,
				statusUrl: expect.stringMatching(`/job/job-${group}$`) as string,
			}),
		);
		expect(metadata?.startedExports).toEqual(exports);
		expect(error?.context?.startedExports).toEqual(exports);
	});

	test('of very many, the first fifty are listed', async () => {
		const groups = Array.from({ length: 60 }, (_, index) => `g${index}`);
		const { run } = await start(rows(...groups, 'bad'), starting({ bad: { status: 400 } }));
		expect(run.error?.description).toMatch(/60 exports were started .*, and 10 more\./);
		expect(String(run.error?.description).match(/job-g/g)).toHaveLength(50);
	});

	test.each([undefined, 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'Retry On Fail with On Error %p starts none a second time',
		async (onError) => {
			let refused = 0;
			const refusing: Answer = (response) => {
				refused += 1;
				response.writeHead(400);
				response.end();
			};
			const { run, kickOffs } = await start(rows('bad', 'a', 'b'), starting({ bad: refusing }), {
				maxTries: 3,
				onError,
			});
			expect(kickOffs.filter((group) => group !== 'bad').sort()).toEqual(['a', 'b']);
			// n8n repeats a node that continues only where the first item of its first output is an error.
			expect(refused).toBe(onError ? 1 : 3);
			if (onError) expect(run.json('startExport').map(({ jobId }) => jobId)).toEqual(['job-a', 'job-b']);
			// Another execution is another matter.
			expect((await start(rows('a'), starting())).kickOffs).toEqual(['a']);
		},
	);
});

describe('B11 what an execution remembers', () => {
	test.each<[string, Answer]>([
		['a bare 504', { status: 504 }],
		['a reset', (response) => void response.destroy()],
		['a success that names no job', { status: 202 }],
		['a success that is no answer', { status: 200, body: [] }],
	])('Retry On Fail sends no second kick-off after %s', async (_, answer) => {
		const { run, kickOffs } = await start(rows('a'), starting({ a: answer }), { maxTries: 3 });
		expect([kickOffs, run.status]).toEqual([['a'], 'error']);
	});

	const contextOf = (executionId: string | undefined, runIndex: unknown) => ({
		getExecutionId: () => executionId as string,
		getNode: () => ({ id: 'n' }) as INode,
		evaluateExpression: () => runIndex as number,
	});
	test.each<[string, Parameters<typeof contextOf>, Parameters<typeof contextOf>, same: boolean]>([
		['a repeated run of the node', ['7', 0], ['7', 0], true],
		['the next round of a loop', ['7', 0], ['7', 1], false],
		['another execution', ['7', 0], ['8', 0], false],
		['executions without an id', [undefined, 0], [undefined, 0], false],
	])('is that of %s', (_, one, other, same) => {
		const [first, second] = [one, other].map((of) => startedInExecution(contextOf(...of), Date.now()));
		expect(first === second).toBe(same);
	});

	test('a 202 whose body breaks off names the job all the same', async () => {
		const broken: Answer = (response) => {
			response.writeHead(202, { 'content-location': `${BASE}/$export/job/job-a`, 'content-length': '99' });
			response.write('{', () => response.destroy());
		};
		const { run } = await start(rows('a'), starting({ a: broken }));
		expect(run.json('startExport')).toMatchObject([{ jobId: 'job-a' }]);
	});
});

describe('B3 a kick-off whose answer does not tell', () => {
	test.each<[string, Answer]>([
		['a bare 502', { status: 502 }],
		['a 504 with a page', { status: 504, body: '<html>busy</html>' }],
		['a reset', (response) => void response.destroy()],
	])('%s is not sent again, and says that the export may have started', async (_, answer) => {
		const { run, kickOffs } = await start(rows('a'), starting({ a: answer }));
		expect(kickOffs).toEqual(['a']);
		expect(run.error?.message).toContain('may have started the export');
	});

	test.each<[string, Answer]>([
		['503', { status: 503 }],
		['429', { status: 429, headers: { 'retry-after': '1' } }],
		['500 with an outcome', { status: 500, body: outcome('exception', 'busy') }],
	])('but after %s it is sent again', async (_, answer) => {
		let sent = 0;
		const once: Answer = (response, request) =>
			(starting(++sent === 1 ? { a: answer } : {}) as (...given: unknown[]) => void)(response, request);
		const { run, kickOffs } = await start(rows('a'), once);
		expect(kickOffs).toEqual(['a', 'a']);
		expect(run.json('startExport')).toMatchObject([{ jobId: 'job-a' }]);
	});
});

describe('Use Running Exports', () => {
	const USE = { parameters: { options: { useRunningExports: true, keepTryingFor: 0.02 } } };
	const byUrl =
		(status: Answer, kickOff: Answer = starting()): Answer =>
		(response, request) => {
			const answer = request.url.includes('/job/') ? status : kickOff;
			if (typeof answer === 'function') return answer(response, request);
			response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
			response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
		};
	/** Runs a workflow several times against one payer. */
	async function runs(
		answers: Answer[],
		items: IDataObject[] = rows('a'),
		{ mode, options = USE.parameters.options }: { mode?: 'manual'; options?: IDataObject } = {},
	) {
		const staticData: IDataObject = {};
		const current = { answer: answers[0] };
		const gateway = await startScriptedGateway([
			(response, request) => (current.answer as (...given: unknown[]) => void)(response, request),
		]);
		const jobs: IDataObject[][] = [];
		for (const answer of answers) {
			current.answer = answer;
			const run = await runSteps({
				items,
				steps: [{ node: 'startExport', parameters: { options } }],
				credential: credentialFor(gateway),
				staticData,
				mode,
			});
			jobs.push(run.json('startExport'));
		}
		await gateway.close();
		return { jobs, kickOffs: gateway.got.map(groupOf).filter(Boolean), staticData, url: gateway.url };
	}

	test.each<[string, Answer]>([
		['runs', { status: 202 }],
		['has ended', { body: { transactionTime: '2027-01-01T00:00:00Z', output: [], error: [] } }],
		['is asked for in vain for now', { status: 503 }],
	])('an export of an earlier run that %s is used again', async (_, status) => {
		const { jobs, kickOffs, staticData } = await runs([byUrl(status), byUrl(status)]);
		expect(kickOffs).toEqual(['a']);
		expect(jobs[1]).toMatchObject([
			{ jobId: 'job-a', isReused: true, requestedAt: jobs[0][0].requestedAt, memberId: 'm-a' },
		]);
		// n8n keeps it with the workflow, so it tells of no member.
		expect(JSON.stringify(staticData)).not.toMatch(/m-a|memberId/);
	});

	test.each<[string, Answer]>([
		['the payer does not know any more', { status: 404 }],
		['the payer has removed', { status: 410 }],
		['failed', { status: 500, body: outcome('processing', 'failed') }],
	])('one that %s is not', async (_, status) => {
		const { kickOffs } = await runs([byUrl(status), byUrl(status)]);
		expect(kickOffs).toEqual(['a', 'a']);
	});

	test('nor with the option off, in a test run, for another request, or after a week', async () => {
		const twice = [byUrl({ status: 202 }), byUrl({ status: 202 })];
		expect((await runs(twice, rows('a'), { options: {} })).kickOffs).toHaveLength(2);
		expect((await runs(twice, rows('a'), { mode: 'manual' })).kickOffs).toHaveLength(2);
		const types = ['Patient', 'Coverage'].map((type) => ({ ...rows('a')[0], type }));
		const step = { parameters: { ...USE.parameters, resourceTypes: '={{ [$json.type] }}' } };
		const staticData: IDataObject = {};
		const first = await start([types[0]], byUrl({ status: 202 }), step, { staticData });
		expect(first.kickOffs).toHaveLength(1);
		const kept = JSON.stringify(staticData);
		expect(kept).toContain('job-a');
		const old = kept.replace(
			/"requestedAt":"[^"]+"/g,
			`"requestedAt":"${new Date(Date.now() - 8 * 86_400_000).toISOString()}"`,
		);
		for (const [data, item] of [
			[kept, types[1]],
			[old, types[0]],
		] as const) {
			const { kickOffs, got } = await start([item], byUrl({ status: 202 }), step, {
				staticData: JSON.parse(data) as IDataObject,
			});
			expect([kickOffs.length, got.length]).toEqual([1, 1]);
		}
	});

	test.each<[string, unknown]>([
		['no list', 'x'],
		['a list', [1]],
		['texts', { KEY: 'x' }],
		['an empty object', { KEY: {} }],
		['a number as id', { KEY: { jobId: 7, requestedAt: '2026-11-29T00:00:00Z' } }],
		['an id that is none', { KEY: { jobId: '', requestedAt: 'NOW' } }],
		['no time', { KEY: { jobId: 'old', requestedAt: 'soon' } }],
		['a time to come', { KEY: { jobId: 'old', requestedAt: '2090-01-01T00:00:00Z' } }],
	])('static data with %s starts a new one', async (_, poison) => {
		const { staticData } = await runs([byUrl({ status: 202 })]);
		const text = JSON.stringify(poison).replace('NOW', new Date().toISOString());
		const [key = ''] = /[0-9a-f]{64}/.exec(JSON.stringify(staticData)) ?? [];
		const changed = JSON.parse(JSON.stringify(staticData), (name, value: unknown) =>
			name === 'exports' ? JSON.parse(text.replace('KEY', key)) : value,
		) as IDataObject;
		const { kickOffs } = await start(rows('a'), byUrl({ status: 202 }), USE, { staticData: changed });
		expect([key.length, kickOffs]).toEqual([64, ['a']]);
	});

	test.each([true, false])(
		'%p, a payer that refuses connections for a moment is asked again',
		async (useRunningExports) => {
			const gateway = await startAbsentGateway(1500);
			const run = await runSteps({
				items: rows('a'),
				steps: [{ node: 'startExport', parameters: { options: { useRunningExports } } }],
				credential: credentialFor(gateway),
			});
			await gateway.close();
			expect(run.json('startExport')).toMatchObject([{ jobId: 'job-a' }]);
			expect(gateway.got).toHaveLength(1);
		},
	);

	test('an address elsewhere in a 429 is nobody’s job', async () => {
		const busy = {
			status: 429,
			headers: { 'retry-after': '1', location: 'https://elsewhere.example/jobs/1' },
		};
		const { run, got } = await runAgainst(
			(url) => [busy, busy, { status: 202, headers: { location: `${url}/fhir/jobs/job-a` } }],
			{
				nodes: ['startExport'],
				items: () => [{ memberId: 'm', groupId: 'g' }],
				parameters: { startExport: { options: { useRunningExports: true } } },
				credential: { customRequests: true, exportOperation: '$export' },
			},
		);
		expect(run.json('startExport')).toMatchObject([{ jobId: 'job-a' }]);
		expect(got).toHaveLength(3);
	});

	describe('an export that the payer names in a 429', () => {
		const busy: Answer = {
			status: 429,
			headers: { 'content-location': `${BASE}/$export/job/other`, 'retry-after': '1' },
		};
		const manifestOf = (request: string | undefined): Answer => ({
			body: {
				transactionTime: '2027-01-01T00:00:00Z',
				...(request !== undefined && { request }),
				requiresAccessToken: true,
				output: [{ type: 'Patient', url: `${BASE}/$export/file/1.ndjson` }],
			},
		});
		test.each<[string, (url: string) => string | undefined, outputs: [number, number]]>([
			['states our request', (url) => `${url}${BASE}/Group/a/$export`, [1, 0]],
			['states it under another host', () => `https://inside.example${BASE}/Group/a/$export`, [1, 0]],
			['states that of another member', (url) => `${url}${BASE}/Group/b/$export`, [0, 1]],
			['states other types', (url) => `${url}${BASE}/Group/a/$export?_type=Patient`, [0, 1]],
			['states none', () => undefined, [0, 1]],
		])('counts only where its list of files %s', async (_, request, expected) => {
			const gateway = await startScriptedGateway([
				(response, got) =>
					(byUrl(manifestOf(request(gateway.url)), busy) as (...given: unknown[]) => void)(response, got),
			]);
			const run = await runSteps({
				items: rows('a'),
				steps: [
					{ node: 'startExport', ...USE },
					{ node: 'waitForExport', parameters: { pollEvery: 1, giveUpAfter: 1 } },
				],
				credential: credentialFor(gateway),
			});
			await gateway.close();
			expect(gateway.got.map(groupOf).filter(Boolean)).toEqual(['a']);
			expect([0, 2].map((output) => run.json('waitForExport', output).length)).toEqual(expected);
			if (expected[1]) expect(run.json('waitForExport', 2)).toMatchObject([{ outcome: 'unclear' }]);
		});

		test('and is nobody’s business with the option off', async () => {
			const { run } = await start(rows('a'), byUrl({ status: 202 }, busy), {
				parameters: { options: { keepTryingFor: 0.02 } },
			});
			expect(run.error?.httpCode).toBe('429');
		});
	});
});
