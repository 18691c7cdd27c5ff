import type { IDataObject } from 'n8n-workflow';
import type { Standing } from '../claims/standing';

/** A value of a finished row. */
export type CellValue = string | number | boolean | null;

/** What the node knows of a resource beside what it says. */
export interface KnownOfResource {
	/** Of the claim that it is, with the option One Claim Once. */
	standing?: Standing;
	/** Its text as written, where it is at hand. */
	text?: string;
}

/** A row by the names of its columns, as a view gives it. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * A column that is made in code, because no path of a view can make it: a flag, a code of another list, a choice among several elements.
 * It replaces the view's column of the same name; otherwise it stands behind the view's columns.
 */
export interface FinishingColumn {
	name: string;
	/** FHIR type, e.g. `integer`; `date` for whole days. */
	type: string;
	/** What it means: one plain sentence. */
	description: string;
	/**
	 * Its value in a row; without this it is always null.
	 *
	 * @param row as the view gives it, before any finishing
	 * @param resource that the row is of
	 * @param rows all rows of the resource
	 * @param index of the row among them
	 * @param known what is known of the resource beside it
	 */
	value?(
		row: Row,
		resource: IDataObject,
		rows: readonly Row[],
		index: number,
		known?: KnownOfResource,
	): CellValue;
}

/** Makes a finishing column; what the arguments are says FinishingColumn. */
export function made(
	name: string,
	type: string,
	description: string,
	value?: FinishingColumn['value'],
): FinishingColumn {
	return { name, type, description, value };
}

/** A text of a row, a decimal with its digits as written; null if it is empty. */
export function textIn(row: Row, column: string): string | null {
	const value = row[column];
	return value === null || value === undefined ? null : String(value);
}

/** The first of these columns that is not empty, as text: for elements that may have one of several types. */
export function firstOf(...columns: string[]): (row: Row) => string | null {
	return (row) => columns.map((column) => textIn(row, column)).find((text) => text !== null) ?? null;
}
