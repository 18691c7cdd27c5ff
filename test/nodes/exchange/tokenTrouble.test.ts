import { OneUpHealthOAuth2Api } from '../../../credentials/OneUpHealthOAuth2Api.credentials';
import { credentialFor, runSteps, type EngineRun, type NodeName } from '../../support/engine';
import { row } from '../../support/expectations';
import { startScriptedGateway, type Answer } from '../../support/scriptedGateway';
import { expectStopped } from '../../support/stopping';

const JOB = { memberId: 'm1', tenant: 'bison', groupId: 'g1', jobId: 'job-1' };
const BASE = '/v1/bison/bulk-data/r4';
const NODES: Record<string, { items: object[]; answer: Answer }> = {
	memberMatch: { items: [row('small')], answer: { body: { groupId: 'g1' } } },
	startExport: {
		items: [JOB],
		answer: { status: 202, headers: { 'content-location': `${BASE}/$export/job/job-1` } },
	},
	waitForExport: { items: [JOB], answer: { body: { transactionTime: '2027-01-01T00:00:00Z', output: [] } } },
	fetchBatch: {
		items: [{ ...JOB, url: `${BASE}/$export/file/1.ndjson` }],
		answer: { body: '{"resourceType":"Patient","id":"1"}\n' },
	},
};

/** Answers of a token endpoint one after another; then tokens. */
function tokens(...troubles: Answer[]): Answer {
	let asked = 0;
	return (response, request) => {
		const trouble = troubles[asked];
		asked += 1;
		if (typeof trouble === 'function') return trouble(response, request);
		const token = { access_token: `token-${asked}`, token_type: 'Bearer', expires_in: 300 };
		const { status = 200, headers = {}, body = token } = trouble ?? {};
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(trouble ? body : JSON.stringify(token));
	};
}

async function runWith(token: Answer, node: NodeName, items: object[], parameters = {}) {
	const gateway = await startScriptedGateway([NODES[node].answer], token);
	const run = await runSteps({
		items: items as never,
		steps: [{ node, parameters }],
		credential: credentialFor(gateway),
	});
	await gateway.close();
	return { run, gateway };
}

const outputsOf = (run: EngineRun, node: string) => run.json(node).length;

