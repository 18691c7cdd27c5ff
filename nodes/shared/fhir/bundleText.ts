import { itemSpans, memberSpans, type Span } from './jsonSpans';

/** The resources of a Bundle as they are written: an object does not keep the digits of its numbers. */

const ENTRY = new Set(['entry']);
const RESOURCE = new Set(['resource']);

/**
 * The text of each resource of a Bundle, in order; of an entry without one, the entry itself. Where a key stands twice, the last counts, as
 * with `JSON.parse`. Linear.
 * @param text of a JSON object, valid
 */
export function resourceTexts(text: string): string[] {
	const entry = memberSpans(text, { start: text.indexOf('{'), end: text.length }, { names: ENTRY }).get(
		'entry',
	);
	if (!entry || text.startsWith('null', entry.start)) return [];
	const entries = text[entry.start] === '[' ? itemSpans(text, entry) : [entry];
	return entries.map((each) => {
		const { start, end } = resourceIn(text, each) ?? each;
		return text.slice(start, end);
	});
}

function resourceIn(text: string, entry: Span): Span | undefined {
	return text[entry.start] === '{'
		? memberSpans(text, entry, { names: RESOURCE }).get('resource')
		: undefined;
}
