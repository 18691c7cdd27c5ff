import { Misread, readFhirId, readText, readTexts } from '../fhir/values';

const UNSEEN = /[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;

/** A cell as people see it: without characters of no width, and with plain spaces. Those that join letters in some scripts stay. */
export function asSeen(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(asSeen);
	return typeof value === 'string' ? value.replace(UNSEEN, '').replace(/\p{Zs}/gu, ' ') : value;
}

/** What tables and databases write where there is no value. "NA" is not among them: it is a name. */
const FILLERS = new Set(
	`null (null) <null> [null] \\n none (none) nil (nil) nan undefined n/a #n/a (n/a) (blank) [blank] (empty) n.a. n.a #n.a. <na> - -- --- – — . #n/a!`.split(
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
		// What becomes of UTF-8, as é and ’, that is read as Windows-1252; and what stands for a character that was lost.
		/\uFFFD|\u00C3[\u0080-\u00BF\u0152-\u0192\u02C6\u02DC\u2013-\u203A\u20AC\u2122]|\u00E2(?:\u20AC|\u0080)/,
		'in the letters of its source; it arrived with others in their place, such as Ã© for é',
		'Have the file saved as CSV UTF-8, or read it in the encoding that it has (Extract from File > Options > Encoding).',
	],
	[
		/&(?:#\d{1,6}|#x[\da-f]{1,6}|amp|apos|quot|lt|gt|nbsp);/i,
		'a plain value; it arrived with characters written as in HTML, such as &#39;',
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

/** What is no number or key: form, end of "'Field' must be …". */
const ODD_IDS: ReadonlyArray<[form: RegExp, wanted: string]> = [
	[/\S@\S/, 'an ID; an e-mail address arrived'],
	[/[*\u2022]{2}|^x{3}-?x{2}-?\d{4}$/i, 'complete; it arrived masked, such as ***1234'],
	[/^(?:unknown|unk|tbd|pending|missing|not available|not known)$/i, 'an ID; a word for none arrived'],
	[/^[^\p{L}\p{N}]+$/u, 'an ID; a value without any letter or digit arrived'],
	[
		/[\p{Script=Cyrillic}\p{Script=Greek}\uFF01-\uFF5E\u2010-\u2015\u2212]/u,
		'written with the letters, digits and hyphens of its source; some arrived that only look like them, such as – for -',
	],
];

/** A number or key of a person, coverage or plan. */
export function readRosterId(value: unknown): string | undefined | Misread {
	const text = readText(value);
	if (typeof text !== 'string') return text;
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

/** The name of a person. */
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

function misplacedName(text: string): Misread | undefined {
	if (/\S@\S/.test(text)) {
		return new Misread('a name; an e-mail address arrived', 'Check which column this field takes.');
	}
	if (!/\p{L}/u.test(text)) {
		return new Misread('a name; a value without any letter arrived', 'Check which column this field takes.');
	}
	return undefined;
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
