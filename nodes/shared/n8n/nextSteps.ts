/** What to do with an item that came to nothing, by its outcome: fixed sentences, so that they may be shown anywhere. */
export const NEXT_STEPS = {
	unclear:
		"Ask the payer about this member. The answer is in the column response: compare it with the member's own data before anything is done with it.",
	otherExport:
		'Start the export again with Use Running Exports switched off, or when the other export has ended.',
	consentEnded: 'With a new consent, match the member again and start a new export.',
	consentOfOneEnded: 'Match the members again whose consent still holds, and start a new export.',
} as const;

const SENTENCES: ReadonlySet<unknown> = new Set(Object.values(NEXT_STEPS));

/** Whether a text is one of these sentences. */
export function isNextStep(text: unknown): boolean {
	return SENTENCES.has(text);
}
