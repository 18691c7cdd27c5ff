/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came to a listener. */
export interface Heard {
	path: string;
	headers: IncomingMessage['headers'];
	/** As text. */
	body: string;
}

/** What a listener answers; nothing: 200 without a body. */
export interface ListenerAnswer {
	status?: number;
	/** Sent as JSON. */
	body?: object;
	/** Sent one after the other as server-sent events, in place of a body. */
	events?: object[];
}

/** A small server of a test: another system that a workflow calls. */
export interface Listener {
	url: string;
	heard: Heard[];
	close(): Promise<void>;
}

/** Starts a listener on a free port of this computer. */
export async function startListener(
	answer: (heard: Heard) => ListenerAnswer | void = () => undefined,
): Promise<Listener> {
	const heard: Heard[] = [];
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const { url: path = '', headers } = request;
			const one = { path, headers, body: Buffer.concat(parts).toString() };
			heard.push(one);
			const { status = 200, body = {}, events } = answer(one) ?? {};
			if (events) {
				const texts = [...events.map((event) => JSON.stringify(event)), '[DONE]'];
				response.writeHead(status, { 'content-type': 'text/event-stream' });
				response.end(texts.map((text) => `data: ${text}\n\n`).join(''));
				return;
			}
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		});
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		heard,
		close: async () => {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}
