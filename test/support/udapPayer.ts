/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { UdapSigner } from './udapMetadata';

/** An answer of the payer: status and JSON body. */
export type UdapAnswer = [status: number, body: object, headers?: Record<string, string>];

/** A request that the payer received. */
export interface UdapRequest {
	path: string;
	headers: IncomingHttpHeaders;
	body: string;
}

/** A payer of the tests that signs what the test wants, and answers everything else with an empty object. */
export interface UdapPayer {
	signer: UdapSigner;
	/** By path without query: those of the start, and those that are given now. */
	usual: Record<string, UdapAnswer>;
	answers: Record<string, UdapAnswer>;
	got: UdapRequest[];
	/** The form of a client of its community. */
	credential: ICredentialDataDecryptedObject;
	close(): Promise<void>;
}

export async function startUdapPayer(): Promise<UdapPayer> {
	const got: UdapRequest[] = [];
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const path = request.url ?? '';
			got.push({ path, headers: request.headers, body: Buffer.concat(parts).toString() });
			const [status, body, headers = {}] = payer.answers[path.split('?')[0]] ?? [200, {}];
			response.writeHead(status, { 'content-type': 'application/json', ...headers });
			response.end(status === 204 ? '' : JSON.stringify(body));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const signer = await UdapSigner.at(`${url}/fhir`, url);
	const { chain, key, anchor } = signer.community.client;
	const usual: UdapPayer['usual'] = {
		'/fhir/.well-known/udap': [200, signer.metadata()],
		'/token': [200, { access_token: 'T', token_type: 'Bearer', expires_in: 300 }],
	};
	const payer: UdapPayer = {
		signer,
		usual,
		answers: usual,
		got,
		credential: {
			fhirBaseUrl: `${url}/fhir`,
			clientId: 'prairie',
			certificateChain: chain,
			privateKey: key,
			trustAnchors: anchor,
			organizationId: 'https://prairie.example/org',
			scope: 'system/*.rs',
			requestingName: 'Prairie Health Plan',
			respondingName: 'Bison Health Plan',
			contacts: 'p2p@prairie.example',
			accessToken: '',
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return payer;
}
