import { createPrivateKey, randomUUID, sign, type JsonWebKey, type KeyObject } from 'crypto';
import { isObject, objectsOf, tryParseJson, textOf, omitEmpty } from '../fhir/json';
import { AccessTokenError } from '../http/errors';

/** What a signed request for a token needs (SMART App Launch 2.2, "Asymmetric (public key) Client Authentication"). */
export interface SigningKey {
	key: KeyObject;
	alg: 'RS384' | 'ES384';
	/** By which the payer finds the public key. */
	kid: string;
}

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Below the five minutes that SMART allows, so that a clock that is somewhat fast does no harm. */
const ASSERTION_LIVES_SECONDS = 240;
const LEAST_RSA_BITS = 2048;

/**
 * Reads the private key of a credential: a PEM, a JWK, or a set of JWKs of which Key ID names one.
 * @throws AccessTokenError that names the field to correct; never holds the key
 */
export function readSigningKey(text: string, keyId: string | undefined): SigningKey {
	const trimmed = text.trim();
	if (trimmed === '') throw wrongKey('is empty. Paste a private key as PEM or JWK.');
	const chosen = trimmed.startsWith('{') ? chosenJwk(trimmed, keyId) : undefined;
	const key = chosen ? jwkKey(chosen.jwk) : pemKey(trimmed);
	const kid = keyId ?? chosen?.kid;
	if (!kid) {
		throw new AccessTokenError(
			`Fill in the Key ID: the "kid" under which the payer knows your public key. The Private Key holds none.`,
		);
	}
	return { key, alg: algorithmOf(key), kid };
}

/** A fresh signed statement of who asks (RFC 7523 section 3). @param tokenUrl exactly the address it is posted to */
export function clientAssertion(
	{ key, alg, kid }: SigningKey,
	clientId: string,
	tokenUrl: string,
	jku?: string,
	now = Date.now(),
): string {
	const header = { alg, kid, typ: 'JWT', ...(jku && { jku }) };
	const claims = {
		iss: clientId,
		sub: clientId,
		aud: tokenUrl,
		exp: Math.floor(now / 1000) + ASSERTION_LIVES_SECONDS,
		jti: randomUUID(),
	};
	const signed = [header, claims]
		.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
		.join('.');
	// JOSE wants an ECDSA signature as r and s behind each other, not as DER (RFC 7518 section 3.4).
	const signature = sign('sha384', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
	return `${signed}.${signature.toString('base64url')}`;
}

/** The members of a private RSA or EC key (RFC 7518 section 6). */
const JWK_MEMBERS = ['kty', 'crv', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'x', 'y'];

function chosenJwk(text: string, keyId: string | undefined): { jwk: JsonWebKey; kid?: string } {
	const value = tryParseJson(text);
	if (value === undefined) throw wrongKey('begins like a JWK but is no JSON. Paste it whole.');
	const keys = isObject(value) && Array.isArray(value.keys) ? objectsOf(value.keys) : [value];
	const chosen =
		keyId === undefined || keys.length === 1
			? keys[0]
			: keys.find((each) => isObject(each) && each.kid === keyId);
	if (!isObject(chosen)) throw wrongKey('is a set of keys that has none with this Key ID.');
	if (chosen.kty === 'oct')
		throw wrongKey('is a shared secret. Paste an RSA key or an EC key of the curve P-384.');
	if (textOf(chosen.d) === undefined) throw wrongKey('is a public key. Paste the private one.');
	const members = JWK_MEMBERS.map((name) => [name, textOf(chosen[name])]);
	return { jwk: omitEmpty<JsonWebKey>(Object.fromEntries(members)), kid: textOf(chosen.kid) };
}

function jwkKey(jwk: JsonWebKey): KeyObject {
	try {
		return createPrivateKey({ key: jwk, format: 'jwk' });
	} catch {
		throw wrongKey(
			jwk.kty === 'EC' && jwk.crv !== 'P-384'
				? 'is of a curve that SMART does not use. Make an EC key of the curve P-384, or an RSA key.'
				: 'is damaged, or of a kind that SMART does not use. Make an RSA key, or an EC key of the curve P-384.',
		);
	}
}

function pemKey(text: string): KeyObject {
	if (/ENCRYPTED/.test(text)) {
		throw wrongKey('is encrypted. Paste it without its passphrase: openssl pkey -in key.pem -out plain.pem');
	}
	if (/BEGIN (?:[A-Z ]+ )?PUBLIC KEY|BEGIN CERTIFICATE/.test(text))
		throw wrongKey('is a public key. Paste the private one.');
	if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw wrongKey('is neither PEM nor JWK.');
	try {
		return createPrivateKey(rewrapped(text));
	} catch {
		throw wrongKey('is damaged. Paste the whole text, with its BEGIN and END lines.');
	}
}

/** A form field of one line takes the line ends out of a PEM; they are put back. */
function rewrapped(text: string): string {
	const [, begin, body, end] = /(-----BEGIN [A-Z ]+-----)([\s\S]*?)(-----END [A-Z ]+-----)/.exec(text) ?? [];
	if (begin === undefined) return text;
	const lines = body.replace(/\\n|\s/g, '').match(/.{1,64}/g) ?? [];
	return [begin, ...lines, end, ''].join('\n');
}

function algorithmOf(key: KeyObject): SigningKey['alg'] {
	const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
	if (type === 'rsa') {
		if ((details?.modulusLength ?? 0) >= LEAST_RSA_BITS) return 'RS384';
		throw wrongKey(`is an RSA key of less than ${LEAST_RSA_BITS} bits. Make a longer one.`);
	}
	if (type === 'ec' && details?.namedCurve === 'secp384r1') return 'ES384';
	throw wrongKey(
		type === 'ec'
			? 'is of a curve that SMART does not use. Make an EC key of the curve P-384, or an RSA key.'
			: 'is of a kind that SMART does not use. Make an RSA key, or an EC key of the curve P-384.',
	);
}

function wrongKey(says: string): AccessTokenError {
	return new AccessTokenError(`The Private Key ${says}`);
}
