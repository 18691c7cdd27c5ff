import { Misread, readFhirId, readText, readTexts } from '../fhir/values';

/** Format characters, except those that join letters (U+200C, U+200D), and letters and marks that have no width. */
const UNSEEN = /(?![\u200C\u200D])\p{Cf}|\p{Variation_Selector}|\u034F|[\u115F\u1160\u3164\uFFA0]/gu;

/**
 * A cell as people see it: without characters of no width, with plain spaces, and a letter with its accent as one character: macOS writes two.
 * Characters that join letters in some scripts stay.
 */
export function asSeen(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(asSeen);
	return typeof value === 'string'
		? value
				.replace(UNSEEN, '')
				.replace(/\p{Zs}/gu, ' ')
				.normalize('NFC')
		: value;
}

/** What tables and databases write where there is no value. "NA" is not among them: it is a name. */
const FILLERS = new Set(
	`null (null) <null> [null] \\n none (none) nil (nil) nan undefined n/a #n/a (n/a) (blank) [blank] (empty) n.a. n.a #n.a. <na> - -- --- – — . #n/a! n\\a n\\k n/k`.split(
		' ',
	),
);

/** With spaces around a slash. */
const MAX_FILLER_CHARS = 20;

/** Whether a text only stands for "no value", such as NULL, N/A or a hyphen. */
export function isFiller(value: unknown): boolean {
	if (typeof value !== 'string') return false;
	const text = value.trim();
	return text.length <= MAX_FILLER_CHARS && FILLERS.has(text.toLowerCase().replace(/\s*\/\s*/g, '/'));
}

/** The value of a cell, `undefined` for a filler; of a list, what is left of it. */
export function withoutFillers(value: unknown): unknown {
	if (Array.isArray(value)) return value.filter((each) => !isFiller(each)) as unknown[];
	return isFiller(value) ? undefined : value;
}

/** The characters that Windows-1252 has where UTF-8 has the second and later bytes of a character; without spaces and quotation marks. */
const LATER =
	'[\u0080-\u009F\u00A1-\u00BF\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u0192\u02C6\u02DC\u201A\u201E\u2020-\u2022\u2026\u2030\u2039\u203A\u20AC\u2122]';
/** The same with those that can follow a letter in a good text. */
const ANY_LATER = `(?:${LATER}|[\u00A0\u2013\u2014\u2018\u2019\u201C\u201D])`;
/** What becomes of UTF-8, as é, ’, ế and Ж, that is read as Windows-1252 or, in the last line, as an older code page or that of the old Macintosh. */
const MISREAD_UTF8 = new RegExp(
	[
		`\u00C3${ANY_LATER}|\u00C2[\u00A0-\u00BF]|[\u00C4-\u00C6]${LATER}|[\u00C4\u00C5][\u2018\u2019\u201C\u201D]`,
		`\u00E2(?:\u20AC|\u0080)|[\u00E1-\u00EF]${LATER}${ANY_LATER}|(?:[\u00D0\u00D1\u00D8\u00D9]${ANY_LATER}){2}`,
		'[\u2500-\u259F]|\u221A',
	].join('|'),
);