describe('B2 a token endpoint in trouble', () => {
	const reset: Answer = (response) => void response.destroy();
	test.each<[string, Answer]>([
		['502', { status: 502, body: '<html>' }],
		['500 with an error', { status: 500, body: '{"error":"server_error"}' }],
		['a reset', reset],
		['429 with Retry-After', { status: 429, headers: { 'retry-after': '1' }, body: '' }],
	])('%s costs nothing, in any of the nodes', async (_, trouble) => {
		for (const [node, { items }] of Object.entries(NODES)) {
			const { run, gateway } = await runWith(tokens(trouble), node as NodeName, items);
			expect([node, run.error?.message, outputsOf(run, node)]).toEqual([node, undefined, 1]);
			expect(gateway.tokenRequests).toHaveLength(2);
			expect(gateway.got).toHaveLength(1);
		}
	});

	test('is asked again once for all who wait, and not before it wants to be', async () => {
		const began = Date.now();
		const busy: Answer = { status: 429, headers: { 'retry-after': '2' }, body: '' };
		const items = Array.from({ length: 12 }, () => NODES.startExport.items[0]);
		const { run, gateway } = await runWith(tokens(busy), 'startExport', items, {
			options: { concurrency: 12 },
		});
		expect(Date.now() - began).toBeGreaterThanOrEqual(2000);
		expect(outputsOf(run, 'startExport')).toBe(12);
		expect(gateway.tokenRequests).toHaveLength(2);
	});

	test('that stays so is an error, when the time of the request is over, and the others wait no more', async () => {
		const items = Array.from({ length: 30 }, () => row('small'));
		const gateway = await startScriptedGateway([NODES.memberMatch.answer], { status: 503 });
		const began = Date.now();
		const run = await runSteps({
			items,
			steps: [
				{
					node: 'memberMatch',
					onError: 'continueRegularOutput',
					parameters: { options: { keepTryingFor: 0.03 } },
				},
			],
			credential: credentialFor(gateway),
		});
		await gateway.close();
		expect(run.json('memberMatch', 1)).toHaveLength(30);
		expect(JSON.stringify(run.json('memberMatch', 1)[0])).toContain('no access token');
		expect(gateway.got).toEqual([]);
		// The pauses of one request, not of thirty.
		expect(gateway.tokenRequests.length).toBeLessThan(8);
		expect(Date.now() - began).toBeLessThan(30_000);
	});

	test('leaves a job running', async () => {
		const gateway = await startScriptedGateway([{}], { status: 503 });
		const run = await runSteps({
			items: [JOB],
			steps: [{ node: 'waitForExport', parameters: { giveUpAfter: 0 } }],
			credential: credentialFor(gateway),
		});
		await gateway.close();
		expect([run.error?.message, run.json('waitForExport', 2)]).toEqual([undefined, []]);
		expect(run.json('waitForExport', 1)).toMatchObject([{ jobId: 'job-1', troubles: 1 }]);
	});

	test.each<[string, Answer, nodeStatus: string]>([
		['404 of a proxy without routes', { status: 404, body: 'page not found' }, 'success'],
		['a page', { status: 200, body: '<html>We will be back</html>' }, 'success'],
		['a redirect to a page', { status: 302, headers: { location: '/sorry' }, body: '' }, 'success'],
		['429 with a code', { status: 429, body: '{"error":"invalid_request"}' }, 'success'],
		['400 temporarily_unavailable', { status: 400, body: '{"error":"temporarily_unavailable"}' }, 'success'],
		['a refusal', { status: 400, body: '{"error":"invalid_client"}' }, 'error'],
	])('%s at a renewal in the midst of a run', async (_, trouble, status) => {
		const expired: Answer = (response, { headers }) => {
			const isOld = headers.authorization === 'Bearer token-1';
			response.writeHead(isOld ? 401 : 200, { 'content-type': 'application/json' });
			response.end(isOld ? '' : '{"groupId":"g1"}');
		};
		const first: Answer = { body: '{"access_token":"token-1","token_type":"Bearer","expires_in":300}' };
		const gateway = await startScriptedGateway([expired], tokens(first, trouble));
		const { items } = NODES.memberMatch;
		const run = await runSteps({
			items: items as never,
			steps: [{ node: 'memberMatch' }],
			credential: credentialFor(gateway),
		});
		await gateway.close();
		expect([run.status, gateway.tokenRequests.length]).toEqual([status, status === 'success' ? 3 : 2]);
	});

	test('but a refusal is one at once', async () => {
		const refused: Answer = { status: 401, body: { error: 'invalid_client' } };
		const { run, gateway } = await runWith(refused, 'memberMatch', NODES.memberMatch.items);
		expect(run.error?.message).toContain('no access token');
		expect(gateway.tokenRequests).toHaveLength(1);
	});

	test.each<[string, Answer]>([
		['the pause', { status: 503, headers: { 'retry-after': '60' } }],
		['a request that is not answered', () => undefined],
		['an answer that does not end', (response) => void response.writeHead(200).write('{')],
	])('Stop ends %s', async (_, answer) => {
		const gateway = await startScriptedGateway([{}], answer);
		const { items } = NODES.memberMatch;
		const credential = credentialFor(gateway);
		await expectStopped(
			{ items: items as never, steps: [{ node: 'memberMatch' }], credential },
			() => gateway.tokenRequests.length > 0,
		);
		await gateway.close();
	});

	test('the Test of a credential asks once', async () => {
		let asked = 0;
		const request = async () => {
			asked += 1;
			return await Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' }));
		};
		const credential = credentialFor({ url: 'https://gateway.example', clientId: 'a', clientSecret: 'b' });
		const helper = { helpers: { httpRequest: request } } as never;
		const signing = new OneUpHealthOAuth2Api().preAuthentication.call(helper, credential);
		await expect(signing).rejects.toThrow('refused the connection');
		expect(asked).toBe(1);
	});
});
