import { isColumnName, shownColumns } from './columnNames';
import { ExchangeError } from './exchangeError';
import { pluralize } from './hints';

/** The item column that a field reads, and the columns that the item has. Names only, never values. */
export interface ColumnSource {
	/** Undefined if the field does not read a column of the item. */
	column?: string;
	columns: readonly string[];
}

/** One problem in the analyst's input. */
export interface Finding {
	/** Name of the node parameter (`birthDate`), if the problem is in one field. */
	parameter?: string;
	/** A sentence that names the field by its label and says what is expected. Never contains the value. */
	says: string;
	/** The label of the field and the rest of the sentence, which can be true of several fields. */
	about?: { field: string; says: string };
	/** The label of the field, if it is empty. */
	emptyField?: string;
	columnSource?: ColumnSource;
	/** Advice beyond correcting the field. */
	whatToDo?: string;
}

/** The result of reading input: the value, or all problems found. */
export type Reading<T> = { value: T } | { findings: Finding[] };

/** The finding for an empty field. @param field its label in the form */
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
 * @param what subject of the sentence, e.g. `The match request`
 */
export function findingsError(what: string, findings: readonly Finding[]): ExchangeError {
	const isOne = findings.length === 1;
	const summary = isOne ? findings[0].says : `${findings.length} fields need attention`;
	const problems = `${sentences(findings).join(' · ')}.`;
	const [columns, advice] = [columnsSentence(findings), adviceFor(findings)];
	const fields = isOne ? 'the field' : 'the fields';
	const whatToDo = advice || `Correct ${fields} in the input item or in the node and run again.`;
	return new ExchangeError(`${what} cannot be sent: ${summary}`, {
		whatToDo: joinSentences('Nothing was sent to the payer.', isOne ? '' : problems, columns, whatToDo),
		problem: problems,
		summary: joinSentences(problems, columns, advice),
	});
}

function joinSentences(...parts: string[]): string {
	return parts.filter(Boolean).join(' ');
}

/** What is said of several fields, once. */
function shared(findings: readonly Finding[]): string[] {
	const fieldsBySaying = new Map<string, string[]>();
	for (const { says, about } of findings) {
		const [rest, field] = about ? [about.says, about.field] : [says, undefined];
		const fields = fieldsBySaying.get(rest) ?? [];
		fieldsBySaying.set(rest, field === undefined ? fields : [...fields, field]);
	}
	return [...fieldsBySaying].map(([rest, fields]) =>
		fields.length === 0 ? rest : `${fields.map((field) => `'${field}'`).join(', ')} ${rest}`,
	);
}

/** The problems as sentences; all empty fields share one. */
function sentences(findings: readonly Finding[]): string[] {
	const empty = findings.flatMap((finding) => finding.emptyField ?? []);
	const others = shared(findings.filter((finding) => finding.emptyField === undefined));
	if (empty.length === 0) return others;
	return [
		`${empty.map((field) => `'${field}'`).join(', ')} ${empty.length === 1 ? 'is' : 'are'} empty`,
		...others,
	];
}

/** Maximum number of column names that an error lists. */
const MAX_COLUMNS_LISTED = 40;

/** Which columns were read. The columns of the item are listed only if one was missing. */
function columnsSentence(findings: readonly Finding[]): string {
	const inColumns = (some: readonly Finding[]) => {
		const all = new Set(some.flatMap(({ columnSource }) => columnSource?.column ?? []));
		// A column dragged in from a file without a header row is named after a member.
		const names = [...all].filter(isColumnName);
		return names.length === 0
			? ''
			: `the ${names.length === 1 ? 'column' : 'columns'} ${names.map((name) => `"${name}"`).join(', ')}`;
	};
	const missing = findings.filter(
		({ emptyField: field, columnSource }) => field !== undefined && columnSource,
	);
	const readColumns = inColumns(findings.filter((finding) => finding.emptyField === undefined));
	const readSentence = readColumns === '' ? [] : [`Read from ${readColumns}.`];
	if (missing.length === 0) return readSentence.join(' ');
	const has = describeColumns(missing[0].columnSource?.columns ?? []);
	const missingColumns = inColumns(missing);
	return [
		...readSentence,
		missingColumns === '' ? `${capitalized(has)}.` : `Looked for ${missingColumns}; ${has}.`,
	].join(' ');
}

