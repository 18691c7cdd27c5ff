import { sign, type KeyObject } from 'crypto';

/** Signature algorithms of RFC 7518 section 3.1 that can be made here. */
export type JwtAlgorithm = 'RS256' | 'RS384' | 'ES256' | 'ES384';

/** A signed JWT in the compact form (RFC 7515 section 7.1). The header's `alg` says how it is signed. */
export function signedJwt(
	header: { alg: JwtAlgorithm; [name: string]: unknown },
	claims: object,
	key: KeyObject,
): string {
	const signingInput = [header, claims]
		.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
		.join('.');
	// JOSE requires an ECDSA signature as r and s concatenated, not as DER (RFC 7518 section 3.4).
	const signature = sign(`sha${header.alg.slice(-3)}`, Buffer.from(signingInput), {
		key,
		dsaEncoding: 'ieee-p1363',
	});
	return `${signingInput}.${signature.toString('base64url')}`;
}
