import { isObject } from './json';

/** Dates as people and servers write them. */
const DATES = [
	/\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?/g,
	/\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b/g,
	/\b(?:19|20)\d{6}\b/g,
	/\b(?:\d{1,2}\.? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?:\d{1,2},? )?\d{4}\b/gi,
];
/** A word with five or more digits, or a long one that mixes letters and digits: an id, whatever of. */
const ID =
	/(?<![\p{L}\p{N}_])(?=(?:[\p{L}_.-]*\d){5}|(?=[^\s]*\d)[\p{L}\p{N}_-]{12})[\p{L}\p{N}_.-]*[\p{L}\p{N}]/gu;

/** Scripts written without spaces: a name can stand between other letters. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Keys whose values are FHIR's own words, not a person's. */
const VOCABULARY_KEYS = ['resourceType', 'system', 'uri', 'status'];
/** Further words of every match request. */
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
 * A text of the payer without what an error must not repeat: the known values, each word of a known value of several words,
 * dates, and ids. Case and accents do not matter: servers change them.
 *
 * @param known whatever the item and the request hold; looked through however deep
 */
export function masked(text: string, known: readonly unknown[]): string {
	const line = text.normalize('NFC');
	const folded = fold(line);
	const ranges = [...new Set(known.flatMap(values))]
		.sort((a, b) => b.length - a.length)
		.flatMap((value) => placesOf(value, folded));
	const withoutValues = replaceRanges(line, ranges, '[value]');
	const withoutDates = DATES.reduce((rest, date) => rest.replace(date, '[date]'), withoutValues);
	return withoutDates.replace(ID, '[id]');
}

/** The texts inside a value and their words, folded. Too short to be masked without harm: one Latin letter or digit. */
function values(value: unknown): string[] {
	if (typeof value === 'number') return [String(value)];
	if (Array.isArray(value)) return value.flatMap(values);
	if (isObject(value)) {
		return Object.entries(value).flatMap(([key, each]) =>
			VOCABULARY_KEYS.includes(key) ? [] : values(each),
		);
	}
	if (typeof value !== 'string') return [];
	const whole = fold(value.normalize('NFC').trim()).letters;
	const words = whole.split(/\s+/).filter((word) => word.length > 2 || UNSPACED.test(word));
	return [whole, ...words].filter(
		(each) => (each.length > 1 || UNSPACED.test(each)) && !VOCABULARY.includes(each),
	);
}

/** Letters that Unicode does not take apart into a plain one and an accent. */
const PLAIN: Record<string, string> = {
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
	/** Where in the text each letter comes from; one more for the end. */
	from: number[];
}

/** The text without case and accents. It can be shorter (an accent of its own) or longer (ß is ss in capitals). */
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
	const inOneCase = letter.toLowerCase().toUpperCase().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
	return Array.from(inOneCase, (each) => PLAIN[each] ?? each).join('');
}

type Range = [from: number, to: number];

const ENDS_IN_LETTER = /[\p{L}\p{N}]$/u;
const BEGINS_WITH_LETTER = /^[\p{L}\p{N}]/u;

/** Where a value stands as a word of its own; in a script without spaces, wherever it stands. */
function placesOf(value: string, { letters, from }: Folded): Range[] {
	const isUnspaced = UNSPACED.test(value);
	const places: Range[] = [];
	for (let at = letters.indexOf(value); at >= 0; at = letters.indexOf(value, at + 1)) {
		const end = at + value.length;
		const isWord =
			!ENDS_IN_LETTER.test(letters.slice(Math.max(at - 2, 0), at)) &&
			!BEGINS_WITH_LETTER.test(letters.slice(end, end + 2));
		if (isUnspaced || isWord) places.push([from[at], from[end]]);
	}
	return places;
}

/** Replaces each range; of overlapping ones the first found wins, and the rest of the others goes with it. */
function replaceRanges(text: string, ranges: readonly Range[], by: string): string {
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
		return before + by;
	});
	return kept.join('') + text.slice(at);
}
