/** What a payer of the sandbox follows. */
export const DIALECTS = ['hrex-1.0', 'hrex-1.2', 'group'] as const;
export type Dialect = (typeof DIALECTS)[number];
