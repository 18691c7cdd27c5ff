import { sign, type KeyObject } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isObject, tryParseJson } from '../fhir/json';
import { UDAP_LIMITS } from '../fhir/limits';

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

/** A JWT as it came; nothing of it is verified. */
export interface UnverifiedJwt {
	header: IDataObject;
	claims: IDataObject;
	signingInput: Buffer;
	signature: Buffer;
}

const PARTS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Reads a JWT in the compact form; undefined if the value is none. */
export function readJwt(value: unknown): UnverifiedJwt | undefined {
	if (typeof value !== 'string' || value.length > UDAP_LIMITS.letters || !PARTS.test(value)) return undefined;
	const [header, claims] = value
		.split('.', 2)
		.map((part) => tryParseJson(Buffer.from(part, 'base64url').toString()));
	if (!isObject(header) || !isObject(claims)) return undefined;
	const end = value.lastIndexOf('.');
	const signature = Buffer.from(value.slice(end + 1), 'base64url');
	return { header, claims, signingInput: Buffer.from(value.slice(0, end)), signature };
}
