import { tryParseJson } from './json';
import { afterString } from './numbers';

/** Where the parts of a JSON text stand, so that some can be read or replaced while all others stay as they are written. Linear. */

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const SPACE = 0x20;

/** Where a value begins, and the index after it. */
export interface Span {
	start: number;
	end: number;
}

/** How members are looked for. */
export interface MemberSearch {
	/** Keys that are looked for. */
	names: ReadonlySet<string>;
	/**
	 * End the search once each name was found: for texts whose keys are known to stand once, or that are read again otherwise. Without it, of
	 * a key that stands twice the last counts, as with `JSON.parse`.
	 */
	isFirstEnough?: boolean;
}

/**
 * The values of some members of an object.
 * @param text JSON; of text that is none, what is found means nothing
 * @param span the object
 */
export function memberSpans(
	text: string,
	{ start, end }: Span,
	{ names, isFirstEnough = false }: MemberSearch,
): Map<string, Span> {
	const found = new Map<string, Span>();
	for (const [name, value] of membersOf(text, { start, end })) {
		if (!names.has(name)) continue;
		found.set(name, value);
		if (isFirstEnough && found.size === names.size) break;
	}
	return found;
}

/**
 * The members of an object in the order in which they are written; a key that stands twice comes twice.
 * @param text JSON; of text that is none, what is given means nothing
 * @param span the object
 */
export function* membersOf(text: string, { start, end }: Span): Generator<[name: string, value: Span]> {
	for (let at = nextToken(text, start + 1, end); at < end && text.charCodeAt(at) === QUOTE; ) {
		const keyEnd = afterString(text, at + 1, end);
		const written = text.slice(at + 1, keyEnd - 1);
		const name = written.includes('\\') ? String(tryParseJson(text.slice(at, keyEnd))) : written;
		const valueStart = nextToken(text, keyEnd, end);
		const afterValue = valueEnd(text, valueStart, end);
		yield [name, { start: valueStart, end: afterValue }];
		at = nextToken(text, afterValue, end);
	}
}

/** The items of a list. */
export function itemSpans(text: string, { start, end }: Span): Span[] {
	const items: Span[] = [];
	for (let at = nextToken(text, start + 1, end); at < end && text.charCodeAt(at) !== CLOSING_BRACKET; ) {
		const after = valueEnd(text, at, end);
		// Text that is no JSON.
		if (after === at) break;
		items.push({ start: at, end: after });
		at = nextToken(text, after, end);
	}
	return items;
}

/** The index of what follows white space, commas and colons. @param limit where the text ends in which it stands */
export function nextToken(text: string, from: number, limit = text.length): number {
	let at = from;
	while (at < limit && isBetween(text.charCodeAt(at))) at += 1;
	return at;
}

function isBetween(unit: number): boolean {
	return unit === COMMA || unit === COLON || isSpace(unit);
}

function isSpace(unit: number): boolean {
	return unit === SPACE || (unit >= 0x09 && unit <= 0x0d);
}

/**
 * The index after a value of any kind.
 * @param start of the value
 * @param limit where the text ends in which it stands
 */
export function valueEnd(text: string, start: number, limit = text.length): number {
	const first = text.charCodeAt(start);
	if (first === QUOTE) return afterString(text, start + 1, limit);
	let [at, depth] = [start, 0];
	for (; at < limit; at += 1) {
		const unit = text.charCodeAt(at);
		if (unit === QUOTE) at = afterString(text, at + 1, limit) - 1;
		else if (unit === OPENING_BRACE || unit === OPENING_BRACKET) depth += 1;
		else if (unit === CLOSING_BRACE || unit === CLOSING_BRACKET) {
			// The end of what holds a number or a word.
			if (depth === 0) return at;
			depth -= 1;
			if (depth === 0) return at + 1;
		} else if (depth === 0 && (unit === COMMA || isSpace(unit))) return at;
	}
	return Math.min(at, limit);
}
