import { isObject, objectsOf, textOf } from './json';
import { masked } from './masking';

/** One complaint of a FHIR server. */
export interface OutcomeIssue {
	severity: string;
	code: string;
	text: string;
}

/** Shown of a payer's words. */
const LONGEST_TEXT = 500;
/** Looked at of a payer's words. */
const LONGEST_READ = 20_000;

/** The issues of an OperationOutcome (FHIR R4 OperationOutcome.issue); an empty list where the body is none. */
export function readIssues(body: unknown): OutcomeIssue[] {
	if (!isObject(body) || body.resourceType !== 'OperationOutcome') return [];
	return objectsOf(body.issue).map((issue) => {
		const details = isObject(issue.details) ? issue.details : {};
		const display = objectsOf(details.coding)
			.map((coding) => textOf(coding.display))
			.find(Boolean);
		return {
			severity: textOf(issue.severity) ?? 'error',
			code: textOf(issue.code) ?? '',
			text: oneLine(textOf(details.text) ?? textOf(issue.diagnostics) ?? display ?? ''),
		};
	});
}

/** The issue types of R4 (required binding of OperationOutcome.issue.code). */
const ISSUE_TYPES =
	/^(?:invalid|structure|required|value|invariant|security|login|unknown|expired|forbidden|suppressed|processing|not-supported|duplicate|multiple-matches|not-found|deleted|too-long|code-invalid|extension|too-costly|business-rule|conflict|transient|lock-error|no-store|exception|timeout|incomplete|throttled|informational)$/;

/** The code of the first issue, fit for an error: a word of FHIR's own. Whatever else a server puts there may be PHI. */
export function issueCodeForError(body: unknown): string | undefined {
	const code = readIssues(body)[0]?.code ?? '';
	return ISSUE_TYPES.test(code) ? code : undefined;
}

/**
 * What the payer says, in plain words: the texts of an OperationOutcome, else the message of a plain JSON or OAuth answer.
 * It can hold PHI and is meant for data items; for errors use `payerWordsForError`.
 *
 * @returns undefined where the answer says nothing readable (empty, HTML)
 */
export function payerWords(body: unknown): string | undefined {
	const words = allWords(body);
	return words === undefined ? undefined : cut(words);
}

/**
 * What the payer says, fit for an error: every value that was part of the request or of the item is taken out first, since
 * servers like to repeat what they were sent, and so is whatever looks like a date or an id.
 *
 * @param known values that may be repeated in the text: names, ids, dates of the member
 */
export function payerWordsForError(body: unknown, known: readonly unknown[]): string | undefined {
	const words = allWords(body);
	return words === undefined ? undefined : cut(masked(words, known));
}

/** The payer's words as a sentence of an error, to which others can be added. */
export function payerSays(words: string): string {
	return `The payer says: ${words}${/[.!?…]$/.test(words) ? '' : '.'}`;
}

function allWords(body: unknown): string | undefined {
	const texts = readIssues(body)
		.map((issue) => issue.text || issue.code)
		.filter(Boolean);
	if (texts.length > 0) return oneLine([...new Set(texts)].join(' ')) || undefined;
	if (!isObject(body)) return undefined;
	const plain = textOf(body.message) ?? textOf(body.error_description) ?? textOf(body.error);
	return oneLine(plain ?? '') || undefined;
}

/** One line without control characters. */
function oneLine(text: string): string {
	return text
		.slice(0, LONGEST_READ)
		.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
		.trim();
}

function cut(text: string): string {
	return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
