import { createPrivateKey, type KeyObject } from 'crypto';
import { pemBlocks } from './pem';

/** A private key, or what is wrong with it: completes "The Private Key …". Never contains any of the key. */
export type PrivateKeyReading = { key: KeyObject; pem: string; isEncrypted: boolean } | { problem: string };

/** The forms of PKCS#8, PKCS#1 and SEC 1. */
const PRIVATE_KEY = /^(?:(?:RSA|EC|ENCRYPTED) )?PRIVATE KEY$/;

/** Whether a text holds a private key in PEM form. */
export function hasPrivateKey(text: string): boolean {
	return pemBlocks(text).some(({ label }) => PRIVATE_KEY.test(label));
}

/**
 * Reads the private key of a PEM text, in which certificates, public keys and EC parameters may stand beside it.
 * @param passphraseField label of the field for the passphrase
 */
export function readPrivateKeyPem(
	text: string,
	passphrase: string | undefined,
	passphraseField: string,
): PrivateKeyReading {
	const blocks = pemBlocks(text);
	const found = blocks.find(({ label }) => PRIVATE_KEY.test(label));
	if (!found)
		return {
			problem: problemWithout(
				text,
				blocks.map(({ label }) => label),
			),
		};
	const isEncrypted = /ENCRYPTED/.test(found.pem.slice(0, 100));
	if (isEncrypted && passphrase === undefined) {
		return { problem: `is encrypted. Fill in the ${passphraseField}.` };
	}
	try {
		return { key: createPrivateKey({ key: found.pem, passphrase }), pem: found.pem, isEncrypted };
	} catch {
		return {
			problem: isEncrypted
				? `cannot be decrypted with this ${passphraseField}. Check it for typing errors and spaces.`
				: 'is damaged. Paste the whole text, with its BEGIN and END lines.',
		};
	}
}

function problemWithout(text: string, labels: readonly string[]): string {
	if (/BEGIN OPENSSH PRIVATE KEY/.test(text)) {
		return "is in OpenSSH's own format. Convert it to PEM: ssh-keygen -p -m PEM -f key";
	}
	if (labels.some((label) => /PUBLIC KEY$|^CERTIFICATE$/.test(label))) {
		return 'is a public key. Paste the private one.';
	}
	return /BEGIN [A-Z ]*PRIVATE KEY/.test(text)
		? 'is damaged. Paste the whole text, with its BEGIN and END lines.'
		: 'is neither PEM nor JWK.';
}
