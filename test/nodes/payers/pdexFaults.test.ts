import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { PayerNodeName, Step } from '../../support/engine';
import { row } from '../../support/expectations';
import type { Answer } from '../../support/scriptedGateway';
import { runAgainst as runNodes } from '../../support/standardRuns';

/** Runs one node against a payer that answers what the test says. */
async function runAgainst(
	answers: Answer[],
	items: (url: string) => object[],
	{ node, parameters = {} }: Step,
	credential: ICredentialDataDecryptedObject = {},
	token?: Answer,
) {
	const seen = { nodes: [node], items, parameters: { [node]: parameters }, credential, token };
	return await runNodes(answers, seen);
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
		['B8 something of the export is missing, though this file is whole', { partial: true }],
	])('is kept where %s', async (_, more) => {
		const { run, got } = await fetch([{ status: 202 }], more);
		expect(run.json('fetchBatch', 1)).toMatchObject([{ jobDeleted: false }]);
		expect(got.map(({ method }) => method)).toEqual(['GET']);
	});
});

describe('the patient of a match', () => {
	const identifier = { name: 'MemberIdentifier', valueIdentifier: { system: 's', value: 'v' } };
	const MATCHED: Answer = { body: { resourceType: 'Parameters', parameter: [identifier] } };
	const patient = (id: string, value = 'v') => ({
		resourceType: 'Patient',
		id,
		identifier: [{ system: 's', value }],
	});
	const found = (...ids: string[]) => ({
		body: { resourceType: 'Bundle', entry: ids.map((id) => ({ resource: patient(id) })) },
	});
	test.each<[sentence: string, answer: Answer, says: object]>([
		['one', found('p1'), { patientId: 'p1' }],
		['nobody', found(), { patientNotFound: expect.stringMatching(/nobody, or more than one/) as string }],
		[
			'two',
			found('p1', 'p2'),
			{ patientNotFound: expect.stringMatching(/nobody, or more than one/) as string },
		],
		[
			'A2 a patient of another identifier',
			{ body: { resourceType: 'Bundle', entry: [{ resource: patient('p9', 'w') }] } },
			{ patientNotFound: expect.stringMatching(/does not have this identifier/) as string },
		],
		['403', { status: 403 }, { patientNotFound: 'The payer answered the search with HTTP 403.' }],
		['nothing', close, { patientNotFound: 'The payer did not answer.' }],
	])('is answered by %s: the match stays one, and is asked for once', async (_, answer, says) => {
		const { run, got } = await runAgainst([MATCHED, answer], () => [row('small')], {
			node: 'memberMatch',
			parameters: { options: { keepTryingFor: 0.02 } },
		});
		expect(run.json('memberMatch')).toMatchObject([{ outcome: 'matched', ...says }]);
		expect(got.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});

test.each<[field: string, changes: ICredentialDataDecryptedObject]>([
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

test.each<[sentence: string, expiresAt: unknown, says: RegExp]>([
	['is over', '2026-01-31T10:05:59.000Z', /Its address expired at 2026-01-31 10:05 UTC: feed the job/],
	['is to come', '2999-01-01T00:00:00.000Z', /Its address may have expired: feed the job/],
	['is not known', undefined, /Its address may have expired/],
	['is no time', 'Zzyzx', /Its address may have expired/],
])('a file that is gone, where its end %s', async (_, expiresAt, says) => {
	const { run } = await runAgainst(
		[{ status: 410 }, { status: 404 }],
		(url) => [{ url: `${url}/file/1`, jobId: 'j', statusUrl: `${url}/jobs/j`, batch: 1, expiresAt }],
		{ node: 'fetchBatch' },
	);
	expect(run.error?.description).toMatch(says);
	expect(run.error?.description).not.toContain('Zzyzx');
});

describe('a payer that grants less than asked', () => {
	const SAYS =
		'The payer granted less than the credential asks for: asked system/*.rs, granted system/Patient.rs.';
	const tokenFor = (scope: string): Answer => ({ body: { access_token: 't', token_type: 'bearer', scope } });
	const job = (url: string) => [{ jobId: 'j', statusUrl: `${url}/jobs/j`, url: `${url}/file/1`, batch: 1 }];
	const forbidden = async (node: PayerNodeName, scope: string) => {
		const items = {
			memberMatch: () => [row('small')],
			startExport: () => [{ groupId: 'g' }],
			waitForExport: job,
			fetchBatch: job,
		}[node];
		const changes = { scope: 'system/*.rs' };
		const { run } = await runAgainst([{ status: 403 }], items, { node }, changes, tokenFor(scope));
		return `${run.error?.description} ${run.json(node, 2)[0]?.reason}`;
	};

	test.each<[node: PayerNodeName]>([['memberMatch'], ['startExport'], ['waitForExport'], ['fetchBatch']])(
		'is told of where it forbids what %s asks',
		async (node) => {
			expect(await forbidden(node, 'system/Patient.rs')).toContain(SAYS);
			expect(await forbidden(node, 'system/*.rs')).not.toContain('granted less');
		},
	);
});

test("a patient's id that the payer repeats is never in an error", async () => {
	const issue = [{ severity: 'error', code: 'not-found', diagnostics: 'There is no patient Zzyzx here.' }];
	const description = async (showPayerWords: boolean) => {
		const { run } = await runAgainst(
			[{ status: 400, body: { resourceType: 'OperationOutcome', issue } }],
			() => [{ groupId: 'g' }],
			{ node: 'startExport', parameters: { options: { patients: 'Patient/Zzyzx' } } },
			{ showPayerWords },
		);
		return run.error?.description;
	};
	expect(await description(true)).toMatch(/^The payer says: There is no patient \[value\] here/);
	expect(await description(false)).toMatch(
		/^It gives the code not-found: it does not have what was asked for/,
	);
});
