import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal. */
export function sha256(data: string | Uint8Array): string {
	return createHash('sha256').update(data).digest('hex');
}

/** An opaque id as the contract shows them (25 characters, starts with c); the same words give the same id. */
export function opaqueId(...words: string[]): string {
	const digits = BigInt(`0x${sha256(words.join('\n'))}`).toString(36);
	return `c${digits.slice(0, 24).padStart(24, '0')}`;
}
