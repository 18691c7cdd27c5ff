/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'flatted';
import { gzipSync } from 'node:zlib';
import type { IDataObject } from 'n8n-workflow';
import { row } from '../../support/expectations';
import { credentialFor, runSteps, type Step } from '../../support/engine';
import { runOneNode } from '../../support/oneNode';
import { startScriptedGateway, type Answer } from '../../support/scriptedGateway';

const gzipped = (text: string, status = 200): Answer => ({
	status,
	headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
	body: gzipSync(text, { level: 1 }),
});
const MEGABYTE = 1024 * 1024;
const SUBJECT = { memberId: 'm1', tenant: 'bison', groupId: 'g1' };
const MATCH: Step = { node: 'memberMatch', onError: 'continueRegularOutput' };
const START: Step = { node: 'startExport', onError: 'continueRegularOutput' };

describe('C a token endpoint', () => {
	test.each<[what: string, token: Answer, says: RegExp]>([
		['that sends 2 MB', gzipped(`{"access_token":"${'x'.repeat(2 * MEGABYTE)}"}`), /longer than 1 MB/],
		['that refuses with 2 MB', gzipped('x'.repeat(2 * MEGABYTE), 400), /longer than [14] MB|HTTP 400/],
		['that sends 20,001 values', gzipped(`[${'{},'.repeat(20_001)}{}]`), /more than 20,000 JSON values/],
		['that nests deep', gzipped('['.repeat(100_000)), /nested more than 200 deep/],
	])('%s gives no token, and is asked once', async (_, token, says) => {
		const { run, gateway } = await runOneNode(START, [SUBJECT], { answers: [{}], token });
		expect(run.json('startExport', 1)).toMatchObject([{ message: expect.stringMatching(says) }]);
		expect([gateway.tokenRequests.length, gateway.got.length]).toEqual([1, 0]);
	});
});

describe('C a match answer', () => {
	test.each<[what: string, answer: Answer, says: RegExp]>([
		['of 9 MB', gzipped(`{"a":"${'x'.repeat(9 * MEGABYTE)}"}`), /longer than 8 MB/],
		['of 500,001 values', gzipped(`[${'{},'.repeat(500_001)}{}]`), /more than 500,000 JSON values/],
		['a million deep', gzipped(`{"groupId":"g1","a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`), /200 deep/],
		['refused with 5 MB', gzipped('x'.repeat(5 * MEGABYTE), 422), /longer than 4 MB/],
	])('%s is an error of its item; the others go on', async (_, answer, says) => {
		const answers = [answer, { body: { groupId: 'g2' } }];
		const step = { ...MATCH, parameters: { options: { concurrency: 1 } } };
		const { run } = await runOneNode(step, [row('small'), row('small', { memberId: 'm2' })], { answers });
		expect(run.json('memberMatch', 0)).toMatchObject([{ groupId: 'g2' }]);
		expect(run.json('memberMatch', 1)).toMatchObject([{ error: expect.stringMatching(says) }]);
		expect(stringify(run.raw.data.resultData.runData).length).toBeLessThan(100_000);
	});
});

