/**
 * A strict reader of DER (ITU-T X.690), for what Node's X509Certificate does not tell of a certificate. Anything odd gives undefined: what
 * cannot be read cannot be trusted.
 */

/** One element: its tag byte, and its content. */
export interface DerElement {
	tag: number;
	content: Uint8Array;
}

export const SEQUENCE = 0x30;
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_ID = 0x06;

/** More than a certificate has on one level. */
const MAX_ELEMENTS = 1000;

/** The one element that the bytes are, without anything behind it. */
export function derElement(bytes: Uint8Array): DerElement | undefined {
	const elements = derElements(bytes);
	return elements?.length === 1 ? elements[0] : undefined;
}

/** The elements that the bytes consist of, as the content of a SEQUENCE does. */
export function derElements(bytes: Uint8Array): DerElement[] | undefined {
	const elements: DerElement[] = [];
	let at = 0;
	while (at < bytes.length) {
		const header = headerAt(bytes, at);
		if (header === undefined || elements.length === MAX_ELEMENTS) return undefined;
		const end = header.start + header.length;
		if (end > bytes.length) return undefined;
		elements.push({ tag: bytes[at], content: bytes.subarray(header.start, end) });
		at = end;
	}
	return elements;
}

const LONG_TAG = 0x1f;
const MAX_LENGTH_BYTES = 3;

function headerAt(bytes: Uint8Array, at: number): { start: number; length: number } | undefined {
	if ((bytes[at] & LONG_TAG) === LONG_TAG || at + 1 >= bytes.length) return undefined;
	const first = bytes[at + 1];
	if (first < 0x80) return { start: at + 2, length: first };
	const count = first & 0x7f;
	const start = at + 2 + count;
	if (count === 0 || count > MAX_LENGTH_BYTES || start > bytes.length) return undefined;
	const length = bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
	const least = count === 1 ? 0x80 : 256 ** (count - 1);
	return length < least ? undefined : { start, length };
}
