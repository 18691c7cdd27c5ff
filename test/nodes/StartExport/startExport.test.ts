import { credentialFor, runSteps } from '../../support/engine';
import { row } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { runOneNode } from '../../support/oneNode';
import type { Answer } from '../../support/scriptedGateway';
import { fourSteps } from '../../support/steps';

const ITEM = { memberId: 'm1', tenant: 'bison', groupId: 'cmk1cuald0005l701sdo7gs8c' };
const outcome = (text: string, key: 'text' | 'diagnostics' = 'text') => ({
	resourceType: 'OperationOutcome',
	issue: [
		{
			severity: 'information',
			code: 'informational',
			...(key === 'text' ? { details: { text } } : { diagnostics: text }),
		},
	],
});
const JOB = 'https://gateway.1upcoredev.com/v1/bison/bulk-data/r4/$export/job/job-1';

const start = async (answers: Answer[], parameters: object = {}, item: object = ITEM) => {
	const { run, gateway } = await runOneNode(
		{ node: 'startExport', parameters: parameters as never },
		[item],
		{ answers },
	);
	return { run, gateway, item: run.json('startExport')[0] };
};

describe('the job is found', () => {
	test.each<[string, Answer]>([
		[
			"in the contract's sentence, whose host is another",
			{ body: outcome(`Asynchronous export running. Track job at ${JOB}`) },
		],
		['before a full stop', { status: 202, body: outcome(`Track job at ${JOB}.`) }],
		['in diagnostics', { body: outcome(`Track it: (${JOB})`, 'diagnostics') }],
		['in Content-Location', { status: 202, headers: { 'content-location': JOB } }],
		[
			'in a relative Content-Location',
			{ status: 202, headers: { 'content-location': '/v1/bison/bulk-data/r4/$export/job/job-1' } },
		],
		[
			'in Content-Location, encoded',
			{ status: 202, headers: { 'content-location': JOB.replace('$', '%24') } },
		],
	])('%s', async (_, answer) => {
		const { item, gateway } = await start([answer]);
		expect(item).toMatchObject({
			...ITEM,
			jobId: 'job-1',
			statusUrl: `${gateway.url}/v1/bison/bulk-data/r4/$export/job/job-1`,
		});
		expect(Date.parse(String(item.requestedAt))).toBeGreaterThan(Date.now() - 60_000);
	});

	test.each(['text', 'content-location', 'both', 'diagnostics'])('by the sandbox, in %s', async (jobIdIn) => {
		const sandbox = await sandboxWith({ jobIdIn, kickOffStatus: jobIdIn === 'content-location' ? 202 : 200 });
		const run = await runSteps({
			items: [row('small')],
			steps: [{ node: 'memberMatch' }, { node: 'startExport' }],
			credential: credentialFor(sandbox),
		});
		expect(run.json('startExport')[0]).toMatchObject({
			memberId: row('small').memberId,
			jobId: expect.stringMatching(/^\S+$/) as string,
		});
	});

	test('or the kick-off is already the manifest, and Wait For Export takes its files from there', async () => {
		const sandbox = await sandboxWith({ jobIdIn: 'finished', kickOffStatus: 200 });
		const run = await runSteps({
			items: [row('small')],
			steps: fourSteps(),
			credential: credentialFor(sandbox),
		});
		expect(run.json('startExport')[0].finished).toBe(true);
		expect(run.json('fetchBatch')).toHaveLength(31);
		const asked = (await sandbox.requests()).filter(({ path }) => path.includes('/job/'));
		expect(asked).toEqual([]);
	});
});

let running: RunningSandbox | undefined;
const sandboxWith = async (settings: object) => {
	running ??= await startSandbox();
	await running.forget();
	await running.set(settings as Record<string, unknown>);
	return running;
};
afterAll(async () => await running?.stop());

test.each<[string, object, string]>([
	['nothing chosen', {}, ''],
	[
		'types',
		{ resourceTypes: ['Patient', 'Coverage'], options: { otherTypes: 'NutritionOrder, Patient' } },
		'?_type=Patient%2CCoverage%2CNutritionOrder',
	],
	[
		'Since with a zone',
		{ options: { since: '2026-01-31T00:00:00+01:00' } },
		'?_since=2026-01-30T23%3A00%3A00.000Z',
	],
	[
		'Since in the time zone of the workflow',
		{ options: { since: '2026-07-01T00:00:00' } },
		'?_since=2026-07-01T04%3A00%3A00.000Z',
	],
	[
		'more parameters, repeated',
		{
			options: {
				query: {
					parameter: [
						{ name: '_typeFilter', value: 'Encounter?date=ge2022&x=1' },
						{ name: '_typeFilter', value: 'Claim?a=b' },
					],
				},
			},
		},
		'?_typeFilter=Encounter%3Fdate%3Dge2022%26x%3D1&_typeFilter=Claim%3Fa%3Db',
	],
])('the request: %s', async (_, parameters, query) => {
	const { gateway } = await start([{ body: outcome(JOB) }], parameters);
	expect(gateway.got).toHaveLength(1);
	expect(gateway.got[0].url).toBe(`/v1/bison/bulk-data/r4/Group/${ITEM.groupId}/$export${query}`);
	expect(gateway.got[0].headers).toMatchObject({ accept: 'application/fhir+json', prefer: 'respond-async' });
});

test.each<[string, Answer, string, number]>([
	[
		'a refusal',
		{ status: 400, body: outcome('This group has no members left.') },
		'the code informational',
		1,
	],
	['404', { status: 404, body: '<html>' }, `Check 'Group ID'`, 1],
	['500, which may have been carried out', { status: 500, body: {} }, 'HTTP 500', 1],
	['no job at all', { body: outcome('Thank you.') }, 'the code informational', 1],
	['an empty answer', { status: 202 }, 'an empty answer', 1],
	['403', { status: 403 }, 'HTTP 403', 1],
])('an error: %s', async (_, answer, says, requests) => {
	const { run, gateway } = await start([answer]);
	expect(`${run.error?.message} ${run.error?.description}`).toContain(says);
	expect(gateway.got).toHaveLength(requests);
});

test('429 at the kick-off is asked again after Retry-After', async () => {
	const { item, gateway } = await start([
		{ status: 429, headers: { 'retry-after': '1' } },
		{ status: 202, headers: { 'content-location': JOB } },
	]);
	expect(item.jobId).toBe('job-1');
	expect(gateway.got).toHaveLength(2);
});

test.each<[string, object, object, string]>([
	['a group id that leads elsewhere', { ...ITEM, groupId: '../../x' }, {}, `'Group ID'`],
	[
		'a missing group id',
		{ memberId: 'm1', tenant: 'bison' },
		{},
		'the column "groupId"; the item has: memberId, tenant',
	],
	['a type that is none', ITEM, { options: { otherTypes: 'patient' } }, `'Other Resource Types'`],
	['a Since that is no time', ITEM, { options: { since: '05/01/2026' } }, `'Since'`],
	['the error item of Member Match', { error: 'x', message: 'y', details: {} }, {}, 'earlier step'],
])('nothing is sent: %s', async (_, item, parameters, says) => {
	const { run, gateway } = await start([{ body: {} }], parameters, item);
	expect(`${run.error?.message} ${run.error?.description}`).toContain(says);
	expect(gateway.got).toEqual([]);
});
