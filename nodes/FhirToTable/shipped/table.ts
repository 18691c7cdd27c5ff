import type { FinishingColumn } from '../finish/finishingColumn';
import { viewColumns, type ShippedView } from './shippedView';

/** A column of a table as a person sees it with Simplify on. */
export interface SimpleColumn {
	column: string;
	heading: string;
}

/** A table that the node ships. */
export interface Table {
	/** Its name in a database, and in the column `table` of All Tables. */
	value: string;
	/** Its name in the drop-down. */
	name: string;
	description: string;
	/** One view, or several with the same columns: a view is of one type of resource. */
	views: readonly ShippedView[];
	/** Columns made in code after a view, see FinishingColumn. */
	finish?: readonly FinishingColumn[];
	/** The columns of the option Simplify. */
	simple: readonly SimpleColumn[];
}

/** A column of the finished table. */
export interface TableColumn {
	name: string;
	/** FHIR type; `date` for whole days, `dateTime` for a date as sent. */
	type: string;
	/** What it means. */
	description: string;
	/** Its path in the first view; undefined where it is made in code. */
	path?: string;
}

/** Pairs of column and heading, behind the member that a row is of. */
export function simple(...columns: Array<[column: string, heading: string]>): SimpleColumn[] {
	return [MEMBER, ...columns].map(([column, heading]) => ({ column, heading }));
}

/** One of the origin columns (`tableRows.ts`). */
const MEMBER: [column: string, heading: string] = ['member_id', 'Member ID'];

/**
 * The columns of a table in their order: those of its views, then the finishing ones, of which one with the name of a view's column stands
 * in its place.
 */
export function tableColumns({ views: [view], finish = [] }: Table): TableColumn[] {
	const finishing = new Map(finish.map(({ name, type, description }) => [name, { name, type, description }]));
	const own = viewColumns(view).map(({ name, type, description, path, isWholeDay }): TableColumn => {
		const replaced = finishing.get(name);
		finishing.delete(name);
		return replaced ?? { name, type: isWholeDay ? 'date' : type, description, path };
	});
	return [...own, ...finishing.values()];
}
