import { itemSpans, memberSpans, nextToken, type Span } from '../../shared/fhir/jsonSpans';
import { MAX_DEPTH } from '../../shared/fhir/limits';
import { afterString } from '../../shared/fhir/numbers';
import { skipSpace } from './escapedKeys';

/**
 * Elements of R4 that are called `reference` and are an address, no Reference: DetectedIssue.reference, Immunization.education.reference, and
 * Expression.reference, which data of a member can hold in an extension and in RequestGroup.action.condition.
 */

const EXPRESSION = /"(?:valueE|e)xpression"/;
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
	if (EXPRESSION.test(text.slice(line.start, line.end))) addOfExpressions(text, line, starts);
	return starts;
}

/** One walk through the resource, since an Expression may hold others. */
function addOfExpressions(text: string, { start, end }: Span, starts: Set<number>): void {
	/** For each object and list around: whether it is an Expression. */
	const around: boolean[] = [];
	let isNext = false;
	for (let at = start; at < end && around.length <= MAX_DEPTH; at += 1) {
		const letter = text[at];
		if (letter === '"') {
			const after = afterString(text, at + 1, end);
			const isKey = text[skipSpace(text, after, end)] === ':';
			const token = text.slice(at, after);
			isNext = isKey && (token === '"valueExpression"' || token === '"expression"');
			if (isKey && around.at(-1) === true && token === '"reference"') starts.add(nextToken(text, after, end));
			at = after - 1;
		} else if (letter === '{' || letter === '[') {
			around.push(isNext && letter === '{');
			isNext = false;
		} else if (letter === '}' || letter === ']') around.pop();
	}
}
