/** The outcomes of this package: the values of the column `outcome`. */

/** After these, there is nothing to do but to go on. */
export const GOOD_OUTCOMES = ['matched', 'completed', 'complete', 'empty'] as const;

/** After these, somebody or a later node has to do something. */
export const OPEN_OUTCOMES = [
	'no-match',
	'multiple-matches',
	'consent-refused',
	'consent-not-in-force',
	'refused',
	'unclear',
	'match-failed',
	'still-matching',
	'partial',
	'failed',
	'still-running',
	'consent-ended',
	'payer-unknown',
] as const;

export type OpenOutcome = (typeof OPEN_OUTCOMES)[number];

/** A document is whole, as far as the payer states what it is: it came by its address, or within the resource. */
export const GOOD_DOCUMENTS = ['fetched', 'inline'] as const;

/** What became of a document else (Fetch Documents). `refused`, `failed` and `consent-ended` are among those above. */
export const OTHER_DOCUMENTS = [
	'size-differs',
	'hash-differs',
	'other-content',
	'unreadable',
	'too-large',
	'no-content',
	'not-at-hand',
	'not-found',
	'expired',
	'origin-unknown',
	'another-payer',
	'relative-address',
	'host-not-allowed',
	'address-not-allowed',
] as const;

const OUTCOMES: ReadonlySet<unknown> = new Set([
	...GOOD_OUTCOMES,
	...OPEN_OUTCOMES,
	...GOOD_DOCUMENTS,
	...OTHER_DOCUMENTS,
]);

/** Whether a value is one of them: an input row may have a column of that name. */
export function isOutcome(value: unknown): boolean {
	return OUTCOMES.has(value);
}
