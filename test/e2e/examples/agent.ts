import { randomUUID } from 'node:crypto';
import type { N8nWorkflow } from '../../../local-n8n/rest';
import { member, row, truth } from '../../support/expectations';
import { theBench } from '../bench';
import { addRows } from './dataTables';
import { bringIn, filledIn, runByHand, type ExampleNode } from './bringIn';
import { startModel, type ModelStandIn, type Turn } from './modelStandIn';

/** Makes the stand-in call a tool with what is no job. */
const ODD_QUESTION = 'How far are both jobs?';
const MEMBERS = ['small', 'partial', 'consent-refused', 'no-match'];

interface Case {
	id: number;
	tenant: string;
	outcome: string;
	jobId: string;
	reason: string;
}
interface Open {
	count_id: number;
	counts: Array<{ outcome: string; count_id: number }>;
	cases: Case[];
}

/** The first JSON object in what a tool answered, however it is wrapped. */
function read<T>(answer: string): T {
	const value = JSON.parse(answer) as unknown;
	const first = Array.isArray(value) ? (value[0] as unknown) : value;
	const { response } = first as { response?: unknown };
	return (response === undefined ? first : Array.isArray(response) ? response[0] : response) as T;
}

/** Asks as a person would, with the tools of the example. */
function conversation(question: string, answers: string[]): Turn {
	if (question === ODD_QUESTION) {
		return answers.length === 0
			? { tool: 'look_at_export', input: { tenant: 'bison', jobId: 'two, jobs' } }
			: { say: answers[0] };
	}
	if (answers.length === 0) return { tool: 'open_members', input: {} };
	const { count_id: open, counts, cases } = read<Open>(answers[0]);
	const ofEach = Object.fromEntries(counts.map(({ outcome, count_id: count }) => [outcome, count]));
	const partial = cases.filter(({ outcome }) => outcome === 'partial').at(-1);
	if (answers.length === 1)
		return { tool: 'look_at_export', input: { tenant: partial?.tenant, jobId: partial?.jobId } };
	const [, url] = /"url":"([^"]+)"/.exec(answers[1].replaceAll('\\"', '"')) ?? [];
	if (answers.length === 2) return { tool: 'count_file', input: { url } };
	return { say: `${open} open: ${JSON.stringify(ofEach)}. ${answers[2]}` };
}

/** The Agent as the example ships it, and the one that n8n adds to a workflow today. */
const AGENT_VERSIONS = ['shipped', 3.1] as const;
type AgentVersion = (typeof AGENT_VERSIONS)[number];

/** Makes the workflow's Agent one of a version, behind a chat of its own. @returns the chat's webhook */
function withAgent({ nodes }: N8nWorkflow, version: AgentVersion): string {
	const named = (wanted: string) => (nodes as ExampleNode[]).find(({ name }) => name === wanted)!;
	const ask = named('Ask');
	if (version !== 'shipped') {
		named('Exchange Assistant').typeVersion = version;
		ask.webhookId = randomUUID();
	}
	return ask.webhookId as string;
}

/** The example "Ask which members are still open", with a stand-in for the language model. */
export function agentExample(): void {
	let model: ModelStandIn;
	const chats = new Map<AgentVersion, string>();
	beforeAll(async () => {
		model = await startModel(conversation);
		const { client } = theBench();
		// Outcomes come from another example.
		const enrollees = await bringIn('new-enrollees.json');
		await runByHand(enrollees);
		const id = await client.createCredential({
			name: 'Model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.url },
		});
		const filled = {
			credentials: { '@n8n/n8n-nodes-langchain.lmChatOpenAi': { openAiApi: { id, name: 'Model' } } },
			// In the editor the chat is open as it is; from outside it has to be made public.
			parameters: { Ask: { public: true } },
		};
		await addRows(
			'New enrollees',
			MEMBERS.map((key) => row(key)),
		);
		await runByHand(enrollees);
		for (const version of AGENT_VERSIONS) {
			const workflow = await filledIn('ai-agent.json', filled);
			chats.set(version, withAgent(workflow, version));
			await client.activate(await client.createWorkflow(workflow));
		}
	}, 300_000);
	afterAll(async () => await model.close());

	test.each(AGENT_VERSIONS)(
		'ai-agent: who is still open, and nothing about who they are (Agent %s)',
		async (version) => {
			const said = await ask('Which members are still open?', version);
			expect(said).toMatch(/^\d+ open: \{.*"partial":1/);
			expect(said).toMatch(/"no-match":1/);
			// The tool of Fetch Batch: the counts of one file, and no resource.
			expect(said).toContain(`"resources":${truth('partial').files[0].resources}`);
			expect(new Set(model.tools())).toEqual(new Set(['open_members', 'look_at_export', 'count_file']));
			const sent = model.sent();
			for (const key of MEMBERS) {
				const { memberId, familyName, birthDate, coverageId, consentId } = member(key).row;
				for (const secret of [memberId, familyName, birthDate, coverageId, consentId]) {
					expect(sent).not.toContain(secret);
				}
			}
			expect(sent).not.toContain('"meta"');
		},
	);

	test('ai-agent: a tool that is called with nonsense tells the model so', async () => {
		expect(await ask(ODD_QUESTION)).toMatch(/Job ID/);
	});

	async function ask(chatInput: string, version: AgentVersion = 'shipped'): Promise<string> {
		const answer = await theBench().client.callWebhook(`${chats.get(version)}/chat`, {
			action: 'sendMessage',
			sessionId: 'test',
			chatInput,
		});
		return String((answer as { output?: string }).output);
	}
}
