import { isColumnName } from './columnNames';
import { ExchangeError } from './exchangeError';
import { FindingsError, joinSentences, partsOf, type Finding } from './findings';

/** One error for many invalid rows, as a person reads it: each fault once, with the numbers of its rows. */

/** More faults than these are counted. */
const MAX_FAULTS = 10;
/** More rows, or stretches of rows, than these are counted. */
const MAX_STRETCHES = 10;
/** The same in the list of all rows, which is there where something was only counted. */
const MAX_ALL_STRETCHES = 200;

/** How the rows that are good can be worked on all the same. */
export const LET_OTHERS_GO_ON =
	"To let the other rows go on, set Settings > On Error of this node to 'Continue (using error output)'.";

/** How a message counts rows. */
const ITEMS_COUNTED = 'Rows are the input items of this node, counted from 1.';
const ROWS_COUNTED =
	'Rows are counted from 1, without a header: in a spreadsheet with a header, row 3 is line 4.';

/** A fault, and the rows that have it, from 1. */
interface Fault {
	/** What is wrong with fields; absent for anything else. */
	finding?: Finding;
	/** In full, and without columns and advice. */
	says: { full: string; short: string };
	rows: number[];
}

/**
 * One error for many invalid rows: each fault once, with the numbers of its rows.
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
	const faults = faultsOf(errors);
	const listed = mostCommon(faults);
	const lines = (key: keyof Fault['says']) =>
		[
			...listed.map(({ rows, says }) => `[${rowNumbers(rows)}] ${says[key]}`),
			...(faults.length > listed.length ? [`… and ${faults.length - listed.length} more.`] : []),
			...allRows(errors, faults),
		].join('\n');
	return new ExchangeError(
		`${errors.size} of ${total} rows cannot be sent as they are, so nothing was sent`,
		{
			whatToDo: `${lines('full')}\n${joinSentences(
				isRoster ? ROWS_COUNTED : ITEMS_COUNTED,
				rowNameSentence(rowName),
				LET_OTHERS_GO_ON,
			)}`,
			problem: lines('short'),
		},
	);
}

/** The same fault of many rows is one, and faults of the same rows are told together: those of a row, or of a roster with other columns. */
function faultsOf(errors: ReadonlyMap<number, Error>): Fault[] {
	const byFault = new Map<string, Fault>();
	const add = (key: string, row: number, fault: () => Omit<Fault, 'rows'>) => {
		const known = byFault.get(key) ?? { ...fault(), rows: [] };
		byFault.set(key, known);
		known.rows.push(row);
	};
	for (const [itemIndex, error] of errors) {
		const row = itemIndex + 1;
		if (!(error instanceof FindingsError)) {
			const says = saysOf(error);
			add(says.full, row, () => ({ says }));
			continue;
		}
		for (const finding of error.findings) {
			const { says, columnSource, whatToDo } = finding;
			const key = JSON.stringify([says, columnSource?.column, whatToDo]);
			add(key, row, () => ({ finding, says: { full: says, short: says } }));
		}
	}
	const byRows = new Map<string, Fault[]>();
	for (const fault of byFault.values()) {
		const key = fault.finding ? fault.rows.join() : `${fault.rows.join()} ${fault.says.full}`;
		byRows.set(key, [...(byRows.get(key) ?? []), fault]);
	}
	return [...byRows.values()].map((faults) => together(faults)).sort((a, b) => a.rows[0] - b.rows[0]);
}

function together(faults: readonly Fault[]): Fault {
	const findings = faults.flatMap(({ finding }) => finding ?? []);
	if (findings.length === 0) return faults[0];
	const { problems, short, columns, advice } = partsOf(findings);
	return {
		says: { full: joinSentences(problems, columns, advice), short },
		rows: faults[0].rows,
	};
}

/** What a list of many items says of one. */
function saysOf(error: Error): Fault['says'] {
	if (!(error instanceof ExchangeError)) return { full: error.message, short: error.message };
	const { whatToDo, problem = error.message } = error.details;
	return { full: `${error.message}. ${whatToDo}`, short: problem };
}

/** The faults that the most rows have, in the order of their rows. */
function mostCommon(faults: readonly Fault[]): Fault[] {
	const most = [...faults].sort((a, b) => b.rows.length - a.rows.length).slice(0, MAX_FAULTS);
	return most.sort((a, b) => a.rows[0] - b.rows[0]);
}

/** All rows once more, if the lines do not name each of them. */
function allRows(errors: ReadonlyMap<number, Error>, faults: readonly Fault[]): string[] {
	const isCut =
		faults.length > MAX_FAULTS || faults.some(({ rows }) => stretches(rows).length > MAX_STRETCHES);
	if (!isCut) return [];
	const rows = [...errors.keys()].map((itemIndex) => itemIndex + 1).sort((a, b) => a - b);
	return [`All rows to correct: ${listOf(rows, MAX_ALL_STRETCHES)}.`];
}

function rowNameSentence(column: string | undefined): string {
	return column !== undefined && isColumnName(column) ? `The column "${column}" names each row.` : '';
}

function rowNumbers(rows: readonly number[]): string {
	return rows.length === 1 ? `row ${rows[0]}` : `rows ${listOf(rows, MAX_STRETCHES)}`;
}

/** E.g. `1, 3-12, 20 and 4 more`. */
function listOf(rows: readonly number[], most: number): string {
	const all = stretches(rows);
	const shown = all.slice(0, most);
	const more = all.slice(most).reduce((sum, [first, last]) => sum + last - first + 1, 0);
	const texts = shown.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
	return `${texts.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Rows one after the other, if they are at least three, as their first and last. */
function stretches(rows: readonly number[]): Array<[first: number, last: number]> {
	const found: Array<[first: number, last: number]> = [];
	for (const row of rows) {
		const last = found.at(-1);
		if (last && last[1] === row - 1) last[1] = row;
		else found.push([row, row]);
	}
	return found.flatMap(
		([first, last]): Array<[number, number]> =>
			last === first + 1
				? [
						[first, first],
						[last, last],
					]
				: [[first, last]],
	);
}
