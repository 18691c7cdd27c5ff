/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on another origin, which must never get a request. */
export interface ForeignHost {
	/** Its origin. */
	url: string;
	/** The requests that it got, with the Authorization header. */
	got: string[];
	close(): Promise<void>;
}

/** Starts one on a free port of this computer. */
export async function startForeignHost(): Promise<ForeignHost> {
	const got: string[] = [];
	const server = createServer((request, response) => {
		got.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end('{}');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		// Another name for the same computer is still another origin.
		url: `http://localhost:${(server.address() as AddressInfo).port}`,
		got,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
