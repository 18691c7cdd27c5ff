import type { OpenOutcome } from './outcomes';

/** What to do with an item that came to nothing, by its outcome: fixed sentences, so that they may be shown anywhere. */
export const NEXT_STEPS: Record<OpenOutcome, string> = {
	'no-match':
		"Compare name, birth date and the previous plan's member ID with the member's card, and check that this is the right plan. Correct them and match the member again.",
	'multiple-matches':
		"Add what tells the member from others, such as the previous plan's member ID, the middle name or the address, and match the member again.",
	'consent-refused':
		'Compare the consent with what the member signed, its policy and its dates. Ask the payer which consent it can honour, and match the member again with a new one.',
	'consent-not-in-force':
		'Ask the member for a consent that holds today, or wait until it begins. Then match the member again.',
	refused:
		'Read the reason, correct the member or the consent, and match the member again. If the reason does not help, ask the payer.',
	unclear:
		"Ask the payer about this member. The answer is in the column response: compare it with the member's own data before anything is done with it.",
	'match-failed': 'Match the member again. If it fails again, tell the payer the reason and the matchJobId.',
	'still-matching':
		'Send this item through a Wait node back to Member Match, which asks for the answer and sends nothing a second time.',
	partial:
		'Work with the files that came, which leave by Completed, and start a new export later for what is missing. If that is missing again, tell the payer the reason and the jobId.',
	failed: 'Start a new export. If it fails again, tell the payer the reason and the jobId.',
	'still-running': 'Send this item through a Wait node of 65 seconds or more back to Wait For Export.',
	'consent-ended': 'With a new consent, match the member again and start a new export.',
	'payer-unknown': 'Find out which plan the member had before, enter it in the roster, and match the member.',
};

/** What to do where more is known than the outcome. */
export const SPECIAL_STEPS = {
	otherExport:
		'Start the export again with Use Running Exports switched off, or when the other export has ended.',
	consentOfOneEnded: 'Match the members again whose consent still holds, and start a new export.',
} as const;

const SENTENCES: ReadonlySet<unknown> = new Set([
	...Object.values(NEXT_STEPS),
	...Object.values(SPECIAL_STEPS),
]);

/** Whether a text is one of these sentences. */
export function isNextStep(text: unknown): boolean {
	return SENTENCES.has(text);
}

/** The usual next step of an outcome; undefined if it has none. */
export function usualNextStep(outcome: unknown): string | undefined {
	return Object.entries(NEXT_STEPS).find(([known]) => known === outcome)?.[1];
}
