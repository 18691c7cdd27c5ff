/** Words of a note about how a column is to be filled in, as in `DOB (mm/dd/yyyy)`, `Sex (M/F)`, `Member ID (required)`. */
const NOTE_WORDS = new Set(
	`required optional mandatory req text date format as in or if any known number string iso us excel m mm d dd y yy yyyy ccyy f u
	male female unknown mmddyyyy ddmmyyyy yyyymmdd ccyymmdd mmddyy regular sensitive`.split(/\s+/),
);
const NOTE = /[([{]([^()[\]{}]*)[)\]}]/g;
/** The same without brackets, at the end of a name. */
const DATE_NOTE = /\W+(?:mm?[-/.]?dd?|dd?[-/.]?mm?)[-/.]?(?:yy){1,2}$|\W+(?:yyyy|ccyy)[-/.]?mm[-/.]?dd$/i;

const KEYS = new Map<string, string>();
/** No name that is read is longer; what is left out of one keeps it from being read. */
const MAX_CHARS = 200;
/** Rosters have tens of columns; items of other workflows can have others. */
const MAX_KEYS = 20_000;

/**
 * A column's name as it is compared: its letters and digits, without case, and without a note about how it is to be filled in. `#` is a
 * number: `Member #`.
 */
export function columnKey(name: string): string {
	const known = KEYS.get(name);
	if (known !== undefined) return known;
	if (KEYS.size >= MAX_KEYS) KEYS.clear();
	const key = name
		.slice(0, MAX_CHARS)
		.normalize('NFKC')
		.replace(NOTE, (all, note: string) => (isNote(note) ? ' ' : all))
		.trim()
		.replace(DATE_NOTE, '')
		.replace(/(id)?\s*#/gi, (_, id?: string) => id ?? 'no')
		.replace(/[^\p{L}\p{M}\p{N}]+/gu, '')
		.toLowerCase();
	KEYS.set(name, key);
	return key;
}

/** The words of a column's name in small letters. */
export function wordsOf(name: string): string[] {
	return name
		.normalize('NFKC')
		.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
		.toLowerCase()
		.split(/[^\p{L}\p{M}\p{N}]+/u)
		.filter(Boolean);
}

function isNote(text: string): boolean {
	const words = wordsOf(text);
	return words.length > 0 && words.every((word) => NOTE_WORDS.has(word));
}
