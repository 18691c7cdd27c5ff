import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/**
 * Fresh private keys. Each is read back from PEM: Node (seen in 20.20) can wait for itself for ever when a key object that
 * `generateKeyPair` gave is exported as JWK while the garbage collector takes away the job that made it, for both want the lock of
 * the same key.
 */
const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;

export function rsaKey(modulusLength = 2048): KeyObject {
	const options = { modulusLength, publicKeyEncoding, privateKeyEncoding };
	return createPrivateKey(generateKeyPairSync('rsa', options).privateKey);
}

export function ecKey(namedCurve = 'P-384'): KeyObject {
	const options = { namedCurve, publicKeyEncoding, privateKeyEncoding };
	return createPrivateKey(generateKeyPairSync('ec', options).privateKey);
}

export function edwardsKey(type: 'ed25519' | 'x25519'): KeyObject {
	const options = { publicKeyEncoding, privateKeyEncoding };
	return createPrivateKey(String(generateKeyPairSync(type as 'ed25519', options).privateKey));
}
