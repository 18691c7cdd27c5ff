import type { N8nWorkflow } from '../../../local-n8n/rest';
import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { until, workflowOf, type ExtraNode, type Plan } from '../workflows';
import { bringIn } from './bringIn';
import { startListener, type Heard, type Listener } from './listener';

// No member of the sandbox: n8n itself writes the errors of other nodes into its log, which is searched for members elsewhere.
const SECRET = 'Quennell 1971-02-28';

/** Steps that stop with something of a member in their text. */
const LEAKY: ExtraNode = {
	name: 'Database',
	type: 'n8n-nodes-base.stopAndError',
	typeVersion: 1,
	parameters: { errorMessage: `duplicate key value: (name)=(${SECRET})` },
};

const CASES: Array<{ what: string; plan: Plan; to: string; says: RegExp[]; badSecret?: boolean }> = [
	{
		what: 'a birth date that is none',
		plan: { rows: [row('small', { birthDate: '1984-13-12' })], steps: [{ node: 'memberMatch' }] },
		to: '/analyst',
		says: [/stopped at "memberMatch"/, /Birth Date/, /correct it, and run the workflow again/],
	},
	{
		what: 'a client secret that is wrong',
		plan: { rows: [row('small')], steps: [{ node: 'memberMatch' }] },
		to: '/administrator',
		says: [/stopped at "memberMatch"/, /Press Test in the credential/],
		badSecret: true,
	},
	{
		what: 'a step of somebody else that repeats data',
		plan: {
			rows: [row('small')],
			steps: [],
			extra: [LEAKY],
			links: [{ from: 'Rows', output: 0, to: 'Database' }],
		},
		to: '/administrator',
		says: [/stopped at "Database"/, /Open the execution/],
	},
];

/** A workflow that fails when its webhook is called: n8n starts no error workflow for a run by hand. */
function failing(plan: Plan, errorWorkflow: string, path: string): N8nWorkflow {
	const workflow = workflowOf(plan);
	const [trigger, ...nodes] = workflow.nodes as Array<Record<string, unknown>>;
	const webhook = {
		...trigger,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { httpMethod: 'POST', path, options: {} },
	};
	return { ...workflow, nodes: [webhook, ...nodes], settings: { executionOrder: 'v1', errorWorkflow } };
}

/** The example "When a workflow stops". */
export function errorWorkflowExample(): void {
	let chat: Listener;
	let errorWorkflow: string;
	beforeAll(async () => {
		chat = await startListener();
		errorWorkflow = await bringIn('error-workflow.json', {
			parameters: {
				'To the Administrator': { url: `${chat.url}/administrator` },
				'To the Analyst': { url: `${chat.url}/analyst` },
			},
		});
		await theBench().client.activate(errorWorkflow);
	});
	afterAll(async () => await chat.close());

	test.each(CASES)('error-workflow: $what', async ({ plan, to, says, badSecret }) => {
		const { client, sandbox } = theBench();
		const credentialId = badSecret ? await wrongCredential() : undefined;
		const before = chat.heard.length;
		const path = `fails-${before}`;
		await client.activate(
			await client.createWorkflow(failing({ ...plan, credentialId }, errorWorkflow, path)),
		);
		await client.callWebhook(path, {});
		await until('the message', () => chat.heard.length > before);
		const [message, ...more] = chat.heard.slice(before) as [Heard, ...Heard[]];
		expect(more).toEqual([]);
		expect(message.path).toBe(to);
		const { text } = JSON.parse(message.body) as { text: string };
		for (const each of says) expect(text).toMatch(each);
		expect(text).toMatch(/\/workflow\/\w+\/executions\/\d+/);
		const { memberId, familyName, birthDate, coverageId } = row('small');
		for (const value of [
			memberId,
			familyName,
			birthDate,
			coverageId,
			'1984',
			sandbox.clientSecret,
			'wrong-secret',
		]) {
			expect(text).not.toContain(value);
		}
	});

	async function wrongCredential(): Promise<string> {
		const { client, sandbox } = theBench();
		return await client.createCredential({
			name: 'Wrong secret',
			type: 'oneUpHealthOAuth2Api',
			data: {
				clientId: sandbox.clientId,
				clientSecret: 'wrong-secret',
				gatewayUrl: sandbox.url,
				scope: 'member-match|read',
				defaultTenant: 'bison',
			},
		});
	}
}
