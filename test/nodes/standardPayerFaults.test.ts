import { runSteps, type Step } from '../support/engine';
import { row } from '../support/expectations';
import { startScriptedGateway, type Answer } from '../support/scriptedGateway';

/** Runs one node against a payer that answers what the test says. */
async function runAgainst(
	answers: Answer[],
	items: (url: string) => object[],
	step: Step,
	changes: object = {},
) {
	const payer = await startScriptedGateway(answers);
	const credentialType = 'fhirPayerOAuth2Api';
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	const run = await runSteps({
		items: items(payer.url).map((item) => ({ ...item })),
		steps: [{ ...step, parameters: { ...step.parameters, ...sets } }],
		credentialType,
		credential: {
			fhirBaseUrl: `${payer.url}/fhir`,
			tokenUrl: `${payer.url}/openid-connect/token`,
			clientId: payer.clientId,
			clientSecret: payer.clientSecret,
			requestingName: 'Prairie Health Plan',
			respondingName: 'Bison Health Plan',
			accessToken: '',
			...changes,
		},
	}).finally(payer.close);
	return { run, got: payer.got };
}

const PATIENT = '{"resourceType":"Patient","id":"1"}\n';
const close: Answer = (response) => void response.destroy();

describe('a job that is to be deleted', () => {
	const fetch = async (answers: Answer[], more: object = {}) =>
		await runAgainst(
			[{ body: PATIENT }, ...answers],
			(url) => [
				{ url: `${url}/file/1`, jobId: 'j', statusUrl: `${url}/jobs/j`, batch: 1, batchCount: 1, ...more },
			],
			{ node: 'fetchBatch', parameters: { options: { deleteJob: true } } },
		);

	test.each<[sentence: string, answer: Answer, says: object]>([
		['202', { status: 202 }, { jobDeleted: true }],
		['405', { status: 405 }, { jobDeleted: false, jobKept: 'The payer does not delete jobs (HTTP 405).' }],
		['400', { status: 400 }, { jobDeleted: false, jobKept: 'The payer did not delete the job (HTTP 400).' }],
		[
			'401',
			{ status: 401 },
			{ jobDeleted: false, jobKept: expect.stringMatching(/does not accept/) as string },
		],
		['500', { status: 500 }, { jobDeleted: false, jobKept: 'The payer did not delete the job (HTTP 500).' }],
		['nothing', close, { jobDeleted: false, jobKept: 'The payer did not answer.' }],
	])('is answered by %s: what was fetched leaves all the same', async (_, answer, says) => {
		const { run, got } = await fetch([answer]);
		expect(run.status).toBe('success');
		expect(run.json('fetchBatch')).toHaveLength(1);
		expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', ...says }]);
		expect(got[1]).toMatchObject({ method: 'DELETE', url: '/jobs/j' });
	});

	test.each<[sentence: string, more: object]>([
		['the payer counts more resources than came', { resourceCount: 2 }],
		['the file holds less than the manifest promises', { count: 2 }],
		['another batch is missing', { batchCount: 2 }],
	])('is kept where %s', async (_, more) => {
		const { run, got } = await fetch([{ status: 202 }], more);
		expect(run.json('fetchBatch', 1)).toMatchObject([{ jobDeleted: false }]);
		expect(got.map(({ method }) => method)).toEqual(['GET']);
	});
});

describe('the patient of a match', () => {
	const identifier = { name: 'MemberIdentifier', valueIdentifier: { system: 's', value: 'v' } };
	const MATCHED: Answer = { body: { resourceType: 'Parameters', parameter: [identifier] } };
	const found = (...ids: string[]) => ({
		body: { resourceType: 'Bundle', entry: ids.map((id) => ({ resource: { resourceType: 'Patient', id } })) },
	});
	test.each<[sentence: string, answer: Answer, says: object]>([
		['one', found('p1'), { patientId: 'p1' }],
		['nobody', found(), { patientNotFound: expect.stringMatching(/nobody, or more than one/) as string }],
		[
			'two',
			found('p1', 'p2'),
			{ patientNotFound: expect.stringMatching(/nobody, or more than one/) as string },
		],
		['403', { status: 403 }, { patientNotFound: 'The payer answered the search with HTTP 403.' }],
		['nothing', close, { patientNotFound: 'The payer did not answer.' }],
	])('is answered by %s: the match stays one, and is asked for once', async (_, answer, says) => {
		const { run, got } = await runAgainst([MATCHED, answer], () => [row('small')], { node: 'memberMatch' });
		expect(run.json('memberMatch')).toMatchObject([{ outcome: 'matched', ...says }]);
		expect(got.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});

test.each<[field: string, changes: object]>([
	['Your Plan Name', { requestingName: '' }],
	['Payer Name', { respondingName: ' ' }],
])("a credential without '%s' is told of before anything is sent", async (field, changes) => {
	const { run, got } = await runAgainst([{}], () => [row('small')], { node: 'memberMatch' }, changes);
	expect(run.error?.message).toContain(`'${field}' of the credential is empty`);
	expect(got).toEqual([]);
});

test.each<[answer: string, step: Step, items: (url: string) => object[], reply: Answer]>([
	['404 to a match', { node: 'memberMatch' }, () => [row('small')], { status: 404 }],
	[
		'a redirect of an export',
		{ node: 'startExport' },
		() => [{ groupId: 'g' }],
		{ status: 302, headers: { location: 'https://x.example' } },
	],
])('%s is told in the words of this credential', async (_, step, items, reply) => {
	const { run } = await runAgainst([reply], items, step);
	expect(run.error?.description).toContain('FHIR Base URL');
	expect(`${run.error?.message} ${run.error?.description}`).not.toMatch(/Gateway URL|Tenant/);
});
