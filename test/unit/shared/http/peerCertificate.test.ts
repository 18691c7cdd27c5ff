/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { X509Certificate } from 'node:crypto';
import { Readable } from 'node:stream';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { issueCertificate, makeAuthority, type KeyPair } from '../../../../sandbox/certificates';
import { notePeerOfBody, withPeerCertificate } from '../../../../nodes/shared/http/peerCertificate';
import { requestTls } from '../../../../nodes/shared/http/tls';

let authority: KeyPair;
beforeAll(async () => void (authority = await makeAuthority('Root')));

async function certificateOf(names?: string[]): Promise<PeerCertificate> {
	const { cert } = await issueCertificate(authority, 'x', { usage: 'serverAuth', days: [-1, 90], names });
	return new X509Certificate(cert).toLegacyObject() as PeerCertificate;
}

/** The end that the check notes, and whether it refuses. */
function checked(host: string, certificate: PeerCertificate) {
	const ends: number[] = [];
	const { agentOptions } = withPeerCertificate({}, (end) => ends.push(end));
	const error = agentOptions?.checkServerIdentity?.(host, certificate);
	return { ends, error };
}

describe('the check of a server’s name says what Node’s own does:', () => {
	test.each<[host: string, names: string[] | undefined]>([
		['127.0.0.1', undefined],
		['localhost', undefined],
		['127.0.0.2', undefined],
		['::1', undefined],
		['fhir.payer.example', ['fhir.payer.example']],
		['FHIR.payer.example', ['fhir.payer.example']],
		['fhir.payer.example', ['*.payer.example']],
		['a.fhir.payer.example', ['*.payer.example']],
		['payer.example', ['*.payer.example']],
		['fhir.payer.example', ['f*.payer.example']],
		['evil.example', ['fhir.payer.example']],
		['fhir.payer.example.evil.example', ['fhir.payer.example']],
		['fhir.payer.example', ['other.example', 'fhir.payer.example']],
	])('%s, certificate of %s', async (host, names) => {
		const certificate = await certificateOf(names);
		const expected = checkServerIdentity(host, certificate);
		const { error, ends } = checked(host, certificate);
		// Node takes a part of a label for a wildcard, which no authority issues.
		const isOfHost = expected === undefined && !names?.includes('f*.payer.example');
		expect(error === undefined).toBe(isOfHost);
		expect(ends).toEqual(isOfHost ? [Date.parse(certificate.valid_to)] : []);
		if (error) expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
	});
});

test('the other options of the connection stay, and whether n8n reads them is still noted', () => {
	const tls = requestTls({ cert: 'C', key: 'K', ca: 'A' });
	const { agentOptions } = withPeerCertificate(tls.options, () => undefined);
	expect(tls.isIgnored()).toBe(true);
	expect({ ...agentOptions }).toMatchObject({ cert: 'C', key: 'K', ca: 'A' });
	expect(tls.isIgnored()).toBe(false);
	expect(withPeerCertificate(tls.options, undefined)).toBe(tls.options);
});

test.each<[string, socket: unknown, ends: number[]]>([
	[
		'of a socket with TLS',
		{ getPeerCertificate: () => ({ valid_to: 'Mar  1 00:00:00 2027 GMT' }) },
		[Date.UTC(2027, 2, 1)],
	],
	['of a socket that shows none', { getPeerCertificate: () => ({}) }, []],
	['with a date that is none', { getPeerCertificate: () => ({ valid_to: 'soon' }) }, []],
	['of a socket without TLS', {}, []],
	['without a socket', undefined, []],
])('by a body %s (n8n before 2.20)', (_, socket, expected) => {
	const ends: number[] = [];
	notePeerOfBody(Object.assign(Readable.from([]), { socket }), (end) => ends.push(end));
	expect(ends).toEqual(expected);
});
