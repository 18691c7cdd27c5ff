import { X509Certificate } from 'crypto';
import { isIPAddress } from './addresses';
import type { RequestTls } from './tls';
import type { ByteStream } from './watchedBody';

/**
 * The certificate of the server that answers. n8n's helper does not hand it out: from 2.20 on, the check of the server's name sees it; before
 * that, the body is Node's own stream, which knows its socket.
 */

type AgentOptions = NonNullable<RequestTls['options']['agentOptions']>;
type NameCheck = NonNullable<AgentOptions['checkServerIdentity']>;

/** The TLS options of a request, with a check of the server's name that notes the end of its certificate; unchanged if nobody asks. */
export function withPeerCertificate(
	options: RequestTls['options'],
	note: ((validUntil: number) => void) | undefined,
): RequestTls['options'] {
	if (!note) return options;
	const agentOptions = Object.defineProperties(
		{},
		Object.getOwnPropertyDescriptors(options.agentOptions ?? {}),
	);
	return { agentOptions: Object.assign(agentOptions, { checkServerIdentity: notingCheck(note) }) };
}

/** Node's own check cannot be called from a node; that of OpenSSL says the same. Node has checked the chain and the dates before it. */
function notingCheck(note: (validUntil: number) => void): NameCheck {
	return (host, { raw }) => {
		const certificate = new X509Certificate(raw);
		const isOfHost = isIPAddress(host)
			? certificate.checkIP(host)
			: certificate.checkHost(host, { partialWildcards: false });
		if (isOfHost === undefined) {
			return Object.assign(new Error('The certificate is made out to another name'), {
				code: 'ERR_TLS_CERT_ALTNAME_INVALID',
			});
		}
		noteEnd(certificate.validTo, note);
		return undefined;
	};
}

/** The same by the socket of a body, in n8n before 2.20. */
export function notePeerOfBody(body: ByteStream, note: ((validUntil: number) => void) | undefined): void {
	const socket: unknown = note && Reflect.get(body, 'socket');
	if (!note || typeof socket !== 'object' || socket === null) return;
	const read: unknown = Reflect.get(socket, 'getPeerCertificate');
	if (typeof read !== 'function') return;
	const certificate: unknown = Reflect.apply(read, socket, []);
	if (typeof certificate === 'object' && certificate !== null) {
		noteEnd(Reflect.get(certificate, 'valid_to'), note);
	}
}

function noteEnd(validTo: unknown, note: (validUntil: number) => void): void {
	const end = typeof validTo === 'string' ? Date.parse(validTo) : NaN;
	if (Number.isFinite(end)) note(end);
}