const TEXT_COLUMN = 'Have the column written as text, and the file made again from its source.';
/** What is no value of any field: form of the text, end of "'Field' must be …", what to do. */
const DAMAGED: ReadonlyArray<[form: RegExp, wanted: string, whatToDo: string]> = [
	[
		/^=/,
		'a plain value; it arrived as a formula of a spreadsheet, such as ="0004"',
		'Take the equals sign and the quotation marks out of the file, or save it again with the column as text.',
	],
	[
		/^#(?:REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA|ERROR!|#+$)/i,
		'a value; it arrived as an error of a spreadsheet, such as #REF!',
		'Correct the formula in the spreadsheet, or the width of its column, and make the file again.',
	],
	[
		/^[+-]?\d+(?:[.,]\d+)?E[+-]\d+$|^[+-]?\d+[.,]\d+E\d+$/i,
		'complete; it arrived in scientific notation, such as 1.2E+17, in which digits are lost',
		TEXT_COLUMN,
	],
	[
		/^\[[^]*\]$|^\{[^]*\}$/,
		'a plain value; it arrived as a list or an object written as text, such as ["Ada"]',
		'Turn the text into a list in the node before, or give this field one of its values.',
	],
	[
		new RegExp(`\uFFFD|${MISREAD_UTF8.source}`),
		'in the letters of its source; it arrived with others in their place, such as Ã© for é',
		'Have the file saved as CSV UTF-8, or read it in the encoding that it has (Extract from File > Options > Encoding).',
	],
	[
		/&(?:#\d{1,6}|#x[\da-f]{1,6}|amp|apos|quot|lt|gt|nbsp);/i,
		'a plain value; it arrived with characters written as in HTML, such as &#39;',
		'Have the source give plain text, or decode it in the node before.',
	],
	[
		/%2[0-9A-F]|%[C-F][0-9A-F]%[89AB][0-9A-F]|\\['"]/i,
		"a plain value; it arrived with characters written as in an address or a program, such as %20 or \\'",
		'Have the source give plain text, or decode it in the node before.',
	],
	[
		/^"[^]*"$/,
		'a plain value; it arrived with quotation marks around it',
		'Check the quotation marks of the CSV file, or take them out before this node.',
	],
];

/** The damage that a spreadsheet or a conversion did to a text; undefined if there is none to see. Lists are looked through. */
export function damageOf(value: unknown): Misread | undefined {
	if (Array.isArray(value)) return value.map(damageOf).find((each) => each !== undefined);
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	const found = DAMAGED.find(([form]) => form.test(text));
	return found && new Misread(found[1], found[2]);
}

const NONE_ARRIVED =
	/^(?:n\.?a|unknown|unk|tbd|tba|pending|missing|no(?:t|ne) (?:available|applicable|known|provided|given|on file|reported|found)|x{3,})\.?$/i;
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
/** A date, also as a spreadsheet shows what it took for one: 1-2, MAR1. */
const DATE_SHOWN = new RegExp(
	[
		'^(?:19|20)\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:[T ].*)?$',
		`^${DAY}/${DAY}/(?:(?:19|20)?\\d\\d)$`,
		`^${DAY}-${MONTH}(?:-(?:\\d\\d){1,2})?$|^${MONTH}-\\d\\d$`,
	].join('|'),
);

/** What is no number or key: form, end of "'Field' must be …". */
const ODD_IDS: ReadonlyArray<[form: RegExp, wanted: string]> = [
	[/\S@\S/, 'an ID; an e-mail address arrived'],
	[/[*\u2022]{2}|^x{3}-?x{2}-?\d{4}$/i, 'complete; it arrived masked, such as ***1234'],
	[NONE_ARRIVED, 'an ID; a word for none arrived'],
	[/^[^\p{L}\p{N}]+$/u, 'an ID; a value without any letter or digit arrived'],
	[
		/^0$|^0[0\W_]{4,}$/,
		'an ID; only zeros arrived, which a spreadsheet gives where a formula found an empty cell',
	],
	[/^-\d+$/, 'an ID; a number below zero arrived'],
	[DATE_SHOWN, 'an ID; a date arrived, which a spreadsheet makes of some IDs, such as 1-2 or MAR1'],
	[/^\d{1,3}(?:,\d{3})+$/, 'an ID; it arrived with commas between its digits, such as 1,234,567'],
	[
		/^\d{15,}000$/,
		'complete; it arrived with zeros in place of its last digits, as of numbers that are too long for a spreadsheet',
	],
	[
		/[\p{Script=Cyrillic}\p{Script=Greek}\p{Cf}\uFF01-\uFF5E\u2010-\u2015\u2212]/u,
		'written with the letters, digits and hyphens of its source; some arrived that only look like them, such as – for -',
	],
];

/** The largest number of 15 digits: of longer ones, Excel makes the further digits zeros. */
const LONGEST_OF_EXCEL = 999_999_999_999_999;

/** A number or key of a person, coverage or plan. */
export function readRosterId(value: unknown): string | undefined | Misread {
	const text = readText(value);
	if (typeof text !== 'string') return text;
	if (typeof value === 'number' && value > LONGEST_OF_EXCEL && value % 10 === 0) {
		return new Misread('complete; it arrived as a number with more digits than Excel keeps', TEXT_COLUMN);
	}
	if (/^\d+\.0+$/.test(text)) {
		return new Misread('complete; it arrived as a decimal number, such as 1001.0', TEXT_COLUMN);
	}
	const odd = ODD_IDS.find(([form]) => form.test(text));
	if (odd) return new Misread(odd[1], 'Check which column this field takes, and the value in the source.');
	if (/^'\d/.test(text)) {
		return new Misread(`without the apostrophe before it, by which Excel marks a text`, TEXT_COLUMN);
	}
	return text;
}

/** The same, as the id of a FHIR resource. */
export function readRosterFhirId(value: unknown): string | undefined | Misread {
	const text = readRosterId(value);
	return text instanceof Misread ? text : readFhirId(text);
}

/** A postal code. */
export function readPostalCode(value: unknown): string | undefined | Misread {
	const text = readRosterId(value);
	if (typeof text !== 'string' || !/^(?:\d{3,4}|\d{7,8})$/.test(text)) return text;
	return new Misread(
		'complete; it arrived without the zero at its beginning, such as 2138 for 02138',
		TEXT_COLUMN,
	);
}

/** The family name of a person. */
export function readPersonName(value: unknown): string | undefined | Misread {
	const text = readText(value);
	return typeof text === 'string' ? (misplacedName(text) ?? text) : text;
}

/** One or more names of a person. */
export function readPersonNames(value: unknown): string[] | undefined | Misread {
	const texts = readTexts(value);
	if (!Array.isArray(texts)) return texts;
	return texts.map(misplacedName).find((each) => each !== undefined) ?? texts;
}

/** A word behind a name and a comma that belongs to it: Smith, Jr. */
const SUFFIX = /^(?:jr|sr|jnr|snr|esq|md|phd|do|dds|rn|np|pa-c|cpa|i{1,3}|iv|vi{0,3}|[2-9](?:nd|rd|th))$/i;
const NO_NAME =
	/^(?:unknown|tbd|tba|no(?:t|ne)? (?:available|applicable|known|provided|given|on file|reported|found|name|first name|last name))\.?$/i;
const LOOK_AT_COLUMN = 'Check which column this field takes, and the value in the source.';

/** What is no name: form, end of "'Field' must be …", what to do. */
const ODD_NAMES: ReadonlyArray<[form: RegExp, wanted: string, whatToDo: string]> = [
	[/\S@\S/, 'a name; an e-mail address arrived', 'Check which column this field takes.'],
	[/^\P{L}*$/u, 'a name; a value without any letter arrived', 'Check which column this field takes.'],
	[NO_NAME, 'a name; a word for none arrived', LOOK_AT_COLUMN],
	[DATE_SHOWN, 'a name; a date arrived', LOOK_AT_COLUMN],
	[
		/\p{L}\?|\?\p{L}/u,
		'in the letters of its source; it arrived with a question mark in place of one, such as Mu?oz',
		'Have the source written in UTF-8 (in Excel: CSV UTF-8), or read in the encoding that it has, and correct the name.',
	],
	[
		/\p{L}''\p{L}/u,
		"a name; it arrived with an apostrophe written twice, as databases do, such as O''Connor",
		'Have the source give plain text, or correct the name.',
	],
	[
		/[;|]/,
		'one name; several arrived in one text',
		'Give several given names as a list, or divided by spaces.',
	],
];

function misplacedName(text: string): Misread | undefined {
	const odd = ODD_NAMES.find(([form]) => form.test(text));
	if (odd) return new Misread(odd[1], odd[2]);
	const [, ...behind] = text.split(',').map((part) => part.trim());
	if (behind.every((part) => SUFFIX.test(part.replaceAll('.', '')))) return undefined;
	return new Misread(
		'one name; a comma arrived in it, as in Doe, Ada',
		'Divide the column into given name and family name before this node (in Excel: Text to Columns), and drag each into its field.',
	);
}

/** R4 administrative-gender by the words and codes of rosters: X12 (F, M, U), ISO/IEC 5218 (1, 2). Its 0 and 9 are not read: a column may be coded 0 and 1. */
const GENDERS = new Map<string, 'male' | 'female' | 'other' | 'unknown'>([
	...['male', 'm', 'man', '1'].map((word) => [word, 'male'] as const),
	...['female', 'f', 'woman', '2'].map((word) => [word, 'female'] as const),
	...['other', 'o'].map((word) => [word, 'other'] as const),
	...['unknown', 'u', 'unk'].map((word) => [word, 'unknown'] as const),
]);

/** A gender, in words or codes and any case. */
export function readGender(value: unknown): 'male' | 'female' | 'other' | 'unknown' | undefined | Misread {
	const text = readText(value);
	if (typeof text !== 'string') return text;
	return (
		GENDERS.get(text.toLowerCase()) ??
		new Misread('one of: male, female, other, unknown (also M, F, O, U, 1 for male, 2 for female)')
	);
}
