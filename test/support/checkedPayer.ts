/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a payer answers at a path below its address: a status and a body, or a function that writes by itself. */
export type PathAnswer =
	| { status?: number; headers?: Record<string, string>; body?: object | string }
	| ((response: ServerResponse, request: IncomingMessage) => void);

/** A payer that is healthy but for what a test lets it answer. */
export interface CheckedPayer {
	url: string;
	fhirBase: string;
	/** The requests, as `GET /fhir/metadata`. */
	got: string[];
	/** Of the requests in `got`, what stood in them besides. */
	bodies: string[];
	close(): Promise<void>;
}

const OPERATIONS = 'http://hl7.org/fhir/us/davinci-';

/** A capability statement with the operations of payer-to-payer exchange. */
export function statement(changes: object = {}): object {
	return {
		resourceType: 'CapabilityStatement',
		status: 'active',
		kind: 'instance',
		fhirVersion: '4.0.1',
		rest: [
			{
				mode: 'server',
				resource: [
					{
						type: 'Patient',
						interaction: [{ code: 'read' }, { code: 'search-type' }],
						searchParam: [{ name: 'identifier', type: 'token' }],
						operation: [
							{ name: 'member-match', definition: `${OPERATIONS}hrex/OperationDefinition/member-match` },
						],
					},
					{
						type: 'Group',
						operation: [
							{
								name: 'davinci-data-export',
								definition: `${OPERATIONS}atr/OperationDefinition/davinci-data-export`,
							},
						],
					},
				],
			},
		],
		...changes,
	};
}

const HEALTHY: Record<string, (url: string) => PathAnswer> = {
	'/fhir/metadata': () => ({ body: statement() }),
	'/fhir/.well-known/smart-configuration': (url) => ({ body: { token_endpoint: `${url}/token` } }),
	'/token': () => ({ body: { access_token: 'T', token_type: 'Bearer', expires_in: 300 } }),
};

/** Starts one on 127.0.0.1. @param answers by path; `*` stands for all @param tls its certificate, for https */
export async function startCheckedPayer(
	answers: Record<string, PathAnswer> | ((url: string) => Record<string, PathAnswer>) = {},
	tls?: ServerOptions,
): Promise<CheckedPayer> {
	const got: string[] = [];
	const bodies: string[] = [];
	let url = '';
	const listener: RequestListener = (request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const path = request.url ?? '';
			got.push(`${request.method} ${path}`);
			bodies.push(Buffer.concat(parts).toString());
			const own = typeof answers === 'function' ? answers(url) : answers;
			const answer = own[path] ?? own['*'] ?? HEALTHY[path]?.(url) ?? { status: 404 };
			if (typeof answer === 'function') return answer(response, request);
			const { status = 200, headers = {}, body = '' } = answer;
			const isJson = typeof body === 'object';
			response.writeHead(status, { ...(isJson && { 'content-type': 'application/json' }), ...headers });
			response.end(isJson ? JSON.stringify(body) : body);
		});
	};
	const server = tls ? createTlsServer(tls, listener) : createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url,
		fhirBase: `${url}/fhir`,
		got,
		bodies,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
