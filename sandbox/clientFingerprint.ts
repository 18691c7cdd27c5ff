/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** The SHA-256 fingerprint of the certificate that a client showed; undefined without one. */
export function clientFingerprint({ socket }: Pick<IncomingMessage, 'socket'>): string | undefined {
	if (!(socket instanceof TLSSocket)) return undefined;
	// Without a certificate, Node gives an empty object.
	const { fingerprint256 } = socket.getPeerCertificate() as { fingerprint256?: string };
	return fingerprint256?.replaceAll(':', '').toLowerCase();
}
