/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Server as SecureServer, type ServerOptions as SecureServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { refusal, type Answer, type IssueCode } from './operationOutcome';
import type { RequestLog } from './requestLog';

const LOCALHOST = '127.0.0.1';
const ISSUE_CODES: Record<number, IssueCode> = { 404: 'not-found', 413: 'too-long', 415: 'not-supported' };

/**
 * A server that tells its own errors as OperationOutcome.
 * @param bodyLimit bytes of a request's body
 * @param https certificates, for a server over TLS
 */
export function newServer(bodyLimit: number, https: SecureServerOptions | null = null): FastifyInstance {
	const app: FastifyInstance = fastify({
		https,
		bodyLimit,
		forceCloseConnections: true,
		exposeHeadRoutes: false,
		routerOptions: { maxParamLength: 2000 },
	});
	app.setErrorHandler(async (error: FastifyError, _request, reply) => {
		const status = error.statusCode ?? 500;
		const text = status < 500 ? error.message : 'The sandbox itself failed.';
		const code = ISSUE_CODES[status] ?? (status < 500 ? 'invalid' : 'exception');
		await sendAnswer(reply, refusal(status, code, text));
	});
	return app;
}

/** Logs every request but those for the sandbox's own aids. */
export function logRequests(app: FastifyInstance, log: RequestLog): void {
	app.addHook('onRequest', async (request, reply) => {
		if (!request.url.startsWith('/sandbox/')) log.add(request.raw, reply.raw);
	});
}

/** Listens on 127.0.0.1; port 0 is any free one. @returns the server's address */
export async function listen(app: FastifyInstance, port: number): Promise<string> {
	await app.listen({ port, host: LOCALHOST });
	const scheme = app.server instanceof SecureServer ? 'https' : 'http';
	return `${scheme}://${LOCALHOST}:${(app.server.address() as AddressInfo).port}`;
}

/** Sends an answer as it is. */
export async function sendAnswer(reply: FastifyReply, { status, headers, body }: Answer): Promise<void> {
	await reply
		.code(status)
		.headers(headers ?? {})
		.send(body);
}
