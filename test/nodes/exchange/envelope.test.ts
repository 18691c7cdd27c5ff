import { sleep, type IDataObject, type OnError } from 'n8n-workflow';
import { credentialFor, runSteps, type NodeName, type PayerNodeName, type Step } from '../../support/engine';
import { pairs, row } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { runOneNode } from '../../support/oneNode';
import { startScriptedGateway, type Answer, type GotRequest } from '../../support/scriptedGateway';
import { fourSteps } from '../../support/steps';

const BASE = '/v1/bison/bulk-data/r4/$export';
const JOB_ITEM = { memberId: 'm1', tenant: 'bison', groupId: 'g1', jobId: 'job-1' };
const BATCH_ITEM = {
	...JOB_ITEM,
	batch: 1,
	batchCount: 1,
	type: 'Practitioner',
	url: `${BASE}/file/a.ndjson`,
	requiresAccessToken: true,
};
const MANIFEST = { output: [{ type: 'Practitioner', url: `${BASE}/file/a.ndjson` }] };
const LINES =
	'{"resourceType":"Practitioner","id":"p1"}\n{"resourceType":"Practitioner","id":"p2"}\nno line\n';

/** A good input item of each node, and the output by which its errors leave. */
const NODES: Record<PayerNodeName, { item: IDataObject; outputs: number; errors: number }> = {
	memberMatch: { item: row('small'), outputs: 2, errors: 1 },
	startExport: { item: JOB_ITEM, outputs: 2, errors: 1 },
	waitForExport: { item: JOB_ITEM, outputs: 3, errors: 2 },
	fetchBatch: { item: BATCH_ITEM, outputs: 2, errors: 1 },
};
const EACH = Object.entries(NODES).map(([node, about]) => ({ node: node as NodeName, ...about }));
const CONTINUE: OnError[] = ['continueRegularOutput', 'continueErrorOutput'];
const EACH_CONTINUE = EACH.flatMap((each) => CONTINUE.map((onError) => ({ ...each, onError })));

/** Runs one node against a gateway that answers every request with `answer`. */
const runNode = async (
	step: Step,
	items: object[],
	{ answer = {}, token, asTool }: { answer?: Answer; token?: Answer; asTool?: boolean } = {},
) => {
	const { run, gateway } = await runOneNode(step, items, { answers: [answer], token, asTool });
	return { run, gateway, outputs: run.outputs(step.node) };
};

const byLast =
	(answers: Record<string, { status?: number; body?: string | object }>): Answer =>
	(response, { url }: GotRequest) => {
		const { status = 200, body = '' } = answers[url.split('/').at(-1) ?? ''] ?? { status: 404 };
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(typeof body === 'string' ? body : JSON.stringify(body));
	};

