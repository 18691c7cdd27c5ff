import { isObject, objectsOf, textOf } from './json';

/** One complaint of a FHIR server. */
export interface OutcomeIssue {
	severity: string;
	code: string;
	text: string;
}

const LONGEST_TEXT = 500;

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
			text: printable(textOf(details.text) ?? textOf(issue.diagnostics) ?? display ?? ''),
		};
	});
}

/**
 * What the payer says, in plain words: the texts of an OperationOutcome, else the message of a plain JSON or OAuth answer.
 * It can hold PHI and is meant for data items; for errors use `payerWordsForError`.
 *
 * @returns undefined where the answer says nothing readable (empty, HTML)
 */
export function payerWords(body: unknown): string | undefined {
	const issues = readIssues(body);
	const texts = issues.map((issue) => issue.text || issue.code).filter(Boolean);
	if (texts.length > 0) return printable([...new Set(texts)].join(' '));
	if (!isObject(body)) return undefined;
	const plain = textOf(body.message) ?? textOf(body.error_description) ?? textOf(body.error);
	return plain === undefined ? undefined : printable(plain);
}

/**
 * What the payer says, fit for an error: every value that was part of the request or of the item is taken out first, since
 * servers like to repeat what they were sent, and so is whatever looks like a date.
 *
 * @param known values that may be repeated in the text: names, ids, dates of the member
 */
export function payerWordsForError(body: unknown, known: readonly unknown[]): string | undefined {
	const words = payerWords(body);
	if (words === undefined) return undefined;
	const values = [...new Set(known.flatMap(texts))].sort((a, b) => b.length - a.length);
	const masked = values.reduce((text, value) => maskValue(text, value), words);
	return masked.replace(/\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\/\d{1,2}\/\d{2,4}\b/g, '[date]');
}

/** The texts inside a value, however deep. One-letter texts are left out: masking them would make any sentence unreadable. */
function texts(value: unknown): string[] {
	if (typeof value === 'string') return value.trim().length > 1 ? [value.trim()] : [];
	if (typeof value === 'number') return [String(value)];
	if (Array.isArray(value)) return value.flatMap(texts);
	return isObject(value) ? Object.values(value).flatMap(texts) : [];
}

function maskValue(text: string, value: string): string {
	const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu'), '[value]');
}

/** One line without control characters, at most 500 characters. */
function printable(text: string): string {
	const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
	return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}
