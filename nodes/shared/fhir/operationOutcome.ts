import { isObject, objectsOf, textOf } from './json';
import { MAX_ISSUES, TEXT_LIMITS } from './limits';
import { maskValues } from './masking';
import { shortText } from './values';

/** One issue of an OperationOutcome. */
export interface OutcomeIssue {
	severity: string;
	code: string;
	text: string;
}

/** Most characters of a payer's message that are shown. */
const MAX_SHOWN_CHARS = 500;

/** The first issues of an OperationOutcome (FHIR R4 OperationOutcome.issue), within limits; an empty list if the body is not an OperationOutcome. */
export function readIssues(body: unknown): OutcomeIssue[] {
	if (!isObject(body) || body.resourceType !== 'OperationOutcome') return [];
	const issues = objectsOf(body.issue).slice(0, MAX_ISSUES);
	return issues.map((issue) => {
		const details = isObject(issue.details) ? issue.details : {};
		const named = objectsOf(details.coding).find(({ display }) => textOf(display) !== undefined);
		const display = textOf(named?.display);
		return {
			severity: shortText(issue.severity, TEXT_LIMITS.code) ?? 'error',
			code: shortText(issue.code, TEXT_LIMITS.code) ?? '',
			text: oneLine(textOf(details.text) ?? textOf(issue.diagnostics) ?? display ?? ''),
		};
	});
}

/** The issue types of R4 (required binding of OperationOutcome.issue.code). */
const ISSUE_TYPES =
	/^(?:invalid|structure|required|value|invariant|security|login|unknown|expired|forbidden|suppressed|processing|not-supported|duplicate|multiple-matches|not-found|deleted|too-long|code-invalid|extension|too-costly|business-rule|conflict|transient|lock-error|no-store|exception|timeout|incomplete|throttled|informational)$/;

/** The code of the first issue, if it is an R4 issue type. Any other value may be PHI and is kept out of errors. */
export function issueCodeForError(body: unknown): string | undefined {
	const code = readIssues(body)[0]?.code ?? '';
	return ISSUE_TYPES.test(code) ? code : undefined;
}

/**
 * The payer's message: the texts of an OperationOutcome, or the message of a plain JSON or OAuth error response. It can
 * contain PHI and is for data items only; use `payerMessageForError` in errors.
 *
 * @returns undefined if the response has no readable message (empty, HTML)
 */
export function payerMessage(body: unknown): string | undefined {
	const words = messageIn(body);
	return words === undefined ? undefined : truncate(words);
}

/**
 * The payer's message for use in an error. Values of the request and the item are masked, because servers often echo their
 * input, and so is anything that looks like a date or an id.
 *
 * @param known values that the text may repeat: names, ids, dates of the member
 */
export function payerMessageForError(body: unknown, known: readonly unknown[]): string | undefined {
	const words = messageIn(body);
	return words === undefined ? undefined : truncate(maskValues(words, known));
}

/** The payer's message as a complete sentence for an error. */
export function payerMessageSentence(words: string): string {
	return `The payer says: ${words}${/[.!?…]$/.test(words) ? '' : '.'}`;
}

function messageIn(body: unknown): string | undefined {
	const texts = readIssues(body)
		.map((issue) => issue.text || issue.code)
		.filter(Boolean);
	if (texts.length > 0) return oneLine([...new Set(texts)].join(' ')) || undefined;
	if (!isObject(body)) return undefined;
	const message = textOf(body.message) ?? textOf(body.error_description) ?? textOf(body.error);
	return oneLine(message ?? '') || undefined;
}

/** Collapses control characters and line breaks into spaces. */
function oneLine(text: string): string {
	return text
		.slice(0, TEXT_LIMITS.free)
		.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
		.trim();
}

function truncate(text: string): string {
	return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}