describe('the envelope', () => {
	let sandbox: RunningSandbox;
	beforeAll(async () => {
		sandbox = await startSandbox('--retry-after', '1');
	});
	afterAll(async () => await sandbox.stop());

	test('travels with every item, and a raw answer never past the node that got it', async () => {
		const run = await runSteps({
			items: [row('partial', { extraColumn: 'x' }), row('empty'), row('no-match')],
			steps: fourSteps(),
			credential: credentialFor(sandbox),
		});
		const keys = (node: NodeName, output = 0) => run.json(node, output).map((json) => Object.keys(json));
		const about = ['consentId', 'consentPolicy', 'consentEnd', 'askedAt', 'row', 'exchangeId'];
		const exchange = ['consentId', 'consentPolicy', 'askedAt', 'matchedAt', 'row', 'exchangeId'];
		const why = ['outcome', 'reason', 'nextStep'];
		expect(keys('memberMatch')).toEqual(
			Array(2).fill([
				...['memberId', 'payer', 'tenant', 'groupId', 'personHashes', 'outcome', 'matchedAt'],
				...about,
			]),
		);
		expect(keys('memberMatch', 1)).toEqual([['memberId', ...why, 'payer', 'tenant', 'httpStatus', ...about]]);
		const started = [
			'memberId',
			'personHashes',
			...exchange,
			'payer',
			'tenant',
			'groupId',
			'consentEnd',
			'jobId',
		];
		expect(keys('startExport')).toEqual(Array(2).fill([...started, 'statusUrl', 'requestedAt']));
		const job = [
			...['memberId', 'payer', 'personHashes', 'tenant', 'groupId', 'consentEnd', 'jobId'],
			...exchange.slice(0, -2),
			...['requestedAt', 'row', 'exchangeId', 'completedAt'],
		];
		const ending = ['requiresAccessToken', 'transactionTime', 'resourceCount'];
		const completed = keys('waitForExport');
		const empty = completed.pop();
		expect(empty).toEqual([...job, 'batchCount', ...ending]);
		expect(completed).toEqual(
			Array(completed.length).fill([...job, 'batch', 'batchCount', 'type', 'url', ...ending, 'partial']),
		);
		expect(keys('waitForExport', 2)).toEqual([['memberId', ...why, ...job.slice(1), 'batches', 'errors']]);
		for (const [index, report] of run.json('fetchBatch', 1).entries()) {
			const { memberId, tenant, groupId, jobId, transactionTime } = run.json('waitForExport')[index];
			expect(report).toMatchObject({ memberId, tenant, groupId, jobId, transactionTime });
			expect(report).not.toHaveProperty('response');
		}
	});
});

describe('error items', () => {
	const outcome = {
		resourceType: 'OperationOutcome',
		issue: [{ severity: 'error', code: 'security', diagnostics: 'Not for member m1 born 1980-05-01.' }],
	};

	test.each(EACH_CONTINUE)(
		'$node, $onError: exactly error and message, and details where n8n does not move the item',
		async ({ node, item, outputs, errors, onError }) => {
			const bad = { ...item, tenant: '../x', url: '../x' };
			const { outputs: got, gateway } = await runNode({ node, onError }, [bad]);
			const at = onError === 'continueErrorOutput' ? outputs : errors;
			expect(got.map((items) => items.length)).toEqual(
				Array.from({ length: Math.max(outputs, at + 1) }, (_, output) => (output === at ? 1 : 0)),
			);
			const [{ json, pairedItem, ...rest }] = got[at];
			expect([pairedItem, rest]).toEqual([{ item: 0 }, {}]);
			const own = {
				error: expect.stringMatching(/\w/) as string,
				message: expect.stringMatching(/\w/) as string,
			};
			// What n8n 2.8 moves may have no details.
			expect(json).toEqual(
				onError === 'continueErrorOutput' ? { ...bad, ...own } : { ...own, details: { itemIndex: 0 } },
			);
			expect(`${json.error as string} ${json.message as string}`).not.toContain('../x');
			expect(gateway.got).toEqual([]);
		},
	);

	test.each(EACH.filter(({ node }) => node !== 'waitForExport'))(
		'$node: what the payer refused is told with its status and code, and without what is known of the member',
		async ({ node, item, errors }) => {
			const { outputs } = await runNode(
				{ node, onError: 'continueRegularOutput' },
				[{ ...item, birthDate: '1980-05-01', memberId: 'm1' }],
				{ answer: { status: 400, body: outcome } },
			);
			const [{ json }] = outputs[errors];
			expect(json.details).toEqual({ itemIndex: 0, httpStatus: 400, issueCode: 'security' });
			expect(json.message).toContain('It gives the code security: it does not allow this.');
			expect(JSON.stringify(json)).not.toMatch(/\bm1\b|1980|Not for/);
		},
	);

	test.each(EACH)('$node refuses the error item of an earlier node, and asks nobody', async ({ node }) => {
		const { run, gateway } = await runNode({ node }, [{ error: 'x', message: 'y', details: {} }]);
		expect(run.error?.message).toContain('error of an earlier step');
		expect([gateway.got, gateway.tokenRequests]).toEqual([[], []]);
	});

	test.each(EACH_CONTINUE)(
		'$node, $onError: an option that cannot be evaluated lets no input row out by a good output',
		async ({ node, item, errors, outputs, onError }) => {
			const { outputs: got } = await runNode(
				{ node, onError, parameters: { options: { concurrency: `={{ $('Nobody').item.json.x }}` } } },
				[item],
				{ answer: { status: 404 } },
			);
			const good = got.slice(0, outputs).filter((_, output) => output !== errors);
			expect(good.flat()).toEqual([]);
			const others = [...(got[errors] ?? []), ...(got[outputs] ?? [])];
			expect(others.map(({ json }) => typeof json.error)).toEqual(['string']);
		},
	);

	test('waitForExport: a deadline that cannot be evaluated lets no input row out by Completed', async () => {
		const { outputs } = await runNode(
			{
				node: 'waitForExport',
				onError: 'continueRegularOutput',
				parameters: { giveUpAfter: `={{ $('Nobody').item.json.x }}` },
			},
			[JOB_ITEM],
		);
		expect(outputs[0] ?? []).toEqual([]);
	});

	test.each(EACH)('$node: a refused credential is not tried once for each of many items', async (about) => {
		const { outputs, gateway } = await runNode(
			{ node: about.node, onError: 'continueRegularOutput' },
			Array.from({ length: 20 }, () => about.item),
			{ token: { status: 401, body: { error: 'invalid_client' } } },
		);
		expect(outputs[about.errors]).toHaveLength(20);
		expect(pairs(outputs[about.errors])).toEqual(Array.from({ length: 20 }, (_, index) => index));
		expect(gateway.tokenRequests.length).toBeLessThanOrEqual(6);
	});
});

