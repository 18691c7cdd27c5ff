/** Names as they can be compared: without case, accents and punctuation. */

/** Letters that are also written as two, each with the spelling that Unicode decomposition gives or lacks. */
const TWO_LETTERS: Readonly<Record<string, readonly [one: string, two: string]>> = {
	ä: ['a', 'ae'],
	ö: ['o', 'oe'],
	ü: ['u', 'ue'],
	ß: ['ss', 'ss'],
	å: ['a', 'aa'],
	ø: ['o', 'oe'],
	æ: ['ae', 'ae'],
	œ: ['oe', 'oe'],
	þ: ['th', 'th'],
	ð: ['d', 'd'],
	đ: ['d', 'd'],
	ł: ['l', 'l'],
	ħ: ['h', 'h'],
	ı: ['i', 'i'],
};

/** Longest name that is compared; the rest is cut off, since a payer can send any length. */
const MAX_NAME_CHARS = 100;

/** Words of a family name that many families share: by them alone nobody is told. */
const PARTICLES = new Set(
	'van von vom der den ter ten zum zur del della delle dei degli dal dalla des dos das los las san santa saint sainte sao bin ben ibn bint abu abd abdul mac the and und dit iii junior senior'.split(
		' ',
	),
);

/** Shortest part of a family name that counts by itself. */
const MIN_PART_LETTERS = 3;

/** The folded spellings of a word: letters and digits only, with ä, ö, ü and their like as one letter and as two. */
export function foldedSpellings(text: string): string[] {
	const letters = Array.from(text.slice(0, MAX_NAME_CHARS).normalize('NFC').toLowerCase());
	const spelling = (index: 0 | 1) =>
		letters
			.map((letter) => TWO_LETTERS[letter]?.[index] ?? letter)
			.join('')
			.normalize('NFKD')
			.toLowerCase()
			.replace(/[^\p{L}\p{N}]/gu, '');
	return [...new Set([spelling(0), spelling(1)])].filter((each) => each !== '');
}

/** The words of a name. */
export function nameWords(text: string): string[] {
	return text
		.slice(0, MAX_NAME_CHARS)
		.split(/[^\p{L}\p{M}\p{N}]+/u)
		.filter(Boolean);
}

/**
 * What two spellings of a family name may have in common: the whole, and each part of at least three letters that is no
 * particle (`van der`). `Meyer-Lüdke` gives meyerludke, meyerluedke, meyer, ludke, luedke.
 */
export function familyNameForms(text: string): string[] {
	const parts = nameWords(text)
		.flatMap(foldedSpellings)
		.filter((part) => part.length >= MIN_PART_LETTERS && !PARTICLES.has(part));
	return [...new Set([...foldedSpellings(text), ...parts])];
}

/** The folded given names of a text, with all their spellings. */
export function givenNameForms(text: string): string[] {
	return [...new Set([...foldedSpellings(text), ...nameWords(text).flatMap(foldedSpellings)])];
}

/** Words by which hospitals name a child that has no name yet. */
const NEWBORN =
	/^(?:(baby|newborn|infant|neonate|nb|unnamed)|(bb|bg)|(boy|girl)|(babyboy|babygirl)|(twin|triplet))(\d|[abc])?$/;

/** What tells newborns apart who have no names yet. */
const SEXES: Readonly<Record<string, string>> = {
	boy: 'boy',
	babyboy: 'boy',
	bb: 'boy',
	girl: 'girl',
	babygirl: 'girl',
	bg: 'girl',
};
const MARKS: Readonly<Record<string, string>> = { a: '1', b: '2', c: '3', one: '1', two: '2', three: '3' };

/**
 * Reads given names that stand for a newborn without a name, e.g. `Baby Boy`, `BG`, `Twin A`, `Ruth's Girl`.
 * @returns sex and number of the twin, as far as they are told; undefined for any other name
 */
export function newbornPlaceholder(text: string): { sex?: string; mark?: string } | undefined {
	const words = nameWords(text).flatMap(foldedSpellings);
	const kinds = words.filter((word) => NEWBORN.test(word));
	if (kinds.length === 0) return undefined;
	const read = kinds.map((word) => NEWBORN.exec(word) ?? []);
	const sex = read.map(([, , both, alone, joined]) => SEXES[both ?? alone ?? joined ?? '']).find(Boolean);
	const marks = [
		...read.map((match) => match[6]),
		...words.filter((word) => /^(?:[abc]|\d|one|two|three)$/.test(word)),
	];
	const mark = marks.find(Boolean);
	return { ...(sex && { sex }), ...(mark && { mark: MARKS[mark] ?? mark }) };
}
