import axios, { type AxiosInstance } from 'axios';
import type { NodeName } from '../support/engine';
import { member, row, truth } from '../support/expectations';
import { closeBench, openBench, theBench } from './bench';
import { startModel, type ModelStandIn } from './examples/modelStandIn';
import { jsonOf, run } from './workflows';

/** n8n's own Agents (a preview in n8n 2.41): an agent outside of any workflow, whose tools are nodes. */

const OPEN_WITHIN_MS = 40 * 60_000;
const PACKAGE = 'n8n-nodes-payer-to-payer';

interface Tool {
	name: string;
	node: NodeName;
	parameters: object;
}

let model: ModelStandIn;
let http: AxiosInstance;
let agents: string;
let modelId: string;

// By default the tests switch this module off.
beforeAll(async () => {
	await openBench(undefined, { N8N_DISABLED_MODULES: '' });
	const { client, n8n } = theBench();
	// The model calls the tool that the question names, once, and says what came.
	model = await startModel((question, answers) =>
		answers.length === 0 ? { tool: question, input: {} } : { say: answers[0] },
	);
	modelId = await client.createCredential({
		name: 'Model',
		type: 'openRouterApi',
		data: { apiKey: 'none', url: model.url },
	});
	http = axios.create({ baseURL: n8n.url, proxy: false, timeout: 60_000 });
	const login = await http.post('/rest/login', { emailOrLdapLoginId: n8n.email, password: n8n.password });
	http.defaults.headers.common.cookie = (login.headers['set-cookie'] ?? [])
		.map((each) => each.split(';')[0])
		.join('; ');
	const { id } = await get<{ id: string }>('/rest/projects/personal');
	agents = `/rest/projects/${id}/agents/v2`;
}, OPEN_WITHIN_MS);
afterAll(async () => {
	await model?.close();
	await closeBench();
});

async function get<T>(path: string): Promise<T> {
	return (await http.get<{ data: T }>(path)).data.data;
}

/** Makes an agent with one tool, and has the tool called. @returns all that was sent to the model with the tool's answer */
async function sentAfter({ name, node, parameters }: Tool): Promise<string> {
	const { data } = await http.post<{ data: { id: string } }>(agents, { name });
	const path = `${agents}/${data.data.id}`;
	const { config, configHash } = await get<{ config: object; configHash: string }>(`${path}/config`);
	const { credentialId } = theBench();
	const tool = {
		type: 'node',
		name,
		description: 'Asks the payer',
		node: {
			nodeType: `${PACKAGE}.${node}`,
			nodeTypeVersion: 1,
			nodeParameters: parameters,
			credentials: { oneUpHealthOAuth2Api: { id: credentialId, name: 'Sandbox gateway' } },
		},
	};
	const changes = { model: 'openrouter/stand-in', credential: modelId, instructions: 'Ask.', tools: [tool] };
	await http.put(`${path}/config`, { config: { ...config, ...changes }, baseConfigHash: configHash });
	const before = model.sent().length;
	await http.post(`${path}/chat`, { message: name, sessionId: name }, { responseType: 'text' });
	return model.sent().slice(before);
}

/** A job or file as the nodes before give it. */
async function made(key: string, parameters: object = {}): Promise<Record<string, unknown>> {
	const execution = await run({
		rows: [row(key)],
		steps: [{ node: 'memberMatch' }, { node: 'startExport' }, { node: 'waitForExport', parameters }],
	});
	return jsonOf(execution, 'waitForExport')[0] ?? jsonOf(execution, 'startExport')[0];
}

test("D1 a model behind n8n's own Agents gets every outcome, and nothing about who the member is", async () => {
	const file = await made('small');
	const failed = await made('failed');
	const slow = await made('slow', { giveUpAfter: 0 });
	const job = ({ tenant, jobId }: Record<string, unknown>) => ({ tenant, jobId, giveUpAfter: 0 });
	const tools: Array<[tool: Tool, seen: string]> = [
		[{ name: 'match', node: 'memberMatch', parameters: row('small') }, '"outcome":"matched"'],
		[{ name: 'no_match', node: 'memberMatch', parameters: row('no-match') }, '"outcome":"no-match"'],
		[{ name: 'failed_job', node: 'waitForExport', parameters: job(failed) }, '"outcome":"failed"'],
		[{ name: 'slow_job', node: 'waitForExport', parameters: job(slow) }, '"outcome":"still-running"'],
		[
			{ name: 'file', node: 'fetchBatch', parameters: { url: file.url } },
			`"resources":${truth('small').files[0].resources}`,
		],
		[
			{
				name: 'bad_row',
				node: 'memberMatch',
				parameters: { ...row('small'), birthDate: '', coverageId: '' },
			},
			"'Birth Date', 'Coverage ID' are empty",
		],
	];
	for (const [tool, seen] of tools) {
		const sent = (await sentAfter(tool)).replaceAll('\\"', '"');
		expect(sent).toContain(seen);
		for (const key of ['small', 'no-match', 'failed', 'slow']) {
			const { memberId, familyName, birthDate, coverageId, consentId } = member(key).row;
			for (const secret of [memberId, familyName, birthDate, coverageId, consentId]) {
				expect(sent).not.toContain(secret);
			}
		}
		expect(sent).not.toMatch(/resourceType|"response"|"reason"/);
	}
}, 400_000);
