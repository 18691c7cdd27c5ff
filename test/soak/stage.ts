import axios from 'axios';
import type { N8nExecution } from '../../local-n8n/execution';
import type { N8nRuntime } from '../../local-n8n/install';
import { N8nClient, type N8nWorkflow } from '../../local-n8n/rest';
import { startN8n } from '../../local-n8n/server';
import { STEPS } from '../../demo/outcomes';
import { createCredential, exampleWorkflow, packProject, type Gateway, type Stage } from '../../demo/stage';
import { memoryReporting } from './memory';

const ROUND_WITHIN_MS = 5 * 60_000;
/** So that a body that stalls is given up soon. */
const IDLE_SECONDS = 2;
/** Of the Wait node in the workflow that looks once; its own 65 seconds would fill the soak with waiting. */
const PAUSE_SECONDS = 2;

/** The demo's stage, with an n8n that says what memory it holds. @param memoryFile where it writes that */
export async function openSoakStage(
	runtime: N8nRuntime,
	memoryFile: string,
	report: (text: string) => void,
): Promise<Stage> {
	const { tarball, remove } = await packProject();
	const extraEnv = memoryReporting(memoryFile);
	const n8n = await startN8n({ runtime, tarball, report, extraEnv }).finally(remove);
	const client = new N8nClient(n8n.url);
	const close = async () => await n8n.stop();
	await client.login(n8n).catch(async (error: Error) => {
		await close();
		return await Promise.reject(error);
	});
	return { n8n, client, close };
}

/** The demo's workflow, in n8n, in both ways of waiting. */
export interface Workflows {
	waits: string;
	looksOnce: string;
}

/** Brings the example workflow in, twice, with a credential for the gateway. */
export async function createWorkflows({ client }: Stage, gateway: Gateway): Promise<Workflows> {
	const example = await exampleWorkflow('roster-to-fhir.json', await createCredential(client, gateway));
	const fetch = { [STEPS.fetch]: { options: { idleSeconds: IDLE_SECONDS } } };
	const pause = { 'Pause Before Asking Again': { amount: PAUSE_SECONDS, unit: 'seconds' } };
	const looks = { [STEPS.wait]: { giveUpAfter: 0 } };
	return {
		waits: await client.createWorkflow(withParameters(example, { ...fetch, ...pause })),
		looksOnce: await client.createWorkflow(withParameters(example, { ...fetch, ...pause, ...looks })),
	};
}

function withParameters(workflow: N8nWorkflow, parameters: Record<string, object>): N8nWorkflow {
	const nodes = (workflow.nodes as Array<{ name: string; parameters: object }>).map((node) => ({
		...node,
		parameters: { ...node.parameters, ...parameters[node.name] },
	}));
	return { ...workflow, nodes };
}

/** Runs a workflow to its end. */
export async function runOnce({ client }: Stage, workflowId: string): Promise<N8nExecution> {
	const executionId = await client.runManually(workflowId, STEPS.trigger);
	return await client.waitForExecution(executionId, { timeoutMs: ROUND_WITHIN_MS });
}

/** Logs in once, and then deletes executions with all their data, so that n8n's database does not grow. */
export async function openBroom({ n8n }: Stage): Promise<(executionId: string) => Promise<void>> {
	const http = axios.create({ baseURL: n8n.url, proxy: false, headers: { 'browser-id': 'local-n8n' } });
	const { email, password } = n8n;
	const { headers } = await http.post('/rest/login', { emailOrLdapLoginId: email, password });
	const cookie = (headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
	return async (executionId) => {
		await http.post('/rest/executions/delete', { ids: [executionId] }, { headers: { cookie } });
	};
}
