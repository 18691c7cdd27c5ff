import { createPrivateKey, randomUUID, sign, type JsonWebKey, type KeyObject } from 'crypto';
import { isObject, objectsOf, tryParseJson, textOf, omitEmpty } from '../fhir/json';
import { AccessTokenError } from '../http/errors';

/** A key for signing client assertions (SMART App Launch 2.2, "Asymmetric (public key) Client Authentication"). */
export interface SigningKey {
	key: KeyObject;
	alg: 'RS384' | 'ES384';
	/** Identifies the public key at the payer. */
	kid: string;
}

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Less than the five minutes that SMART allows, as tolerance for a fast clock. */
const ASSERTION_LIFETIME_SECONDS = 240;
const MIN_RSA_BITS = 2048;

/**
 * Reads the private key of a credential: a PEM, a JWK, or a JWK set from which Key ID selects one.
 * @throws AccessTokenError that names the field to correct; never contains the key
 */
export function readSigningKey(text: string, keyId: string | undefined): SigningKey {
	const trimmed = text.trim();
	if (trimmed === '') throw keyError('is empty. Paste a private key as PEM or JWK.');
	const chosen = trimmed.startsWith('{') ? selectJwk(trimmed, keyId) : undefined;
	const key = chosen ? jwkKey(chosen.jwk) : pemKey(trimmed);
	const kid = keyId ?? chosen?.kid;
	if (!kid) {
		throw new AccessTokenError(
			`Fill in the Key ID: the "kid" under which the payer knows your public key. The Private Key holds none.`,
		);
	}
	return { key, alg: algorithmOf(key), kid };
}

/** A new signed client assertion (RFC 7523 section 3). @param tokenUrl the exact URL that it is posted to */
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
		exp: Math.floor(now / 1000) + ASSERTION_LIFETIME_SECONDS,
		jti: randomUUID(),
	};
	const signingInput = [header, claims]
		.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
		.join('.');
	// JOSE requires an ECDSA signature as r and s concatenated, not as DER (RFC 7518 section 3.4).
	const signature = sign('sha384', Buffer.from(signingInput), { key, dsaEncoding: 'ieee-p1363' });
	return `${signingInput}.${signature.toString('base64url')}`;
}

/** JWK members of a private RSA or EC key (RFC 7518 section 6). */
const JWK_MEMBERS = ['kty', 'crv', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'x', 'y'];

function selectJwk(text: string, keyId: string | undefined): { jwk: JsonWebKey; kid?: string } {
	const value = tryParseJson(text);
	if (value === undefined) throw keyError('begins like a JWK but is no JSON. Paste it whole.');
	const keys = isObject(value) && Array.isArray(value.keys) ? objectsOf(value.keys) : [value];
	const chosen =
		keyId === undefined || keys.length === 1
			? keys[0]
			: keys.find((each) => isObject(each) && each.kid === keyId);
	if (!isObject(chosen)) throw keyError('is a set of keys that has none with this Key ID.');
	if (chosen.kty === 'oct')
		throw keyError('is a shared secret. Paste an RSA key or an EC key of the curve P-384.');
	if (textOf(chosen.d) === undefined) throw keyError('is a public key. Paste the private one.');
	const members = JWK_MEMBERS.map((name) => [name, textOf(chosen[name])]);
	return { jwk: omitEmpty<JsonWebKey>(Object.fromEntries(members)), kid: textOf(chosen.kid) };
}

function jwkKey(jwk: JsonWebKey): KeyObject {
	try {
		return createPrivateKey({ key: jwk, format: 'jwk' });
	} catch {
		throw keyError(
			jwk.kty === 'EC' && jwk.crv !== 'P-384'
				? 'is of a curve that SMART does not use. Make an EC key of the curve P-384, or an RSA key.'
				: 'is damaged, or of a kind that SMART does not use. Make an RSA key, or an EC key of the curve P-384.',
		);
	}
}

function pemKey(text: string): KeyObject {
	if (/ENCRYPTED/.test(text)) {
		throw keyError('is encrypted. Paste it without its passphrase: openssl pkey -in key.pem -out plain.pem');
	}
	if (/BEGIN (?:[A-Z ]+ )?PUBLIC KEY|BEGIN CERTIFICATE/.test(text))
		throw keyError('is a public key. Paste the private one.');
	if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw keyError('is neither PEM nor JWK.');
	try {
		return createPrivateKey(rewrapPem(text));
	} catch {
		throw keyError('is damaged. Paste the whole text, with its BEGIN and END lines.');
	}
}

/** Restores the line breaks of a PEM, which a single-line form field removes. */
function rewrapPem(text: string): string {
	const [, begin, body, end] = /(-----BEGIN [A-Z ]+-----)([\s\S]*?)(-----END [A-Z ]+-----)/.exec(text) ?? [];
	if (begin === undefined) return text;
	const lines = body.replace(/\\n|\s/g, '').match(/.{1,64}/g) ?? [];
	return [begin, ...lines, end, ''].join('\n');
}

function algorithmOf(key: KeyObject): SigningKey['alg'] {
	const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
	if (type === 'rsa') {
		if ((details?.modulusLength ?? 0) >= MIN_RSA_BITS) return 'RS384';
		throw keyError(`is an RSA key of less than ${MIN_RSA_BITS} bits. Make a longer one.`);
	}
	if (type === 'ec' && details?.namedCurve === 'secp384r1') return 'ES384';
	throw keyError(
		type === 'ec'
			? 'is of a curve that SMART does not use. Make an EC key of the curve P-384, or an RSA key.'
			: 'is of a kind that SMART does not use. Make an RSA key, or an EC key of the curve P-384.',
	);
}

function keyError(problem: string): AccessTokenError {
	return new AccessTokenError(`The Private Key ${problem}`);
}
