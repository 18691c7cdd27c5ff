/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Ways to one payer, each with a delay of its own: payers of many latencies. */
export interface SlowLinks {
	urls: string[];
	/** Seconds from the first request on a link to its last answer, since the last look. */
	seconds(): number[];
	close(): Promise<void>;
}

/** @param target the payer's address @param delaysMs of each link, before each request is passed on */
export async function openSlowLinks(target: string, delaysMs: readonly number[]): Promise<SlowLinks> {
	const times = delaysMs.map(() => ({ first: 0, last: 0 }));
	const servers = delaysMs.map((delayMs, index) =>
		createServer((incoming, outgoing) => {
			times[index].first ||= performance.now();
			outgoing.once('close', () => (times[index].last = performance.now()));
			const { method, url = '/', headers } = incoming;
			setTimeout(() => {
				const passed = request(new URL(url, target), { method, headers }, (answer) => {
					outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
					answer.pipe(outgoing);
				});
				passed.once('error', () => outgoing.destroy());
				incoming.pipe(passed);
			}, delayMs);
		}),
	);
	await Promise.all(servers.map(listening));
	return {
		urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
		seconds: () =>
			times.map((each) => {
				const seconds = (each.last - each.first) / 1000;
				Object.assign(each, { first: 0, last: 0 });
				return seconds;
			}),
		close: async () => {
			await Promise.all(
				servers.map(async (server) => {
					server.closeAllConnections();
					await new Promise((resolve) => server.close(resolve));
				}),
			);
		},
	};
}

async function listening(server: Server): Promise<void> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}
