import type { IDataObject } from 'n8n-workflow';
import type { Routed } from '../../shared/n8n/items';
import { csvCell, csvText, itemCell, jsonCell } from './cells';

/** One table as it leaves the node. */
export interface WrittenTable {
	/** Value of the column `table`, and name of the file. */
	name: string;
	/** Headings, in the order of the cells. */
	headings: readonly string[];
}

/** Takes the rows of one table. */
export interface RowWriter {
	add(cells: readonly unknown[]): void;
	/** Whether what is held should be handed on. */
	readonly isFull?: boolean;
	/** Hands it on, and waits until it is taken. */
	flush?(): Promise<void>;
	/** The items that the rows became, after the last row. */
	end(): Promise<Routed[]>;
	/** Ends without a result: what was opened is closed. */
	abort?(error: Error): Promise<void>;
}

/** The line of a CSV file. */
export function csvLine(cells: readonly unknown[]): string {
	let line = cells.length === 0 ? '' : csvCell(cells[0]);
	for (let index = 1; index < cells.length; index += 1) line += `,${csvCell(cells[index])}`;
	return `${line}\r\n`;
}

/** The first line of a CSV file. */
export function csvHeader(headings: readonly string[]): string {
	return `${headings.map(csvText).join(',')}\r\n`;
}

/** Makes JSON objects of rows, as text. @param table its name, where the rows of several tables stand together */
export function jsonLineOf(
	{ name, headings }: WrittenTable,
	isOneOfMany: boolean,
): (cells: readonly unknown[]) => string {
	const table = isOneOfMany ? `{"table":${JSON.stringify(name)},` : '{';
	const keys = headings.map((heading, index) => `${index === 0 ? table : ','}${JSON.stringify(heading)}:`);
	return (cells) => {
		let text = '';
		for (let index = 0; index < keys.length; index += 1) text += keys[index] + jsonCell(cells[index]);
		return `${text}}`;
	};
}

/** Makes items of rows. All are copies of one template that has every column: adding them one by one takes five times as long. */
export function itemOf(
	{ name, headings }: WrittenTable,
	isOneOfMany: boolean,
): (cells: readonly unknown[]) => IDataObject {
	const template: IDataObject = {
		...(isOneOfMany && { table: name }),
		...Object.fromEntries(headings.map((heading) => [heading, null])),
	};
	return (cells) => {
		const item = { ...template };
		for (let index = 0; index < headings.length; index += 1) item[headings[index]] = itemCell(cells[index]);
		return item;
	};
}