describe('C a kick-off', () => {
	test('answered after longer than a minute would be is sent once', async () => {
		const late: Answer = (response) =>
			void sleep(1500).then(() => {
				response.writeHead(202, { 'content-location': '/v1/bison/bulk-data/r4/$export/job/j1' });
				response.end();
			});
		const { run, gateway } = await runOneNode(START, [SUBJECT], { answers: [late] });
		expect(run.json('startExport')).toMatchObject([{ jobId: 'j1' }]);
		expect(gateway.got).toHaveLength(1);
	});

	test('that is not answered ends with the time that is set, and is sent once', async () => {
		const step = { ...START, parameters: { options: { answerSeconds: 1 } } };
		const { run, gateway } = await runOneNode(step, [SUBJECT], { answers: [() => undefined] });
		expect(run.json('startExport', 1)).toMatchObject([
			{ error: expect.stringMatching(/may have started the export/) },
		]);
		expect(gateway.got).toHaveLength(1);
	});

	test('with dots behind the address of the job is read at once', async () => {
		const text = `Started: https://x.example/v1/bison/bulk-data/r4/$export/job/j1${'.'.repeat(150_000)} x`;
		const body = { resourceType: 'OperationOutcome', issue: [{ code: 'informational', details: { text } }] };
		const { run } = await runOneNode(START, [SUBJECT], { answers: [{ status: 202, body }] });
		expect(run.json('startExport')).toMatchObject([{ jobId: 'j1' }]);
	});

	test('answered with a manifest gives it on to Wait For Export, and no further', async () => {
		const body = {
			transactionTime: '2027-01-01T00:00:00Z',
			requiresAccessToken: false,
			output: [
				{ type: 'Patient', url: '/v1/bison/bulk-data/r4/$export/file/a.ndjson', count: 2, extra: 'x' },
			],
			deleted: [{ url: '/v1/bison/bulk-data/r4/$export/file/d.ndjson' }],
			status: 'completed',
			note: 'x'.repeat(1000),
		};
		const gateway = await startScriptedGateway([
			{ body, headers: { expires: 'Fri, 01 Jan 2099 00:00:00 GMT' } },
		]);
		const run = await runSteps({
			items: [SUBJECT],
			steps: [START, { node: 'waitForExport', parameters: { giveUpAfter: 0 } }],
			credential: credentialFor(gateway),
		});
		await gateway.close();
		const [started] = run.json('startExport');
		expect(started).not.toHaveProperty('response');
		expect(JSON.stringify(started)).not.toContain('xxx');
		const completed = run.json('waitForExport');
		expect(completed).toMatchObject([
			{ batch: 1, count: 2, requiresAccessToken: false, expiresAt: '2099-01-01T00:00:00.000Z' },
			{ batch: 2, deleted: true },
		]);
		expect(completed.filter((each) => 'manifest' in each || 'response' in each)).toEqual([]);
		expect(gateway.got).toHaveLength(1);

		// An item of an earlier version.
		const earlier = { ...SUBJECT, jobId: 'j1', finished: true, response: body };
		// What a table or a spreadsheet makes of it.
		const fromTable = { ...SUBJECT, jobId: 'j1', finished: 'true', manifest: JSON.stringify(body) };
		for (const item of [earlier, fromTable]) {
			const { run: again } = await runOneNode({ node: 'waitForExport' }, [item], { answers: [{}] });
			expect(again.json('waitForExport')).toHaveLength(2);
		}
	});
});

describe('C the members of an export', () => {
	const members = Array.from({ length: 1000 }, (_, id) => ({
		memberId: `member-${id}`,
		patientId: `p${id}`,
	}));
	const job = { tenant: 'bison', groupId: 'g1', jobId: 'job-1', members };
	const file = (id: number) => `/v1/bison/bulk-data/r4/$export/file/${id}.ndjson`;

	test('are one list, which n8n stores once for 1,000 files', async () => {
		const output = Array.from({ length: 1000 }, (_, id) => ({ type: 'Observation', url: file(id) }));
		const { run } = await runOneNode({ node: 'waitForExport' }, [job], { answers: [{ body: { output } }] });
		const completed = run.json('waitForExport');
		expect(new Set(completed.map((each) => each.members)).size).toBe(1);
		expect(stringify(run.raw.data.resultData.runData).length).toBeLessThan(1_000_000);
	});

	test('are found again where the list was copied on the way', async () => {
		const items = [1, 2].map((batch) => ({
			...job,
			batch,
			batchCount: 2,
			type: 'Observation',
			url: file(batch),
		}));
		const [first, second] = JSON.parse(JSON.stringify(items)) as IDataObject[];
		// A table keeps the list as text.
		const copied = [first, { ...second, members: JSON.stringify(second.members) }];
		const resource = (patient: string) =>
			JSON.stringify({
				resourceType: 'Observation',
				id: patient,
				subject: { reference: `Patient/${patient}` },
			});
		const body = `${resource('p1')}\n${resource('p999')}\n${resource('other')}\n`;
		const step: Step = {
			node: 'fetchBatch',
			parameters: { outputAs: 'items', options: { addOrigin: true, otherPatients: 'give' } },
		};
		const { run } = await runOneNode(step, copied, { answers: [{ body }] });
		expect(run.json('fetchBatch').map(({ memberId }) => memberId)).toEqual(
			[1, 2].flatMap(() => ['member-1', 'member-999', undefined]),
		);
	});
});
