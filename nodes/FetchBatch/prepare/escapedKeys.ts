import { textOf, tryParseJson } from '../../shared/fhir/json';
import type { Span } from '../../shared/fhir/jsonSpans';
import { afterString } from '../../shared/fhir/numbers';
import type { Edit } from './textEdits';

/** Names that are looked for in a line. */
const NAMES = new Set(
	'resourceType id meta identifier link target entity tag source lastUpdated versionId reference expression valueExpression education'.split(
		' ',
	),
);

/** Keys of these names that are spelled with escapes, as hardly any program writes them. */
export function escapedKeys(text: string, { start, end }: Span): Edit[] {
	const keys: Edit[] = [];
	for (let at = text.indexOf('"', start); at >= 0 && at < end; ) {
		const after = afterString(text, at + 1, end);
		if (text[skipSpace(text, after, end)] === ':' && text.slice(at, after).includes('\\u')) {
			const name = textOf(tryParseJson(text.slice(at, after)));
			if (name !== undefined && NAMES.has(name)) keys.push({ start: at, end: after, text: `"${name}"` });
		}
		at = text.indexOf('"', after);
	}
	return keys;
}

export function skipSpace(text: string, start: number, end: number): number {
	let at = start;
	while (at < end && ' \t\r\uFEFF'.includes(text[at])) at += 1;
	return at;
}
