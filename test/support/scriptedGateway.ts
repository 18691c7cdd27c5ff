/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a scripted gateway received. */
export interface GotRequest {
	method: string;
	url: string;
	headers: IncomingMessage['headers'];
	body: string;
}

/** A response: a status with a body, or a function that writes to the socket. */
export type Answer =
	| { status?: number; headers?: Record<string, string>; body?: string | Buffer | object }
	| ((response: ServerResponse, request: GotRequest) => void);

/** A gateway with responses defined by the test, for cases that the sandbox does not cover. Token requests always succeed. */
export interface ScriptedGateway {
	url: string;
	clientId: string;
	clientSecret: string;
	/** Requests other than for tokens. */
	got: GotRequest[];
	tokenRequests: GotRequest[];
	close(): Promise<void>;
}

/**
 * Starts a gateway.
 * @param answers one response per request, in order; the last one is repeated
 * @param token response of the token endpoint, if it is not a token
 */
export async function startScriptedGateway(answers: Answer[], token?: Answer): Promise<ScriptedGateway> {
	const got: GotRequest[] = [];
	const tokenRequests: GotRequest[] = [];
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const { method = '', url = '', headers } = request;
			const seen = { method, url, headers, body: Buffer.concat(parts).toString('utf8') };
			const isToken = url.endsWith('/openid-connect/token');
			(isToken ? tokenRequests : got).push(seen);
			const standard = {
				body: { access_token: `token-${tokenRequests.length}`, token_type: 'Bearer', expires_in: 300 },
			};
			const answer: Answer = isToken
				? (token ?? standard)
				: answers[Math.min(got.length, answers.length) - 1];
			if (typeof answer === 'function') return answer(response, seen);
			const { status = 200, headers: extra = {}, body = '' } = answer;
			const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
			response.writeHead(status, { ...(isJson && { 'content-type': 'application/json' }), ...extra });
			response.end(isJson ? JSON.stringify(body) : body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		clientId: 'scripted-client',
		clientSecret: `secret of ${port}`,
		got,
		tokenRequests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