describe('a payer that wants to be left alone for an hour', () => {
	test.each(EACH.flatMap((each) => [undefined, ...CONTINUE].map((onError) => ({ ...each, onError }))))(
		'$node, $onError: the node does not sit the hour out',
		async ({ node, item, onError }) => {
			const gateway = await startScriptedGateway([{ status: 429, headers: { 'retry-after': '3600' } }]);
			let stop: () => void = () => undefined;
			const running = runSteps({
				items: Array.from({ length: 8 }, () => item),
				steps: [{ node, onError }],
				credential: credentialFor(gateway),
				onStart: (given) => (stop = given),
			});
			const ended = await Promise.race([running, sleep(5000)]);
			stop();
			await running;
			await gateway.close();
			expect(ended).toBeDefined();
			if (ended && (onError || node === 'waitForExport')) expect(ended.outputs(node).flat()).toHaveLength(8);
		},
	);
});

describe('trouble with one job', () => {
	const items = ['one', 'two', 'three'].map((jobId) => ({ ...JOB_ITEM, jobId }));

	test.each([400, 403, 302])(
		'HTTP %p leaves by Failed, and the others keep their results',
		async (status) => {
			const good = { body: MANIFEST };
			const { run } = await runNode({ node: 'waitForExport' }, items, {
				answer: byLast({ one: good, two: { status }, three: good }),
			});
			expect(run.error?.message).toBeUndefined();
			expect(run.json('waitForExport').map(({ jobId }) => jobId)).toEqual(['one', 'three']);
			expect(run.json('waitForExport', 2)).toEqual([
				expect.objectContaining({ jobId: 'two', outcome: 'failed' }),
			]);
		},
	);

	test.each<[sentence: string, answer: Answer]>([
		['a server error', { status: 500 }],
		['a gateway that cannot be reached', (response) => void response.destroy()],
	])('B1 %s that stays leaves the job running, and ends it when a day has passed', async (_, answer) => {
		let [item]: IDataObject[] = items;
		const look = async () => {
			const step = { node: 'waitForExport' as const, parameters: { giveUpAfter: 0 } };
			const { run } = await runNode(step, [{ ...item, payer: undefined, nextPollAt: undefined }], { answer });
			[item] = run.json('waitForExport', 1);
			return run.json('waitForExport', 2);
		};
		for (const troubles of [1, 2, 3, 4, 5, 6, 7]) {
			expect(await look()).toEqual([]);
			expect(item).toMatchObject({ jobId: 'one', troubles });
		}
		const hours = (count: number) => new Date(Date.now() - count * 3_600_000).toISOString();
		item.troubledSince = hours(23);
		expect(await look()).toEqual([]);
		item.troubledSince = hours(25);
		expect(await look()).toEqual([expect.objectContaining({ outcome: 'failed' })]);
	});
});

