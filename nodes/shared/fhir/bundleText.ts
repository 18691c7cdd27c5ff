import { afterString } from './numbers';

/** The resources of a Bundle as they are written: an object does not keep the digits of its numbers. */

/**
 * The text of each resource of a Bundle, in order; of an entry without one, the entry itself. Where a key stands twice, the last counts, as
 * with `JSON.parse`. Linear.
 * @param text of a JSON object, valid
 */
export function resourceTexts(text: string): string[] {
	const entry = memberOf(text, text.indexOf('{'), 'entry');
	if (!entry || text.startsWith('null', entry.start)) return [];
	const entries = text[entry.start] === '[' ? itemsOf(text, entry.start) : [entry];
	return entries.map((each) => {
		const resource = text[each.start] === '{' ? memberOf(text, each.start, 'resource') : undefined;
		const { start, end } = resource ?? each;
		return text.slice(start, end);
	});
}

/** Where a value begins, and the index after it. */
interface Span {
	start: number;
	end: number;
}

/** @param start of an object */
function memberOf(text: string, start: number, name: string): Span | undefined {
	let found: Span | undefined;
	for (let at = nextToken(text, start + 1); text[at] === '"'; ) {
		const keyEnd = afterString(text, at + 1);
		const isNamed = JSON.parse(text.slice(at, keyEnd)) === name;
		const value = valueAt(text, nextToken(text, keyEnd));
		if (isNamed) found = value;
		at = nextToken(text, value.end);
	}
	return found;
}

/** @param start of a list */
function itemsOf(text: string, start: number): Span[] {
	const items: Span[] = [];
	for (let at = nextToken(text, start + 1); at < text.length && text[at] !== ']'; ) {
		const value = valueAt(text, at);
		items.push(value);
		at = nextToken(text, value.end);
	}
	return items;
}

/** The index of what follows white space, commas and colons. */
function nextToken(text: string, from: number): number {
	let at = from;
	while (at < text.length && ' \t\r\n,:'.includes(text[at])) at += 1;
	return at;
}

/** A value of any kind. */
function valueAt(text: string, start: number): Span {
	let [at, depth] = [start, 0];
	do {
		const letter = text[at];
		if (letter === '"') at = afterString(text, at + 1);
		else {
			if (letter === '{' || letter === '[') depth += 1;
			else if (letter === '}' || letter === ']') depth -= 1;
			at += 1;
		}
	} while (at < text.length && (depth > 0 || isInside(text, start, at)));
	return { start, end: at };
}

/** Whether a number or a word that began goes on. */
function isInside(text: string, start: number, at: number): boolean {
	return !'"{['.includes(text[start]) && !' \t\r\n,:}]'.includes(text[at]);
}
