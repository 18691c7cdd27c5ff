/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { N8nClient, type N8nWorkflow } from '../local-n8n/rest';
import { startN8n, type N8nServer } from '../local-n8n/server';
import type { N8nRuntime } from '../local-n8n/install';
import type { N8nExecution } from '../local-n8n/execution';

const ROOT = join(__dirname, '..');
const PACKAGE = 'n8n-nodes-payer-to-payer';
const CREDENTIAL_TYPE = 'oneUpHealthOAuth2Api';

/** A gateway to sign in to, as `startSandbox` gives it. */
export interface Gateway {
	url: string;
	clientId: string;
	clientSecret: string;
	tenant: string;
}

/** A real n8n with the packed nodes installed, and a client that is logged in. */
export interface Stage {
	n8n: N8nServer;
	client: N8nClient;
	/** Stops n8n and takes the tarball away. */
	close(): Promise<void>;
}

/** Builds the project, as `npm run build` does. @throws with the compiler's words where it does not build */
export async function buildProject(): Promise<void> {
	await promisify(execFile)('npm', ['run', '--silent', 'build'], {
		cwd: ROOT,
		shell: process.platform === 'win32',
	});
}

/** Packs the built project, as `npm publish` would. @returns the tarball's path, in a temporary folder */
export async function packProject(): Promise<{ tarball: string; remove(): Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), 'payer-pack-'));
	const { stdout } = await promisify(execFile)(
		'npm',
		['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
		{ cwd: ROOT, shell: process.platform === 'win32' },
	);
	const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
	return {
		tarball: join(folder, filename),
		remove: async () => await rm(folder, { recursive: true, force: true }),
	};
}

/** Packs the project, starts a real n8n with it and logs in. */
export async function openStage(
	runtime: N8nRuntime,
	report: (text: string) => void,
	extraEnv?: Record<string, string>,
): Promise<Stage> {
	const pack = await packProject();
	const n8n = await startN8n({ runtime, tarball: pack.tarball, report, extraEnv }).finally(pack.remove);
	const client = new N8nClient(n8n.url);
	const close = async () => await n8n.stop();
	await client.login(n8n).catch(async (error: unknown) => {
		await close();
		return await Promise.reject(error as Error);
	});
	return { n8n, client, close };
}

/** Creates the credential for a gateway. @param plans names of its plans, one a line. @returns its id */
export async function createCredential(client: N8nClient, gateway: Gateway, plans = ''): Promise<string> {
	const { clientId, clientSecret, url } = gateway;
	return await client.createCredential({
		name: 'Sandbox gateway',
		type: CREDENTIAL_TYPE,
		data: {
			clientId,
			clientSecret,
			gatewayUrl: url,
			scope: 'member-match|read',
			defaultTenant: gateway.tenant,
			plans,
		},
	});
}

/**
 * The settings by which n8n keeps what a run gave. The examples keep nothing of runs that end well, because it is members' data; the demo and
 * the tests read it back, and their members are synthetic.
 */
const KEPT = { saveManualExecutions: true, saveDataSuccessExecution: 'all' };

/**
 * Reads a workflow of `examples/` and chooses the credential in its nodes, as a person would after importing it.
 * @param asShipped whether n8n keeps nothing of its runs, as the file says
 */
export async function exampleWorkflow(
	file: string,
	credentialId: string,
	{ asShipped = false } = {},
): Promise<N8nWorkflow> {
	const workflow = JSON.parse(await readFile(join(ROOT, 'examples', file), 'utf8')) as N8nWorkflow;
	const nodes = workflow.nodes.map((node) => {
		const type = payerCredential(node);
		return type === undefined
			? node
			: { ...node, credentials: { [type]: { id: credentialId, name: 'Sandbox gateway' } } };
	});
	return {
		...workflow,
		nodes,
		...(!asShipped && { settings: { ...(workflow.settings as object), ...KEPT } }),
	};
}

/** The type of the credential that a node asks payers with; undefined if it asks none. */
function payerCredential(node: object): string | undefined {
	const { type, credentials } = node as { type: string; credentials?: object };
	return type.startsWith(`${PACKAGE}.`) ? Object.keys(credentials ?? {})[0] : undefined;
}

/** The same workflow with Fetch Batch's Output As set to FHIR Bundles as Text. */
export function asBundleTexts(workflow: N8nWorkflow): N8nWorkflow {
	return changed(workflow, 'as text', (node) => withFetchBatch(node, { outputAs: 'bundlesText' }));
}

/** The same with Prepare For My Server, for other members. */
export function asPrepared(workflow: N8nWorkflow, rows: readonly object[]): N8nWorkflow {
	const settings = {
		ownAddress: 'https://plan.example',
		ownName: 'Prairie Health Plan',
		ownNpi: '1234567893',
		idPrefix: 'p2p',
	};
	const options = { prepare: { settings } };
	return changed(workflow, 'for an own server', (node) =>
		node.name === 'Roster'
			? { ...node, parameters: { mode: 'raw', jsonOutput: JSON.stringify({ members: rows }), options: {} } }
			: withFetchBatch(node, { outputAs: 'bundlesText', options }),
	);
}

interface WorkflowNode {
	name: string;
	type: string;
	parameters: object;
}

function changed(
	workflow: N8nWorkflow,
	how: string,
	change: (node: WorkflowNode) => WorkflowNode,
): N8nWorkflow {
	const nodes = workflow.nodes.map((node) => change(node as WorkflowNode));
	return { ...workflow, name: `${String(workflow.name)} (${how})`, nodes };
}

function withFetchBatch(node: WorkflowNode, parameters: object): WorkflowNode {
	return node.type === `${PACKAGE}.fetchBatch`
		? { ...node, parameters: { ...node.parameters, ...parameters } }
		: node;
}

/** Brings in a workflow, runs it by its manual trigger and waits for the end. */
export async function runWorkflow(
	client: N8nClient,
	workflow: N8nWorkflow,
	trigger: string,
	report: (text: string) => void,
): Promise<{ workflowId: string; execution: N8nExecution }> {
	const workflowId = await client.createWorkflow(workflow);
	const executionId = await client.runManually(workflowId, trigger);
	const execution = await client.waitForExecution(executionId, { timeoutMs: 10 * 60_000, report });
	return { workflowId, execution };
}
