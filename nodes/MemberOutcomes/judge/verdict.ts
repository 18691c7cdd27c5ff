import { usualNextStep } from '../../shared/n8n/nextSteps';

/** What became of an exchange. */
export interface Verdict {
	outcome: string;
	reason: string;
	nextStep: string;
}

/** The outcome of an exchange of which too little is known. */
export const UNKNOWN = 'unknown';
/** The outcome of an exchange that ended with the error of a node. */
export const ERROR = 'error';

const NOTHING_TO_DO = 'Nothing to do.';
/** What a reason repeats at most, and how long it may be. */
const MAX_REASONS = 20;
const MAX_REASON_CHARS = 2_000;

/** A verdict with the usual next step of its outcome. */
export function verdict(outcome: string, reasons: readonly unknown[], nextStep?: unknown): Verdict {
	const usual = usualNextStep(outcome) ?? NOTHING_TO_DO;
	return {
		outcome,
		reason: joined(reasons),
		nextStep: typeof nextStep === 'string' && nextStep !== '' ? nextStep : usual,
	};
}

/** @param lookAt where the answer can be found */
export function unknown(reasons: readonly unknown[], lookAt: string): Verdict {
	return verdict(UNKNOWN, reasons, lookAt);
}

/** Sentences, each once, as one text. */
export function joined(reasons: readonly unknown[]): string {
	const texts = [...new Set(reasons.filter((reason) => typeof reason === 'string' && reason !== ''))];
	const more = texts.length > MAX_REASONS ? [`And ${texts.length - MAX_REASONS} more.`] : [];
	return [...texts.slice(0, MAX_REASONS), ...more].join(' ').slice(0, MAX_REASON_CHARS);
}

const AGAIN: Readonly<Record<string, boolean>> = {
	complete: false,
	empty: false,
	'no-match': false,
	'multiple-matches': false,
	'consent-refused': false,
	'consent-not-in-force': false,
	'consent-ended': false,
	refused: false,
	unclear: false,
	'payer-unknown': false,
	partial: true,
	failed: true,
	error: true,
	'match-failed': true,
	'still-matching': true,
	'still-running': true,
};

/** Whether the payer may be asked again with the same data; null where that is not known. */
export function askAgain({ outcome }: Verdict): boolean | null {
	return Object.hasOwn(AGAIN, outcome) ? AGAIN[outcome] : null;
}
