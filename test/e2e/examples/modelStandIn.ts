import { startListener, type Listener } from './listener';

/** A call of a tool, or the answer in words. */
export type Turn = { tool: string; input: object } | { say: string };

interface Chat {
	messages: Array<{ role: string; content: unknown }>;
	tools?: Array<{ function: { name: string } }>;
}

/** A stand-in for a language model: it speaks OpenAI's chat API, and says what the test tells it. */
export interface ModelStandIn {
	/** For the field Base URL of the credential. */
	url: string;
	/** All that left n8n for the model, as text. */
	sent(): string;
	/** The names of the tools that it was offered. */
	tools(): string[];
	close(): Promise<void>;
}

/** @param next gets the question and what the tools answered so far, as text, and says what the model does */
export async function startModel(
	next: (question: string, toolAnswers: string[]) => Turn,
): Promise<ModelStandIn> {
	const listener: Listener = await startListener(({ path, body }) => {
		if (!path.endsWith('/chat/completions')) return { body: { data: [] } };
		const { messages } = JSON.parse(body) as Chat;
		const answers = messages
			.filter(({ role }) => role === 'tool')
			.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
		const question = messages.findLast(({ role }) => role === 'user')?.content;
		const turn = next(String(question), answers);
		const message =
			'say' in turn
				? { role: 'assistant', content: turn.say }
				: {
						role: 'assistant',
						content: null,
						tool_calls: [
							{
								id: `call_${answers.length + 1}`,
								type: 'function',
								function: { name: turn.tool, arguments: JSON.stringify(turn.input) },
							},
						],
					};
		return {
			body: {
				id: 'chat-1',
				object: 'chat.completion',
				created: 1,
				model: 'stand-in',
				choices: [{ index: 0, message, finish_reason: 'say' in turn ? 'stop' : 'tool_calls' }],
				usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			},
		};
	});
	const chats = () => listener.heard.filter(({ path }) => path.endsWith('/chat/completions'));
	return {
		url: `${listener.url}/v1`,
		sent: () => listener.heard.map(({ body }) => body).join('\n'),
		tools: () =>
			chats().flatMap(({ body }) =>
				((JSON.parse(body) as Chat).tools ?? []).map((tool) => tool.function.name),
			),
		close: listener.close,
	};
}
