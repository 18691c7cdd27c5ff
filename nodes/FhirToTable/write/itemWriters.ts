import type { IDataObject } from 'n8n-workflow';
import type { Routed } from '../../shared/n8n/items';
import { ROWS } from '../outputs';
import type { MemoryCeiling } from './memoryCeiling';
import { itemOf, jsonLineOf, type RowWriter, type WrittenTable } from './rowWriter';

/** Gives each row as an item, to whoever takes them after each input item, so that n8n can pair them. */
export class ItemsWriter implements RowWriter {
	private readonly item: (cells: readonly unknown[]) => IDataObject;

	/** @param list receives the items; shared by the tables of a run */
	constructor(
		table: WrittenTable,
		private readonly list: IDataObject[],
		private readonly ceiling: MemoryCeiling,
		isOneOfMany: boolean,
	) {
		this.item = itemOf(table, isOneOfMany);
	}

	add(cells: readonly unknown[]): void {
		this.ceiling.takeRow();
		this.list.push(this.item(cells));
	}

	async end(): Promise<Routed[]> {
		return await Promise.resolve([]);
	}
}

/** Gives the rows as JSON text, so many in one item, for `jsonb_to_recordset` and the like. */
export class TextWriter implements RowWriter {
	private readonly line: (cells: readonly unknown[]) => string;
	private readonly parts: Array<{ count: number; rows: string }> = [];
	private text = '';
	private count = 0;

	constructor(
		private readonly table: WrittenTable,
		private readonly rowsPerPart: number,
		private readonly ceiling: MemoryCeiling,
	) {
		this.line = jsonLineOf(table, false);
	}

	add(cells: readonly unknown[]): void {
		const line = this.line(cells);
		this.ceiling.takeBytes(line.length, TOO_MUCH_TEXT);
		this.text += (this.count === 0 ? '[' : ',') + line;
		this.count += 1;
		if (this.count >= this.rowsPerPart) this.close();
	}

	async end(): Promise<Routed[]> {
		if (this.count > 0) this.close();
		const { parts } = this;
		return await Promise.resolve(
			parts.map((part, index) => ({
				output: ROWS,
				json: { table: this.table.name, part: index + 1, parts: parts.length, ...part },
			})),
		);
	}

	private close(): void {
		this.parts.push({ count: this.count, rows: `${this.text}]` });
		this.text = '';
		this.count = 0;
	}
}

const TOO_MUCH_TEXT =
	'Split the file with Read NDJSON File first, and give the parts to this node one by one, in a sub-workflow; or set Rows As to a file.';
