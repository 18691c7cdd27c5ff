import { createPrivateKey, type JsonWebKey, type KeyObject } from 'crypto';
import { isObject, objectsOf, omitEmpty, textOf, tryParseJson } from '../fhir/json';
import { AccessTokenError } from '../http/errors';
import { readPrivateKeyPem } from './privateKeyPem';

/** Algorithms for client assertions: SMART's two, and RS256, which many identity providers want. */
export const SIGNING_ALGORITHMS = ['RS384', 'ES384', 'RS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** A key for signing client assertions (SMART App Launch 2.2, "Asymmetric (public key) Client Authentication"). */
export interface SigningKey {
	key: KeyObject;
	alg: SigningAlgorithm;
	/** Identifies the public key at the payer. */
	kid: string;
}

/** How a credential wants its key to be read. */
export interface KeySettings {
	keyId?: string;
	/** Of an encrypted PEM. */
	passphrase?: string;
	/** The algorithm that the credential sets. */
	algorithm?: SigningAlgorithm;
	/** The algorithms that the payer states. */
	stated?: readonly string[];
}

const MIN_RSA_BITS = 2048;
const WHICH_KEY = 'RSA key, or an EC key of the curve P-384';

/**
 * Reads the private key of a credential: a PEM, a JWK, or a JWK set from which Key ID selects one.
 * @throws AccessTokenError that names the field to correct; never contains the key
 */
export function readSigningKey(text: string, settings: KeySettings = {}): SigningKey {
	const trimmed = text.trim();
	if (trimmed === '') throw keyError('is empty. Paste a private key as PEM or JWK.');
	const { keyId } = settings;
	const chosen = /^['"]?\s*[{[]/.test(trimmed) ? selectJwk(trimmed, keyId) : undefined;
	const key = chosen ? jwkKey(chosen.jwk) : pemKey(trimmed, settings.passphrase);
	const kid = keyId ?? chosen?.kid;
	if (!kid) {
		throw new AccessTokenError(
			`Fill in the Key ID: the "kid" under which the payer knows your public key. The Private Key holds none.`,
		);
	}
	return { key, alg: chosenAlgorithm(algorithmsOf(key), chosen?.alg, settings), kid };
}

/** JWK members of a private RSA or EC key (RFC 7518 section 6). */
const JWK_MEMBERS = ['kty', 'crv', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'x', 'y'];

/** A JWK from a text; as a JSON text in quotes too, as it stands in an environment file or in a secret store. */
function selectJwk(text: string, keyId: string | undefined): { jwk: JsonWebKey; kid?: string; alg?: string } {
	const parsed = tryParseJson(text.replace(/^'([\s\S]*)'$/, '$1'));
	const value = typeof parsed === 'string' ? tryParseJson(parsed) : parsed;
	if (value === undefined) throw keyError('begins like a JWK but is no JSON. Paste it whole.');
	const list = isObject(value) && Array.isArray(value.keys) ? value.keys : value;
	const keys = Array.isArray(list) ? objectsOf(list) : [value];
	const isPrivate = (key: unknown) => isObject(key) && textOf(key.d) !== undefined;
	// Generators write the public key beside the private one, often before it and with the same id.
	const named = keys.filter((key) => isObject(key) && keyId !== undefined && key.kid === keyId);
	const privates = keys.filter(isPrivate);
	const only = keyId === undefined || keys.length === 1 || privates.length === 1 ? privates : [];
	const candidates = named.length > 0 ? named : [...only, ...(keys.length === 1 ? keys : [])];
	const chosen = candidates.find(isPrivate) ?? candidates[0] ?? (keyId === undefined ? keys[0] : undefined);
	if (!isObject(chosen)) throw keyError('is a set of keys that has none with this Key ID.');
	if (chosen.kty === 'oct') throw keyError(`is a shared secret. Paste an ${WHICH_KEY}.`);
	if (!isPrivate(chosen)) throw keyError('is a public key. Paste the private one.');
	const members = JWK_MEMBERS.map((name) => [name, textOf(chosen[name])]);
	return {
		jwk: omitEmpty<JsonWebKey>(Object.fromEntries(members)),
		kid: textOf(chosen.kid),
		alg: textOf(chosen.alg),
	};
}

function jwkKey(jwk: JsonWebKey): KeyObject {
	try {
		return createPrivateKey({ key: jwk, format: 'jwk' });
	} catch {
		throw keyError(
			jwk.kty === 'EC' && jwk.crv !== 'P-384'
				? OTHER_CURVE
				: `is damaged, or of a kind that SMART does not use. Make an ${WHICH_KEY}.`,
		);
	}
}

const OTHER_CURVE =
	'is of a curve that SMART does not use. Make an EC key of the curve P-384, or an RSA key.';

function pemKey(text: string, passphrase: string | undefined): KeyObject {
	const read = readPrivateKeyPem(text, passphrase, 'Private Key Passphrase');
	if ('problem' in read) throw keyError(read.problem);
	return read.key;
}

/** The algorithms that a key can sign by, SMART's first. @throws AccessTokenError if there is none */
function algorithmsOf({
	asymmetricKeyType: type,
	asymmetricKeyDetails: details,
}: KeyObject): SigningAlgorithm[] {
	if (type === 'rsa') {
		if ((details?.modulusLength ?? 0) >= MIN_RSA_BITS) return ['RS384', 'RS256'];
		throw keyError(`is an RSA key of less than ${MIN_RSA_BITS} bits. Make a longer one.`);
	}
	if (type === 'ec' && details?.namedCurve === 'secp384r1') return ['ES384'];
	throw keyError(type === 'ec' ? OTHER_CURVE : `is of a kind that SMART does not use. Make an ${WHICH_KEY}.`);
}

/** What the credential sets, else what the payer states, the key itself first; else the key's own, else SMART's. @throws AccessTokenError */
function chosenAlgorithm(
	possible: readonly SigningAlgorithm[],
	ofKey: string | undefined,
	{ algorithm, stated }: KeySettings,
): SigningAlgorithm {
	if (algorithm !== undefined) {
		if (possible.includes(algorithm)) return algorithm;
		throw new AccessTokenError(
			`The Signing Algorithm ${algorithm} does not go with the Private Key, which can sign by ${possible.join(' or ')}.`,
		);
	}
	const preferred = [...possible.filter((each) => each === ofKey), ...possible];
	if (stated === undefined) return preferred[0];
	const accepted = preferred.find((each) => stated.includes(each));
	if (accepted !== undefined) return accepted;
	const theirs = SIGNING_ALGORITHMS.filter((each) => stated.includes(each));
	throw new AccessTokenError(
		`The payer states that it takes ${theirs.join(' or ') || 'none of the signatures that can be made here'}, and the Private Key can sign by ${possible.join(' or ')}. Register another key at the payer, or set the Signing Algorithm if its statement is wrong.`,
	);
}

function keyError(problem: string): AccessTokenError {
	return new AccessTokenError(`The Private Key ${problem}`);
}
