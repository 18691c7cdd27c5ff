/** The bytes of a base64 text, also with line ends in it or of the form for addresses (RFC 4648 section 5); undefined if it is none. */
export function fromBase64(text: unknown): Buffer | undefined {
	if (typeof text !== 'string') return undefined;
	const joined = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
	const digits = joined.replace(/={1,2}$/, '');
	if (digits.length % 4 === 1 || !/^[A-Za-z0-9+/_-]*$/.test(digits)) return undefined;
	return Buffer.from(digits, 'base64');
}
