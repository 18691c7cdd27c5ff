/**
 * A payer's key, name or NPI as it is compared: its letters, digits and plus signs, without case. Unlike in the name of a column, all of them
 * count: what stands in brackets can be a state, as in `Heron (IN)` and `Heron (OR)`.
 */
export function nameKey(text: string): string {
	return text
		.normalize('NFKC')
		.replace(/[^\p{L}\p{M}\p{N}+]+/gu, '')
		.toLowerCase();
}
