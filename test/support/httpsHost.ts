/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';

/** A file host on this computer that speaks TLS, with a certificate that only this process trusts. */
export interface HttpsHost {
	/** Its origin, and `name:port` as Allowed File Hosts wants it. */
	url: string;
	host: string;
	/** The requests that it got, with the Authorization header. */
	got: string[];
	close(): Promise<void>;
}

function selfSigned(): { key: string; cert: string } {
	const folder = mkdtempSync(join(tmpdir(), 'https-host-'));
	const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
	const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
	const files = ['-keyout', key, '-out', cert];
	execFileSync(
		'openssl',
		['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject],
		{ stdio: 'ignore' },
	);
	return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

/** Starts one on a free port of this computer, and lets this process trust it until it is closed. */
export async function startHttpsHost(
	answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpsHost> {
	const { key, cert } = selfSigned();
	const got: string[] = [];
	const server = createServer({ key, cert }, (request, response) => {
		got.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
		answer(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { connect } = tls;
	const trusting = (options: tls.ConnectionOptions, ...rest: []) =>
		connect({ ...options, ca: cert }, ...rest);
	Object.assign(tls, { connect: trusting });
	const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url: `https://${host}`,
		host,
		got,
		close: async () => {
			Object.assign(tls, { connect });
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
