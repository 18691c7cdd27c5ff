import type { Fail } from './viewError';
import { VIEW_LIMITS } from '../fhir/limits';

/**
 * - `name`: of an element, a function, a type; `and` and `or` too
 * - `text`, `number`, `moment`: literals; a date or time without its `@` and `T`
 * - `constant`: `%name`
 * - `symbol`: everything else
 * - `end`: behind the last one
 */
export type TokenKind = 'name' | 'quotedName' | 'text' | 'number' | 'moment' | 'constant' | 'symbol' | 'end';

export interface Token {
	kind: TokenKind;
	/** What it says: without quotes, `%` or `@`, and with escapes resolved. */
	text: string;
}

/** One token and the white space and comments before it. Each alternative starts with another letter, so reading is linear. */
const TOKEN = new RegExp(
	[
		String.raw`(?<space>[ \t\r\n]+|//[^\r\n]*|/\*(?:[^*]|\*(?!/))*\*/)`,
		String.raw`(?<name>\$?[A-Za-z_][A-Za-z0-9_]*)`,
		'`(?<quotedName>(?:[^`\\\\]|\\\\.)+)`',
		String.raw`'(?<text>(?:[^'\\]|\\.)*)'`,
		String.raw`(?<number>\d+(?:\.\d+)?)`,
		String.raw`@(?<moment>\d{4}(?:-\d\d(?:-\d\d)?)?(?:T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?|T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)`,
		String.raw`%(?:(?<constant>[A-Za-z_][A-Za-z0-9_-]*)|` +
			'`(?<constant1>[^`\\\\]+)`' +
			String.raw`|'(?<constant2>[^'\\]+)')`,
		String.raw`(?<symbol><=|>=|!=|!~|[.,()[\]{}+\-*/=<>&|~])`,
	].join('|'),
	'sy',
);

const ESCAPES: ReadonlyMap<string, string> = new Map([
	['n', '\n'],
	['r', '\r'],
	['t', '\t'],
	['f', '\f'],
]);

/** Splits a FHIRPath expression into tokens; the last one is `end`. Throws at what is none, or where there are too many. */
export function tokensOf(path: string, fail: Fail): Token[] {
	if (path.length > VIEW_LIMITS.pathLetters) {
		throw fail(`the path is longer than ${VIEW_LIMITS.pathLetters} letters; split it into several columns`);
	}
	const tokens: Token[] = [];
	let at = 0;
	while (at < path.length) {
		TOKEN.lastIndex = at;
		const match = TOKEN.exec(path);
		if (!match) throw fail(`letter ${at + 1} of the path is not FHIRPath; correct the path there`);
		at = TOKEN.lastIndex;
		const token = tokenOf(match.groups ?? {});
		if (token) tokens.push(token);
		if (tokens.length > VIEW_LIMITS.pathTokens) {
			throw fail(`the path has more than ${VIEW_LIMITS.pathTokens} parts; split it into several columns`);
		}
	}
	return [...tokens, { kind: 'end', text: '' }];
}

/** Undefined for white space and comments. */
function tokenOf(groups: Readonly<Record<string, string | undefined>>): Token | undefined {
	const { name, quotedName, text, number, moment, symbol } = groups;
	const constant = groups.constant ?? groups.constant1 ?? groups.constant2;
	if (name !== undefined) return { kind: 'name', text: name };
	if (quotedName !== undefined) return { kind: 'quotedName', text: unescaped(quotedName) };
	if (text !== undefined) return { kind: 'text', text: unescaped(text) };
	if (number !== undefined) return { kind: 'number', text: number };
	if (moment !== undefined) return { kind: 'moment', text: moment.replace(/^T|T$/, '') };
	if (constant !== undefined) return { kind: 'constant', text: constant };
	return symbol === undefined ? undefined : { kind: 'symbol', text: symbol };
}

function unescaped(text: string): string {
	if (!text.includes('\\')) return text;
	return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, letter = '') =>
		code === undefined ? (ESCAPES.get(letter) ?? letter) : String.fromCharCode(parseInt(code, 16)),
	);
}
