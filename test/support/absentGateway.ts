/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScriptedGateway } from './scriptedGateway';

/**
 * A gateway that gives a token, then refuses connections for a while, and then starts the export `job-a`.
 * @param absentMs how long it does not listen
 */
export async function startAbsentGateway(absentMs: number): Promise<Omit<ScriptedGateway, 'tokenRequests'>> {
	const got: ScriptedGateway['got'] = [];
	let isAbsent = false;
	const listen = async (port: number) =>
		await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	const server = createServer((request, response) => {
		response.setHeader('connection', 'close');
		if (request.url?.endsWith('/openid-connect/token')) {
			response.setHeader('content-type', 'application/json');
			const body = '{"access_token":"T","token_type":"Bearer","expires_in":300}';
			if (isAbsent) return void response.end(body);
			isAbsent = true;
			// No longer listening when the token arrives.
			server.close(() => setTimeout(() => void listen(port), absentMs));
			return void setImmediate(() => response.end(body));
		}
		got.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: '' });
		const location = '/v1/bison/bulk-data/r4/$export/job/job-a';
		response.writeHead(202, { 'content-location': location }).end();
	});
	await listen(0);
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		clientId: 'scripted-client',
		clientSecret: `secret of ${port}`,
		got,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
