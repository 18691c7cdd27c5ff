import { createPrivateKey, createPublicKey } from 'node:crypto';
import { generate, type SelfsignedOptions } from 'selfsigned';

/** A certificate with its private key (PKCS#8), as PEM. */
export interface KeyPair {
	cert: string;
	key: string;
}

const DAY_MS = 86_400_000;

/** How a certificate differs from a good one. */
export interface CertificateChanges {
	/** First and last day, counted from now. */
	days?: [first: number, last: number];
	usage?: 'clientAuth' | 'serverAuth' | 'none';
	/** The key that it is made for; a new one by default. */
	key?: string;
	/** Names of a server; 127.0.0.1 and localhost where none are given. */
	names?: string[];
	/** URIs of a client, or of a server that signs. */
	uris?: string[];
	keyType?: 'ec' | 'rsa';
}

async function make(commonName: string, options: SelfsignedOptions): Promise<KeyPair> {
	const attributes = [{ name: 'commonName', value: commonName }];
	const made = await generate(attributes, { keyType: 'ec', algorithm: 'sha256', ...options });
	return { cert: made.cert, key: made.private };
}

/** How an authority differs from a root without limits. */
export interface AuthorityChanges {
	/** The authority that signs it; itself by default. */
	issuer?: KeyPair;
	/** Authorities that may stand below it. */
	pathLength?: number;
	/** The key that it is made for; a new one by default. */
	key?: string;
	days?: [first: number, last: number];
}

function keyPairOf(key: string | undefined): Pick<SelfsignedOptions, 'keyPair'> {
	if (key === undefined) return {};
	const publicKey = String(createPublicKey(key).export({ type: 'spki', format: 'pem' }));
	return { keyPair: { privateKey: key, publicKey } };
}

function at(day: number): Date {
	return new Date(Date.now() + day * DAY_MS);
}

/** An authority that signs certificates. Its key is of its issuer's kind. */
export async function makeAuthority(
	name: string,
	keyType: 'ec' | 'rsa' = 'ec',
	{ issuer, pathLength, key, days: [first, last] = [-1, 3650] }: AuthorityChanges = {},
): Promise<KeyPair> {
	return await make(name, {
		keyType,
		...(issuer && { ca: issuer }),
		...keyPairOf(key),
		notBeforeDate: at(first),
		notAfterDate: at(last),
		extensions: [
			{ name: 'basicConstraints', cA: true, pathLenConstraint: pathLength, critical: true },
			{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
		],
	});
}

/** A certificate of a client or a server. Its key is of the authority's kind. */
export async function issueCertificate(
	authority: KeyPair,
	commonName: string,
	{
		days: [first, last] = [-1, 365],
		usage = 'clientAuth',
		names,
		// HRex sec-15: who a client is stands in its certificate as a URI.
		uris = ['https://prairie.example/p2p'],
		keyType = 'ec',
		key,
	}: CertificateChanges = {},
): Promise<KeyPair> {
	const dnsNames = (names ?? ['localhost']).map((value) => ({ type: 2 as const, value }));
	const addresses = names === undefined ? [{ type: 7 as const, ip: '127.0.0.1' }] : [];
	const client = uris.map((value) => ({ type: 6 as const, value }));
	return await make(commonName, {
		keyType,
		...keyPairOf(key),
		ca: authority,
		notBeforeDate: at(first),
		notAfterDate: at(last),
		extensions: [
			...(usage === 'none' ? [] : [{ name: 'extKeyUsage' as const, [usage]: true }]),
			{
				name: 'subjectAltName',
				altNames: usage === 'serverAuth' ? [...dnsNames, ...addresses] : client,
			},
		],
	});
}

/** A private key, encrypted by a passphrase (PKCS#8). */
export function encryptedKey(key: string, passphrase: string): string {
	const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
	return String(createPrivateKey(key).export(options));
}
