import { ExchangeError } from './exchangeError';

/** In which column the value of a field was looked for, and which columns the item has. Names, never values. */
export interface ColumnSource {
	/** Undefined where the field does not read a column of the item. */
	column?: string;
	columns: readonly string[];
}

/** One thing that is wrong with what the analyst entered. */
export interface Finding {
	/** Name of the node parameter (`birthDate`), where one field is meant. */
	parameter?: string;
	/** A sentence that names the field in the form's words and says what is wanted. Never holds the value. */
	says: string;
	/** The field's name in the form, where nothing is in it. */
	emptyField?: string;
	columnSource?: ColumnSource;
	/** What to do about it, where there is more to say than that the field is to be corrected. */
	whatToDo?: string;
}

/** What a reader gives: the value, or everything that is wrong with it. */
export type Reading<T> = { value: T } | { findings: Finding[] };

/** The finding for a field without a value. @param field its name in the form */
export function emptyField(
	field: string,
	parameter: string,
	columnSource?: ColumnSource,
	whatToDo?: string,
): Finding {
	return { parameter, says: `'${field}' is empty`, emptyField: field, columnSource, whatToDo };
}

/**
 * An error that lists findings.
 * @param what what cannot be sent, e.g. `The match request`
 */
export function findingsError(what: string, findings: readonly Finding[]): ExchangeError {
	const isOne = findings.length === 1;
	const summary = isOne ? findings[0].says : `${findings.length} fields need attention`;
	const wrong = `${sentences(findings).join(' · ')}.`;
	const [where, advice] = [whereLooked(findings), adviceOn(findings)];
	const fields = isOne ? 'the field' : 'the fields';
	const whatToDo = advice || `Correct ${fields} in the input item or in the node and run again.`;
	return new ExchangeError(`${what} cannot be sent: ${summary}`, {
		whatToDo: asText('Nothing was sent to the payer.', isOne ? '' : wrong, where, whatToDo),
		wrong,
		inShort: asText(wrong, where, advice),
	});
}

function asText(...sentencesOrNone: string[]): string {
	return sentencesOrNone.filter(Boolean).join(' ');
}

/** What is wrong, the empty fields in one sentence. */
function sentences(findings: readonly Finding[]): string[] {
	const empty = findings.flatMap((finding) => finding.emptyField ?? []);
	const others = findings.filter((finding) => finding.emptyField === undefined).map(({ says }) => says);
	if (empty.length === 0) return others;
	return [
		`${empty.map((field) => `'${field}'`).join(', ')} ${empty.length === 1 ? 'is' : 'are'} empty`,
		...others,
	];
}

/** Most column names of an item that an error lists. */
const MOST_COLUMNS_LISTED = 40;

/** Where the values were looked for: what an item has is told once, and only where something was not found in it. */
function whereLooked(findings: readonly Finding[]): string {
	const inColumns = (some: readonly Finding[]) => {
		const names = [...new Set(some.flatMap(({ columnSource }) => columnSource?.column ?? []))];
		return names.length === 0
			? ''
			: `the ${names.length === 1 ? 'column' : 'columns'} ${names.map((name) => `"${name}"`).join(', ')}`;
	};
	const missing = findings.filter(
		({ emptyField: field, columnSource }) => field !== undefined && columnSource,
	);
	const read = inColumns(findings.filter((finding) => finding.emptyField === undefined));
	const said = read === '' ? [] : [`Read from ${read}.`];
	if (missing.length === 0) return said.join(' ');
	const columns = missing[0].columnSource?.columns ?? [];
	const listed = columns.slice(0, MOST_COLUMNS_LISTED).join(', ');
	const more =
		columns.length > MOST_COLUMNS_LISTED ? `, and ${columns.length - MOST_COLUMNS_LISTED} more` : '';
	const has = columns.length > 0 ? `the item has: ${listed}${more}` : 'the item has no columns';
	const looked = inColumns(missing);
	return [...said, looked === '' ? `${capitalized(has)}.` : `Looked for ${looked}; ${has}.`].join(' ');
}

function capitalized(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** What is to be done beyond correcting the fields; empty where there is nothing. */
function adviceOn(findings: readonly Finding[]): string {
	const advice = [...new Set(findings.flatMap(({ whatToDo }) => whatToDo ?? []))];
	const columnsMissing = findings.filter(
		(each) => each.emptyField !== undefined && each.columnSource?.column,
	);
	if (columnsMissing.length > 1) {
		advice.push('Drag each column of the input into its field, or rename the columns before this node.');
	}
	return advice.join(' ');
}

/** Most different complaints that one error lists. */
const MOST_LISTED = 50;
/** Most item numbers that are listed with one complaint. */
const MOST_NUMBERS = 10;

/** One error for many bad items: each complaint once, with the items that it is about. @param bad errors by item index */
export function allFindingsError(bad: ReadonlyMap<number, Error>, total: number): ExchangeError {
	const list = (key: 'inShort' | 'wrong') => {
		const itemsOf = new Map<string, number[]>();
		for (const [itemIndex, error] of bad) {
			const says = (error instanceof ExchangeError ? error.details[key] : undefined) ?? error.message;
			const items = itemsOf.get(says);
			if (items) items.push(itemIndex);
			else itemsOf.set(says, [itemIndex]);
		}
		const listed = [...itemsOf].slice(0, MOST_LISTED);
		const more = itemsOf.size > listed.length ? ` … and ${itemsOf.size - listed.length} more complaints` : '';
		return listed.map(([says, items]) => `[${numbered(items)}] ${says}`).join(' · ') + more;
	};
	return new ExchangeError(`${bad.size} of ${total} items cannot be sent as they are, so nothing was sent`, {
		whatToDo: list('inShort'),
		wrong: list('wrong'),
	});
}

function numbered(items: readonly number[]): string {
	if (items.length === 1) return `item ${items[0]}`;
	const rest = items.length - MOST_NUMBERS;
	return `items ${items.slice(0, MOST_NUMBERS).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
