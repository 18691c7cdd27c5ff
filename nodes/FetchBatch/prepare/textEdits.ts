import type { Span } from '../../shared/fhir/jsonSpans';

/** A part of a text, and what stands in its place afterwards. */
export interface Edit extends Span {
	text: string;
}

/** Adds to the end of an object or a list. @param members what is added, without a comma around it */
export function atEndOf(text: string, { start, end }: Span, members: string): Edit {
	const isEmpty = text.slice(start + 1, end - 1).trim() === '';
	return { start: end - 1, end: end - 1, text: isEmpty ? members : `,${members}` };
}

/** A part of a text with all edits made. @param edits within the part, in any order; they do not overlap */
export function edited(text: string, { start, end }: Span, edits: Edit[]): string {
	let [made, at] = ['', start];
	for (const edit of edits.sort((a, b) => a.start - b.start)) {
		made += text.slice(at, edit.start) + edit.text;
		at = edit.end;
	}
	return made + text.slice(at, end);
}
