import { isObject } from './json';

/** Common ways to write a date. */
const DATES = [
	/\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?/g,
	/\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b/g,
	/\b(?:19|20)\d{6}\b/g,
	/\b(?:\d{1,2}\.? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?:\d{1,2},? )?\d{4}\b/gi,
];
/** A word with five or more digits, or a long word that mixes letters and digits. Most likely an id. */
const ID =
	/(?<![\p{L}\p{N}_])(?=(?:[\p{L}_.-]*\d){5}|(?=[^\s]*\d)[\p{L}\p{N}_-]{12})[\p{L}\p{N}_.-]*[\p{L}\p{N}]/gu;

/** Scripts written without spaces, where a name can occur between other letters. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Keys whose values come from FHIR vocabularies and are never personal data. */
const VOCABULARY_KEYS = ['resourceType', 'system', 'uri', 'status'];
/** Other words that occur in every match request. */
const VOCABULARY = [
	'memberpatient',
	'coveragetomatch',
	'coveragetolink',
	'consent',
	'permit',
	'active',
	'error',
];

/**
 * Removes from the payer's text what an error message must not repeat: the known values, each word of a multi-word value,
 * dates and ids. Ignores case and accents, because servers change them.
 *
 * @param known values of the item and the request, searched recursively
 */
export function maskValues(text: string, known: readonly unknown[]): string {
	const line = text.normalize('NFC');
	const folded = fold(line);
	const ranges = [...new Set(known.flatMap(searchTexts))]
		.sort((a, b) => b.length - a.length)
		.flatMap((value) => findOccurrences(value, folded));
	const withoutValues = replaceRanges(line, ranges, '[value]');
	const withoutDates = DATES.reduce((rest, date) => rest.replace(date, '[date]'), withoutValues);
	return withoutDates.replace(ID, '[id]');
}

/**
 * The strings inside a value and their words, folded. Single Latin letters and digits are left out: masking them would
 * garble the text.
 */
function searchTexts(value: unknown): string[] {
	if (typeof value === 'number') return [String(value)];
	if (Array.isArray(value)) return value.flatMap(searchTexts);
	if (isObject(value)) {
		return Object.entries(value).flatMap(([key, each]) =>
			VOCABULARY_KEYS.includes(key) ? [] : searchTexts(each),
		);
	}
	if (typeof value !== 'string') return [];
	const whole = fold(value.normalize('NFC').trim()).letters;
	const words = whole.split(/\s+/).filter((word) => word.length > 2 || UNSPACED.test(word));
	return [whole, ...words].filter(
		(each) => (each.length > 1 || UNSPACED.test(each)) && !VOCABULARY.includes(each),
	);
}

/** Letters that have no Unicode decomposition into a base letter and an accent. */
const LETTER_EQUIVALENTS: Record<string, string> = {
	ø: 'o',
	ł: 'l',
	đ: 'd',
	ð: 'd',
	ħ: 'h',
	ŧ: 't',
	æ: 'ae',
	œ: 'oe',
	þ: 'th',
	'’': "'",
};

interface Folded {
	letters: string;
	/** For each folded letter its index in the original text, and one more entry for the end. */
	from: number[];
}

/** The text without case and accents. Its length can change: a combining accent is dropped, and ß becomes ss. */
function fold(text: string): Folded {
	const from: number[] = [];
	let letters = '';
	let at = 0;
	for (const letter of text) {
		const plain = foldLetter(letter);
		for (let index = 0; index < plain.length; index += 1) from.push(at);
		letters += plain;
		at += letter.length;
	}
	return { letters, from: [...from, at] };
}

function foldLetter(letter: string): string {
	if (letter >= ' ' && letter <= '~') return letter.toLowerCase();
	const stripped = letter.toLowerCase().toUpperCase().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
	return Array.from(stripped, (each) => LETTER_EQUIVALENTS[each] ?? each).join('');
}

type Range = [from: number, to: number];

const ENDS_IN_LETTER = /[\p{L}\p{N}]$/u;
const BEGINS_WITH_LETTER = /^[\p{L}\p{N}]/u;

/** The whole-word occurrences of a value. In scripts without spaces, every occurrence. */
function findOccurrences(value: string, { letters, from }: Folded): Range[] {
	const isUnspaced = UNSPACED.test(value);
	const occurrences: Range[] = [];
	for (let at = letters.indexOf(value); at >= 0; at = letters.indexOf(value, at + 1)) {
		const end = at + value.length;
		const isWord =
			!ENDS_IN_LETTER.test(letters.slice(Math.max(at - 2, 0), at)) &&
			!BEGINS_WITH_LETTER.test(letters.slice(end, end + 2));
		if (isUnspaced || isWord) occurrences.push([from[at], from[end]]);
	}
	return occurrences;
}

/** Replaces each range. Overlapping ranges are merged and replaced once. */
function replaceRanges(text: string, ranges: readonly Range[], replacement: string): string {
	const merged: Range[] = [];
	for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
		const last = merged.at(-1);
		if (last && from < last[1]) last[1] = Math.max(last[1], to);
		else merged.push([from, to]);
	}
	let at = 0;
	const kept = merged.map(([from, to]) => {
		const before = text.slice(at, from);
		at = to;
		return before + replacement;
	});
	return kept.join('') + text.slice(at);
}
