import { isObject, tryParseJson } from '../../fhir/json';
import { membersOf, nextToken } from '../../fhir/jsonSpans';

/** A JSON object as a person writes it: with every key, also one that stands twice, and with what is wrong with the text. */

/** A directory has tens of payers; more text than this is not one. */
const MAX_CHARS = 2_000_000;
/** A member of the object. */
export interface Member {
	key: string;
	value: unknown;
	/** The text of the value. */
	written: string;
}

/**
 * Reads the members of an object in the order in which they stand. Empty text is an object without any.
 * @returns or what is wrong with the text, as the end of a sentence; never a part of it, which may be a secret
 */
export function membersOfText(text: string): Member[] | { problem: string } {
	if (text.trim() === '') return [];
	if (text.length > MAX_CHARS) return { problem: 'is longer than two million characters' };
	const plain = text.replace(/^\uFEFF/, '');
	const problem = whatIsWrong(plain);
	if (problem !== undefined) return { problem };
	const span = { start: nextToken(plain, 0), end: plain.length };
	return [...membersOf(plain, span)].map(([key, { start, end }]) => {
		const written = plain.slice(start, end);
		return { key, written, value: tryParseJson(written) };
	});
}

function whatIsWrong(text: string): string | undefined {
	const value = tryParseJson(text);
	if (isObject(value)) return undefined;
	if (Array.isArray(value)) return 'is a list; it must be an object, { … }, in which each payer has a key';
	if (value !== undefined) return 'must be a JSON object, { … }';
	const start = nextToken(text, 0);
	if (text[start] !== '{') return 'cannot be read as JSON: it must begin with { and end with }';
	// What stands there may be part of a secret, so it is counted and not shown.
	let entry = 1;
	for (const [, span] of membersOf(text, { start, end: text.length })) {
		if (tryParseJson(text.slice(span.start, span.end)) === undefined) break;
		entry += 1;
	}
	return `cannot be read as JSON: a comma, a quotation mark or a bracket is missing or too many, in or just before entry ${entry}`;
}
