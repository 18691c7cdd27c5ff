/** Why a claim does not stand, or why it cannot be said; statuses are written as in FHIR. */
export type Reason =
	| 'adjusted'
	| 'cancelled'
	| 'draft'
	| 'duplicate'
	| 'entered-in-error'
	| 'newerVersion'
	| 'otherPayer'
	| 'ownData'
	| 'partOnly'
	| 'unclear';

/** Whether a claim is the one to be counted, of all that were seen in a run. */
export interface Standing {
	/** The insurer and the number of the claim, e.g. `npi:1982947230|CLM-1`. */
	claimIdentity: string | null;
	/** The same of the claim that it replaces: of several, the first. */
	replaces: string | null;
	/** The same of the claim that takes its place. */
	supersededBy: string | null;
	reason: Reason | null;
	/** Null if it cannot be said. */
	isCurrent: boolean | null;
}
