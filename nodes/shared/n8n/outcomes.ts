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

const OUTCOMES: ReadonlySet<unknown> = new Set([...GOOD_OUTCOMES, ...OPEN_OUTCOMES]);

/** Whether a value is one of them: an input row may have a column of that name. */
export function isOutcome(value: unknown): boolean {
	return OUTCOMES.has(value);
}
