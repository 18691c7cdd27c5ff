import { textOf, tryParseJson } from '../../shared/fhir/json';
import type { Span } from '../../shared/fhir/jsonSpans';

/** The string that stands at a place of a JSON text; undefined for anything else. */
export function stringAt(text: string, span: Span | undefined): string | undefined {
	if (!span || text[span.start] !== '"') return undefined;
	const token = text.slice(span.start, span.end);
	return token.includes('\\') ? textOf(tryParseJson(token)) : token.slice(1, -1);
}