test.each(['', '  ', null])('memberMatch: a consentPolicy of %p is regular', async (consentPolicy) => {
	const { run } = await runNode({ node: 'memberMatch' }, [row('small', { consentPolicy })], {
		answer: { body: { groupId: 'g1' } },
	});
	expect(run.json('memberMatch').map((json) => json.consentPolicy)).toEqual(['regular']);
});

test.each([
	['Patient, Coverage', '?_type=Patient%2CCoverage'],
	[['Patient', 'Coverage'], '?_type=Patient%2CCoverage'],
])('startExport: types of an expression are not dropped: %p', async (types, query) => {
	const { gateway } = await runNode(
		{ node: 'startExport', parameters: { resourceTypes: '={{ $json.types }}' } },
		[{ ...JOB_ITEM, types }],
		{ answer: { status: 202, headers: { 'content-location': `${BASE}/job/job-1` } } },
	);
	expect(gateway.got.map(({ url }) => url.split('$export')[1])).toEqual([query]);
});

describe('as a tool of an AI agent, which gets the first output only', () => {
	const asTool = true;

	test('startExport hands over the job', async () => {
		const answer = { status: 202, headers: { 'content-location': `${BASE}/job/job-1` } };
		const { outputs } = await runNode({ node: 'startExport' }, [JOB_ITEM], { answer, asTool });
		expect(outputs[0].map(({ json }) => json.jobId)).toEqual(['job-1']);
	});

	test('waitForExport hands over files, running and failed jobs, in the order of the input', async () => {
		const answer = byLast({ a: { body: MANIFEST }, b: { status: 202 }, c: { status: 410 } });
		const items = ['c', 'b', 'a', '../x'].map((jobId) => ({ ...JOB_ITEM, jobId }));
		const { outputs } = await runNode(
			{ node: 'waitForExport', parameters: { giveUpAfter: 0 }, onError: 'continueRegularOutput' },
			items,
			{ answer, asTool },
		);
		expect(outputs.slice(1).flat()).toEqual([]);
		expect(pairs(outputs[0])).toEqual([0, 1, 2, 3]);
		expect(outputs[0].map(({ json }) => json.outcome ?? json.url ?? json.details)).toEqual([
			'failed',
			'still-running',
			expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+.*\/file\/a\.ndjson$/) as string,
			{ itemIndex: 3 },
		]);
	});

	/** A word that stands in every text of the payer and in everything of the member. */
	const MARKER = 'Zzyzx';
	const marked = (code: string) => ({
		resourceType: 'OperationOutcome',
		issue: [{ severity: 'error', code, details: { text: `${MARKER} says so` }, diagnostics: MARKER }],
	});
	const MARKED_MEMBER = { ...row('small'), memberId: MARKER, givenName: MARKER, familyName: MARKER };
	const MARKED_JOB = { ...JOB_ITEM, memberId: MARKER, members: [{ memberId: MARKER, patientId: 'p' }] };

	test.each<[sentence: string, node: NodeName, item: object, answer: Answer]>([
		['a match', 'memberMatch', MARKED_MEMBER, { body: { groupId: 'g1', name: MARKER } }],
		['no match', 'memberMatch', MARKED_MEMBER, { status: 422, body: marked('not-found') }],
		[
			'a job',
			'startExport',
			MARKED_JOB,
			{ status: 202, headers: { 'content-location': `${BASE}/job/job-1` }, body: marked('informational') },
		],
		[
			'a running job',
			'waitForExport',
			MARKED_JOB,
			{ status: 202, headers: { 'x-progress': MARKER }, body: { status: MARKER } },
		],
		['a failed job', 'waitForExport', MARKED_JOB, { status: 410, body: marked('not-found') }],
		[
			'files at a signed address',
			'waitForExport',
			MARKED_JOB,
			{ body: { output: [{ type: 'Patient', url: `https://files.example/1?sig=${MARKER}` }] } },
		],
		['a file', 'fetchBatch', { ...BATCH_ITEM, ...MARKED_JOB }, { body: `${LINES}${MARKER}\n` }],
	])(
		'no word of the payer and nothing of the member reaches the model: %s',
		async (_, node, item, answer) => {
			const parameters = node === 'waitForExport' ? { giveUpAfter: 0 } : {};
			const { run, outputs } = await runNode({ node, parameters }, [item], { answer, asTool });
			expect(run.error).toBeUndefined();
			expect(outputs[0]).not.toHaveLength(0);
			expect(JSON.stringify(outputs)).not.toContain(MARKER);
			for (const items of outputs) for (const each of items) expect(each.binary).toBeUndefined();
		},
	);

	test('an error says in its message alone what is missing', async () => {
		const { run } = await runNode(
			{ node: 'memberMatch' },
			[{ ...row('small'), birthDate: '', coverageId: '' }],
			{
				asTool,
			},
		);
		expect(run.error?.message).toContain("'Birth Date', 'Coverage ID' are empty");
	});

	const fetchAsTool = async (parameters: IDataObject, onError?: OnError) =>
		await runNode(
			{ node: 'fetchBatch', parameters, onError },
			[BATCH_ITEM, { ...BATCH_ITEM, url: `${BASE}/file/gone.ndjson` }].slice(0, onError ? 2 : 1),
			{ answer: byLast({ 'a.ndjson': { body: LINES }, 'gone.ndjson': { status: 410 } }), asTool },
		);
	const REPORT = expect.objectContaining({ outcome: 'partial', resources: 2, rejected: 1 }) as unknown;

	test.each<[string, IDataObject]>([
		['as items', {}],
		['as file', { outputAs: 'file' }],
		['with the option left as it is', { options: { returnToAgent: 'report' } }],
	])('fetchBatch hands over the report and no resource: %s', async (_, parameters) => {
		const { outputs } = await fetchAsTool(parameters);
		expect(outputs[0].map(({ json }) => json)).toEqual([REPORT]);
		expect(outputs[1] ?? []).toEqual([]);
		expect(JSON.stringify(outputs[0].map(({ json }) => json))).not.toMatch(/"p1"|no line/);
	});

	test('fetchBatch hands over the resources where the user chose so', async () => {
		const { outputs } = await fetchAsTool({ options: { returnToAgent: 'resources' } });
		expect(outputs[0].map(({ json }) => json)).toEqual([
			{ resourceType: 'Practitioner', id: 'p1' },
			{ resourceType: 'Practitioner', id: 'p2' },
			REPORT,
		]);
		expect(outputs[1] ?? []).toEqual([]);
	});

	test('fetchBatch hands over errors beside the reports', async () => {
		const { outputs } = await fetchAsTool({}, 'continueRegularOutput');
		expect(outputs[0].map(({ json }) => json)).toEqual([
			REPORT,
			expect.objectContaining({ details: { itemIndex: 1, httpStatus: 410 } }),
		]);
	});

	test('outside of an agent the option changes nothing', async () => {
		const { outputs } = await runNode(
			{ node: 'fetchBatch', parameters: { options: { returnToAgent: 'report' } } },
			[BATCH_ITEM],
			{ answer: { body: LINES } },
		);
		expect(outputs.map((items) => items.length)).toEqual([2, 1]);
	});
});