/** The columns of an item, as far as an error may name them. */
function describeColumns(columns: readonly string[]): string {
	if (columns.length === 0) return 'the item has no columns';
	const { names, others, looksLikeData } = shownColumns(columns);
	if (looksLikeData) {
		return `the item has ${pluralize(columns.length, 'column', 'columns')}, named like values rather than like columns, so they are not listed: check that the file has a header row`;
	}
	const unlisted = others + Math.max(names.length - MAX_COLUMNS_LISTED, 0);
	const listed = names.slice(0, MAX_COLUMNS_LISTED).join(', ');
	if (listed === '') return `the item has ${pluralize(unlisted, 'column', 'columns')} of other names`;
	return `the item has: ${listed}${unlisted > 0 ? `, and ${unlisted} more` : ''}`;
}

function capitalized(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Advice beyond correcting the fields; empty if there is none. */
function adviceFor(findings: readonly Finding[]): string {
	const advice = [...new Set(findings.flatMap(({ whatToDo }) => whatToDo ?? []))];
	const columnsMissing = findings.filter(
		(each) => each.emptyField !== undefined && each.columnSource?.column,
	);
	if (columnsMissing.length > 1) {
		advice.push('Drag each column of the input into its field, or rename the columns before this node.');
	}
	return advice.join(' ');
}

/** Maximum number of different problems that one error lists. */
const MAX_PROBLEMS_LISTED = 50;
/** Maximum number of rows listed for one problem. */
const MAX_ROW_NUMBERS = 10;

/**
 * One error for many invalid rows: each problem once, with the numbers of its rows.
 * @param errors by item index
 * @param rowName the column that names a row
 * @param isRoster the rows are those of a table, whose header is a line too
 */
export function allFindingsError(
	errors: ReadonlyMap<number, Error>,
	total: number,
	rowName?: string,
	isRoster = true,
): ExchangeError {
	const list = (key: 'summary' | 'problem') => {
		const itemsByProblem = new Map<string, number[]>();
		for (const [itemIndex, error] of errors) {
			const problem = problemOf(error, key);
			const items = itemsByProblem.get(problem);
			if (items) items.push(itemIndex);
			else itemsByProblem.set(problem, [itemIndex]);
		}
		const listed = [...itemsByProblem].slice(0, MAX_PROBLEMS_LISTED);
		const unlisted = itemsByProblem.size - listed.length;
		const lines = listed.map(([problem, items]) => `[${rowNumbers(items)}] ${problem}`);
		return lines.join(' · ') + (unlisted > 0 ? ` … and ${unlisted} more complaints` : '');
	};
	return new ExchangeError(
		`${errors.size} of ${total} rows cannot be sent as they are, so nothing was sent`,
		{
			whatToDo: joinSentences(
				list('summary'),
				isRoster ? ROWS_COUNTED : ITEMS_COUNTED,
				rowNameSentence(rowName),
				LET_OTHERS_GO_ON,
			),
			problem: list('problem'),
		},
	);
}

/** What a list of many items says of one. */
function problemOf(error: Error, key: 'summary' | 'problem'): string {
	if (!(error instanceof ExchangeError)) return error.message;
	const { whatToDo } = error.details;
	return error.details[key] ?? (key === 'summary' ? `${error.message}. ${whatToDo}` : error.message);
}

/** How a message counts rows. */
const ITEMS_COUNTED = 'Rows are the input items of this node, counted from 1.';
const ROWS_COUNTED =
	'Rows are counted from 1, without a header: in a spreadsheet with a header, row 3 is line 4.';

function rowNameSentence(column: string | undefined): string {
	return column !== undefined && isColumnName(column) ? `The column "${column}" names each row.` : '';
}

/** How the rows that are good can be worked on all the same. */
export const LET_OTHERS_GO_ON =
	"To let the other rows go on, set Settings > On Error of this node to 'Continue (using error output)'.";

function rowNumbers(items: readonly number[]): string {
	const rows = items.map((itemIndex) => itemIndex + 1);
	if (rows.length === 1) return `row ${rows[0]}`;
	const rest = rows.length - MAX_ROW_NUMBERS;
	return `rows ${rows.slice(0, MAX_ROW_NUMBERS).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
