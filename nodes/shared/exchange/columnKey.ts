/** Words of a note about how a column is to be filled in, as in `DOB (mm/dd/yyyy)`, `Sex (M/F)`, `Member ID (required)`. */
const NOTE_WORDS = new Set(
	`required optional mandatory req text date format as in or if any known number string iso us excel m mm mmm d dd y yy yyyy ccyy f u o
	male female unknown mmddyyyy ddmmyyyy yyyymmdd ccyymmdd mmddyy ddmmyy regular sensitive yes n true false`.split(
		/\s+/,
	),
);
const NOTE = /[([{]([^()[\]{}]*)[)\]}]/g;
/** The same without brackets, at the end of a name. */
const DATE_NOTE =
	/[\W_]+(?:m{1,3}[-/.]?dd?|dd?[-/.]?m{1,3})[-/.]?(?:yy){1,2}$|[\W_]+(?:yyyy|ccyy)[-/.]?mm[-/.]?dd$/i;
/** How SharePoint writes a character that its names cannot hold, `First_x0020_Name`; and what Salesforce puts behind a name, `First_Name__c`. */
const ESCAPED = /_x([0-9a-f]{4})_/gi;
const CUSTOM_FIELD = /__p?c$/i;

/** No name that is read is longer; what is left out of one keeps it from being read. */
const MAX_CHARS = 200;
/** Rosters have tens of columns; items of other workflows can have others. */
const MAX_KEYS = 20_000;

/**
 * A column's name as it is compared: its letters and digits, without case, and without a note about how it is to be filled in. `#` is a
 * number: `Member #`.
 */
export const columnKey = rememberedByName((name) =>
	plainName(name)
		.replace(NOTE, (all, note: string) => (isNote(note) ? ' ' : all))
		.trim()
		.replace(DATE_NOTE, '')
		.replace(/['’]s(?= )/gi, '')
		.replace(/(id)?\s*#/gi, (_, id?: string) => id ?? 'no')
		.replace(/[^\p{L}\p{M}\p{N}]+/gu, '')
		.toLowerCase(),
);

/** The words of a column's name in small letters. */
export const wordsOf = rememberedByName((name): readonly string[] =>
	plainName(name)
		.replaceAll('#', ' no ')
		.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
		.replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
		.replace(/(\p{L})(\d)$/u, '$1 $2')
		.toLowerCase()
		.split(/[^\p{L}\p{M}\p{N}]+/u)
		.filter(Boolean),
);

/** What is told of a column by its name, kept: a roster has the same columns in hundreds of thousands of rows. */
export function rememberedByName<T>(tell: (name: string) => T): (name: string) => T {
	const known = new Map<string, T>();
	return (name) => {
		const before = known.get(name);
		if (before !== undefined) return before;
		if (known.size >= MAX_KEYS) known.clear();
		const told = tell(name);
		known.set(name, told);
		return told;
	};
}

function plainName(name: string): string {
	return name
		.slice(0, MAX_CHARS)
		.replace(ESCAPED, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
		.replace(CUSTOM_FIELD, '')
		.normalize('NFKC');
}

function isNote(text: string): boolean {
	const words = wordsOf(text);
	// No alone can be a number.
	const isWord = (word: string) => NOTE_WORDS.has(word) || (word === 'no' && words.includes('yes'));
	return words.length > 0 && words.every(isWord);
}
