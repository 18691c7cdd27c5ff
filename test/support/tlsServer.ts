/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { clientFingerprint } from '../../sandbox/clientFingerprint';

/** A server over TLS that notes which requests came, and with which client certificate. */
export interface TlsServer {
	url: string;
	got: Array<{ url: string; certificate?: string }>;
	close(): Promise<void>;
}

/** Starts a server on 127.0.0.1. By default, it gives tokens below `/token` and an empty JSON object elsewhere. */
export async function startTlsServer(
	options: ServerOptions,
	answer: (request: IncomingMessage, response: ServerResponse) => void = giveToken,
	onStart: (server: Server) => void = () => undefined,
): Promise<TlsServer> {
	const got: TlsServer['got'] = [];
	const server = createServer(options, (request, response) => {
		got.push({ url: request.url ?? '', certificate: clientFingerprint(request) });
		answer(request, response);
	});
	onStart(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
		got,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function giveToken({ url }: IncomingMessage, response: ServerResponse): void {
	const isToken = url?.startsWith('/token') === true;
	response.writeHead(200, { 'content-type': 'application/json' });
	response.end(isToken ? '{"access_token":"T","token_type":"Bearer","expires_in":300}' : '{}');
}
