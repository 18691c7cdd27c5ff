/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { ServerOptions } from 'node:https';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import {
	issueCertificate,
	makeAuthority,
	type CertificateChanges,
	type KeyPair,
} from '../../../sandbox/certificates';
import { runSteps } from '../../support/engine';
import { startScriptedGateway, type ScriptedGateway } from '../../support/scriptedGateway';
import { startTlsServer, type TlsServer } from '../../support/tlsServer';

/** E8: why a payer cannot be reached, over real connections: of a token request, and of a node's own request. */

let authority: KeyPair;
let other: KeyPair;
let client: KeyPair;
/** A server without TLS on this computer, which gives tokens. */
let plain: ScriptedGateway;
beforeAll(async () => {
	[authority, other] = await Promise.all([makeAuthority('Root'), makeAuthority('Other Root')]);
	client = await issueCertificate(authority, 'client');
	plain = await startScriptedGateway([{ body: {} }]);
});
const servers: TlsServer[] = [];
afterAll(async () => {
	await Promise.all([...servers, plain].map(async ({ close }) => await close()));
});

async function tls(certificate: CertificateChanges, options: ServerOptions = {}, by = authority) {
	const pair = await issueCertificate(by, 'localhost', { usage: 'serverAuth', ...certificate });
	const server = await startTlsServer({ ...pair, ca: authority.cert, ...options });
	servers.push(server);
	return server.url;
}

const trusting = () => ({ useCertificates: true, rootCertificates: authority.cert });
const presenting = ({ cert, key }: KeyPair) => ({
	...trusting(),
	clientCertificate: cert,
	clientCertificateKey: key,
});

const CREDENTIAL_TYPE = 'fhirPayerOAuth2Api';

/** What is told where the token endpoint is at one address and the FHIR server at another. */
async function told(fhirBaseUrl: string, tokenUrl: string, changes: ICredentialDataDecryptedObject) {
	const { error, status } = await runSteps({
		items: [{ groupId: 'g' }],
		steps: [
			{
				node: 'startExport',
				parameters: {
					payerApi: 'pdex',
					pdexAuthentication: CREDENTIAL_TYPE,
					options: { keepTryingFor: 0.02 },
				},
			},
		],
		credentialType: CREDENTIAL_TYPE,
		credential: {
			fhirBaseUrl,
			tokenUrl,
			clientId: `client ${Math.random()}`,
			clientSecret: 's',
			accessToken: '',
			...changes,
		},
	});
	expect(status).toBe('error');
	return `${error?.message} ${error?.description}`;
}

async function closedPort(): Promise<string> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return `https://127.0.0.1:${port}`;
}

/** A proxy that wants a password, for http and for https. */
async function startProxy(): Promise<{ url: string; close(): void }> {
	const refuse = 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n';
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined);
		socket.once('data', () => socket.end(refuse));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const close = () => {
		sockets.forEach((socket) => socket.destroy());
		server.close();
	};
	return { url: `http://127.0.0.1:${port}`, close };
}

interface Case {
	at: () => Promise<string>;
	credential?: () => ICredentialDataDecryptedObject;
	says: RegExp;
}
const wants = { requestCert: true, rejectUnauthorized: true };
const tls12 = { ...wants, maxVersion: 'TLSv1.2' } as const;
const DATES = /has expired or is not valid yet/;
const NOT_TAKEN = /ask the payer whether it takes the 'Client Certificate'/;
const CASES: Array<[cause: string, each: Case]> = [
	[
		'a private root that is not entered',
		{
			at: async () => await tls({}),
			says: /The certificate of 127\.0\.0\.1:\d+ is not trusted.*paste them as 'All Root Certificates of This Payer/s,
		},
	],
	[
		'a root that is not among those entered',
		{
			at: async () => await tls({}, {}, other),
			credential: trusting,
			says: /127\.0\.0\.1:\d+ is not trusted.*'All Root Certificates of This Payer.*replaces n8n's own list/s,
		},
	],
	[
		'an expired server',
		{ at: async () => await tls({ days: [-60, -1] }), credential: trusting, says: DATES },
	],
	[
		'a server of next month',
		{ at: async () => await tls({ days: [5, 60] }), credential: trusting, says: DATES },
	],
	[
		'a server of another name',
		{
			at: async () => await tls({ names: ['other.example'] }),
			credential: trusting,
			says: /is made out to another name/,
		},
	],
	[
		'T4 no client certificate, TLS 1.3',
		{
			at: async () => await tls({}, wants),
			credential: trusting,
			says: /wants a client certificate.*turn on 'Use Certificates'/s,
		},
	],
	[
		'T4 no client certificate, TLS 1.2',
		{ at: async () => await tls({}, tls12), credential: trusting, says: /wants a client certificate/ },
	],
	[
		'a client certificate of another root, TLS 1.3',
		{
			at: async () => await tls({}, { ...wants, ca: other.cert }),
			credential: () => presenting(client),
			says: NOT_TAKEN,
		},
	],
	[
		'a client certificate of another root, TLS 1.2',
		{
			at: async () => await tls({}, { ...tls12, ca: other.cert }),
			credential: () => presenting(client),
			says: NOT_TAKEN,
		},
	],
	[
		'https at a server of http',
		{
			at: async () => await Promise.resolve(plain.url.replace('http', 'https')),
			says: /does not speak https at this port/,
		},
	],
	['no server', { at: closedPort, says: /127\.0\.0\.1:\d+ refused the connection.*firewall/s }],
];

describe('E8 is told by its cause:', () => {
	test.each(CASES)('%s', async (_, { at, credential = () => ({}), says }) => {
		const url = await at();
		expect(await told(`${plain.url}/fhir`, `${url}/token`, credential())).toMatch(says);
		expect(await told(url, `${plain.url}/openid-connect/token`, credential())).toMatch(says);
	});

	test('a name that nobody knows', async () => {
		expect(await told('https://no-such-host.invalid', '', {})).toMatch(
			/There is no address for the name no-such-host\.invalid.*FHIR Base URL/s,
		);
	});

	test('a proxy that wants a password', async () => {
		const proxy = await startProxy();
		const before = process.env.HTTPS_PROXY;
		process.env.HTTPS_PROXY = proxy.url;
		try {
			const url = 'https://payer.example';
			const says = /proxy between n8n and the payer wants a user name and password \(HTTP 407\)/;
			expect(await told(url, '', {})).toMatch(says);
			expect(await told(await closedPort(), `${plain.url}/openid-connect/token`, {})).toMatch(says);
		} finally {
			if (before === undefined) delete process.env.HTTPS_PROXY;
			else process.env.HTTPS_PROXY = before;
			proxy.close();
		}
	});

	test("n8n's restriction of the credential to domains", async () => {
		const restricted = { allowedHttpRequestDomains: 'domains', allowedDomains: 'payer.example' };
		expect(await told(`${plain.url}/fhir`, '', restricted)).toMatch(
			/may not be used for 127\.0\.0\.1:\d+.*'Allowed Domains'/s,
		);
	});

	test.each([
		['No required SSL certificate was sent', /wants a client certificate/],
		['The SSL certificate error', /refused the client certificate/],
	])('nginx: 400 %s', async (words, says) => {
		const page = { status: 400, body: `<html><head><title>400 ${words}</title></head></html>` };
		const nginx = await startScriptedGateway([page], page);
		expect(await told(`${nginx.url}/fhir`, `${nginx.url}/openid-connect/token`, {})).toMatch(says);
		await nginx.close();
	});
});
