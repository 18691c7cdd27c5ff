import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from './json';
import { MAX_ISSUES, TEXT_LIMITS } from './limits';
import { maskValues } from './masking';
import { isIssueType, plainWords } from './payerWords';
import { shortText } from './values';

/** One issue of an OperationOutcome. */
export interface OutcomeIssue {
	severity: string;
	code: string;
	text: string;
}

/** Most characters of a payer's message, of all its issues together. */
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
			severity: plainWords(shortText(issue.severity, TEXT_LIMITS.code) ?? 'error'),
			code: plainWords(shortText(issue.code, TEXT_LIMITS.code) ?? ''),
			text: plainWords(textOf(details.text) ?? textOf(issue.diagnostics) ?? display ?? ''),
		};
	});
}

/** Whether an OperationOutcome has more issues than `readIssues` reads. */
export function hasMoreIssues({ issue }: IDataObject): boolean {
	return objectsOf(issue).length > MAX_ISSUES;
}

const REMARKS = ['warning', 'information', 'success'];

/**
 * Whether an issue says that something is missing or went wrong (R4 issue-severity, and `success` of R5; Bulk Data: a file of issues can be
 * informational only). A severity that is none of FHIR's may say so.
 */
export function isSeriousIssue({ severity }: OutcomeIssue): boolean {
	return !REMARKS.includes(severity.toLowerCase());
}

/** The code of the first issue, if it is an R4 issue type. Any other value may be PHI and is kept out of errors. */
export function issueCodeForError(body: unknown): string | undefined {
	const code = readIssues(body)[0]?.code ?? '';
	return isIssueType(code) ? code : undefined;
}

/**
 * The payer's message, without markup and links: the texts of an OperationOutcome, or the message of a plain JSON or OAuth error response.
 * It can contain PHI and is for data items only.
 *
 * @returns undefined if the response has no readable message (empty, HTML)
 */
export function payerMessage(body: unknown): string | undefined {
	const words = wholeMessage(body);
	return words === undefined ? undefined : plainWords(words, MAX_SHOWN_CHARS);
}

/** Before the cut, so that a value that the cut would go through is masked whole. */
function wholeMessage(body: unknown): string | undefined {
	const texts = readIssues(body)
		.map((issue) => issue.text || issue.code)
		.filter(Boolean);
	if (texts.length > 0) return plainWords([...new Set(texts)].join(' ')) || undefined;
	if (!isObject(body)) return undefined;
	const message = textOf(body.message) ?? textOf(body.error_description) ?? textOf(body.error);
	return plainWords(message ?? '') || undefined;
}

/**
 * The payer's message for an error, where the credential asks for it. Values of the request and the item are masked, because servers often
 * echo their input, and so is anything that looks like a date or an id.
 *
 * @param known values that the text may repeat: names, ids, dates of the member
 */
export function payerMessageForError(body: unknown, known: readonly unknown[]): string | undefined {
	const words = wholeMessage(body);
	return words === undefined ? undefined : plainWords(maskValues(words, known), MAX_SHOWN_CHARS);
}

/** The payer's message as a complete sentence for an error. */
export function payerMessageSentence(words: string): string {
	return `The payer says: ${words}${/[.!?…]$/.test(words) ? '' : '.'}`;
}
