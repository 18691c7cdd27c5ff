import { itemSpans, memberSpans, nextToken, valueEnd, type Span } from '../../shared/fhir/jsonSpans';

/**
 * Elements of R4 that are called `reference` and are an address, no Reference: DetectedIssue.reference, Immunization.education.reference, and
 * Expression.reference, which data of a member can hold in an extension.
 */

const EXPRESSION = '"valueExpression"';
const REFERENCE = new Set(['reference']);
const EDUCATION = new Set(['education']);

/** Where the values of such elements begin in a resource. @param line the resource */
export function uriReferences(text: string, line: Span, type: string): ReadonlySet<number> {
	const starts = new Set<number>();
	const add = (object: Span) => {
		const span =
			text[object.start] === '{'
				? memberSpans(text, object, { names: REFERENCE }).get('reference')
				: undefined;
		if (span) starts.add(span.start);
	};
	if (type === 'DetectedIssue') add(line);
	if (type === 'Immunization') {
		const education = memberSpans(text, line, { names: EDUCATION }).get('education');
		if (education && text[education.start] === '[') itemSpans(text, education).forEach(add);
	}
	const resource = text.slice(line.start, line.end);
	for (
		let at = resource.indexOf(EXPRESSION);
		at >= 0;
		at = resource.indexOf(EXPRESSION, at + EXPRESSION.length)
	) {
		const start = nextToken(text, line.start + at + EXPRESSION.length);
		add({ start, end: valueEnd(text, start, line.end) });
	}
	return starts;
}
