import { startListener, type Listener } from './listener';

/** A call of a tool, or the answer in words. */
export type Turn = { tool: string; input: object } | { say: string };

interface Chat {
	/** Answer piece by piece, as n8n's Agents ask for. */
	stream?: boolean;
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
		const { messages, stream } = JSON.parse(body) as Chat;
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
								index: 0,
								id: `call_${answers.length + 1}`,
								type: 'function',
								function: { name: turn.tool, arguments: JSON.stringify(turn.input) },
							},
						],
					};
		const finish_reason = 'say' in turn ? 'stop' : 'tool_calls';
		const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
		const chat = { id: 'chat-1', created: 1, model: 'stand-in' };
		if (stream) {
			const piece = { ...chat, object: 'chat.completion.chunk' };
			return {
				events: [
					{ ...piece, choices: [{ index: 0, delta: message, finish_reason: null }] },
					{ ...piece, choices: [{ index: 0, delta: {}, finish_reason }], usage },
				],
			};
		}
		return {
			body: { ...chat, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage },
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
