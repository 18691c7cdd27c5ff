import type { IDataObject } from 'n8n-workflow';
import { rowObjects } from '../shared/sqlOnFhir/rowObjects';
import { compileView, type CompiledView, type Row } from '../shared/sqlOnFhir/view';
import type { FinishingColumn, KnownOfResource } from './finish/finishingColumn';
import type { Origin } from '../shared/files/rowOrigin';
import type { ShippedView } from './shipped/shippedView';
import { tableColumns, type Table } from './tables';
import type { WrittenTable } from './write/rowWriter';

/** Columns that say where a row comes from: before and behind those of the view. */
const ORIGIN_BEFORE = ['member_id', 'payer'];
const ORIGIN_BEHIND = ['job_id', 'batch', 'line', 'transaction_time'];

/** A date as sent that begins with a whole day. */
const WHOLE_DAY = /^\d{4}-\d{2}-\d{2}(?:$|T)/;

/** The rows of one table of a run. */
export interface TableRows extends WrittenTable {
	/** Types of the resources that it makes rows of. */
	types: ReadonlySet<string>;
	/** Whether a decimal of it can keep the digits it was written with. */
	keepsDigits: boolean;
	/** Dates that are no whole day, and stand as nothing in a column of days. */
	partialDates: number;
	/**
	 * The rows of a resource, in the order of the headings; none for one of another type, and for one that the view leaves out.
	 * @param line of the file it came in
	 * @param known what is known of it beside it
	 * @throws ViewError if the resource does not fit the view
	 */
	rowsOf(resource: IDataObject, origin: Origin, line: number | null, known?: KnownOfResource): unknown[][];
}

/** Added to the columns most asked for, with the option One Claim Once. */
const SIMPLE_STANDING = [
	{ column: 'is_current', heading: 'To Be Counted' },
	{ column: 'reason', heading: 'Why Not' },
];

/**
 * One of the shipped tables.
 * @param isSimple only the columns most asked for, with plain headings
 * @param keepsErrors claims that were entered in error have rows too: one that stands in the database from an earlier export is overwritten by them
 */
export function shippedTable(table: Table, isSimple: boolean, keepsErrors = false): TableRows {
	const { value: name, finish = [] } = table;
	const views = keepsErrors ? table.views.map(withErrors) : table.views;
	const simple = keepsErrors ? [...table.simple, ...SIMPLE_STANDING] : table.simple;
	const columns = tableColumns(table);
	const names = [...ORIGIN_BEFORE, ...columns.map((column) => column.name), ...ORIGIN_BEHIND];
	const days = columns.flatMap(({ type }, index) => (type === 'date' ? [index] : []));
	const compiled = views.map(compileView);
	const finishers = new Map(
		compiled.map((view) => [
			view.resource,
			finisher(
				view,
				finish,
				columns.map(({ name: column }) => column),
			),
		]),
	);
	const picked = isSimple ? simple.map(({ column }) => names.indexOf(column)) : undefined;
	const rows: TableRows = {
		name,
		headings: isSimple ? simple.map(({ heading }) => heading) : names,
		types: new Set(compiled.map(({ resource }) => resource)),
		keepsDigits: keepsDigits(compiled),
		partialDates: 0,
		rowsOf(resource, origin, line, known) {
			const made = rowsOf(compiled, resource, origin);
			if (made.length === 0) return made;
			const finished = finishers.get(String(resource.resourceType))?.(made, resource, known) ?? made;
			return finished.map((cells) => {
				rows.partialDates += cutToDays(cells, days);
				const whole = withOriginColumns(cells, origin, line);
				return picked ? picked.map((index) => whole[index]) : whole;
			});
		},
	};
	return rows;
}

/**
 * The table of a view of one's own: its columns as they are.
 * @param withOrigin whether the origin columns stand around them; where the view has a column of that name, its own counts
 * @throws ViewError if it is no view
 */
export function ownTable(definition: unknown, withOrigin: boolean): TableRows {
	const view = compileView(definition);
	const own = view.columns.map(({ name }) => name);
	const names = withOrigin ? [...ORIGIN_BEFORE, ...own, ...ORIGIN_BEHIND] : own;
	const picked = names.flatMap((name, index) => (isTwice(name, index, names, own) ? [] : [index]));
	return {
		name: view.name,
		headings: picked.map((index) => names[index]),
		types: new Set([view.resource]),
		keepsDigits: keepsDigits([view]),
		partialDates: 0,
		rowsOf(resource, origin, line) {
			const made = rowsOf([view], resource, origin);
			if (!withOrigin) return made;
			return made.map((cells) => {
				const whole = withOriginColumns(cells, origin, line);
				return picked.map((index) => whole[index]);
			});
		},
	};
}

const NOT_IN_ERROR = "(status.exists() and status = 'entered-in-error').not()";

/** A view of claims that does not leave out what was entered in error. */
function withErrors(view: ShippedView): ShippedView {
	return { ...view, where: view.where?.filter(({ path }) => path !== NOT_IN_ERROR) };
}

/** Whether it is an origin column whose name the view itself has. */
function isTwice(name: string, index: number, names: readonly string[], own: readonly string[]): boolean {
	const isOwn = index >= ORIGIN_BEFORE.length && index < names.length - ORIGIN_BEHIND.length;
	return names.length > own.length && !isOwn && own.includes(name);
}

function keepsDigits(views: readonly CompiledView[]): boolean {
	return views.some(({ columns }) => columns.some(({ writtenDecimal }) => writtenDecimal));
}

/** The views of one table are of different types. */
function rowsOf(views: readonly CompiledView[], resource: IDataObject, origin: Origin): Row[] {
	for (const view of views) if (view.resource === resource.resourceType) return view.rows(resource, origin);
	return [];
}

/** Puts the finishing columns of a table into the rows of one of its views; undefined if the table has none. */
function finisher(
	view: CompiledView,
	finish: readonly FinishingColumn[],
	columns: readonly string[],
): ((rows: readonly Row[], resource: IDataObject, known?: KnownOfResource) => unknown[][]) | undefined {
	if (finish.length === 0) return undefined;
	const object = rowObjects(view.columns);
	const made = finish.map((column) => ({ column, at: columns.indexOf(column.name) }));
	return (rows, resource, known) => {
		const objects = rows.map(object);
		return rows.map((row, index) => {
			const cells: unknown[] = [...row];
			for (const { column, at } of made) {
				cells[at] = column.value?.(objects[index], resource, objects, index, known) ?? null;
			}
			return cells;
		});
	};
}

/** @returns how many dates were no whole day */
function cutToDays(cells: unknown[], days: readonly number[]): number {
	let partial = 0;
	for (const at of days) {
		const value = cells[at];
		if (typeof value !== 'string') continue;
		if (WHOLE_DAY.test(value)) cells[at] = value.slice(0, 10);
		else {
			cells[at] = null;
			partial += 1;
		}
	}
	return partial;
}

function withOriginColumns(cells: readonly unknown[], origin: Origin, line: number | null): unknown[] {
	const { memberId, payer, jobId, batch, transactionTime } = origin;
	return [memberId, payer, ...cells, jobId, batch, line, transactionTime];
}
