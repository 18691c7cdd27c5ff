import type { IDataObject } from 'n8n-workflow';
import { ITEMS_LIMITS } from '../../shared/fhir/limits';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import type { Routed } from '../../shared/n8n/items';
import { ROWS } from '../outputs';
import { itemOf, jsonLineOf, type RowWriter, type WrittenTable } from './rowWriter';

/** Gives each row as an item, to whoever takes them after each input item, so that n8n can pair them. */
export class ItemsWriter implements RowWriter {
	readonly isFull = false;
	private readonly item: (cells: readonly unknown[]) => IDataObject;
	private count = 0;

	/** @param list receives the items; shared by the tables of a run */
	constructor(
		table: WrittenTable,
		private readonly list: IDataObject[],
		isOneOfMany: boolean,
	) {
		this.item = itemOf(table, isOneOfMany);
	}

	add(cells: readonly unknown[]): void {
		this.count += 1;
		if (this.count > ITEMS_LIMITS.resources) {
			throw new ExchangeError(
				`The table has more than ${ITEMS_LIMITS.resources.toLocaleString('en-US')} rows, and n8n keeps all items in memory`,
				{ whatToDo: "Set 'Rows As' to CSV File, NDJSON File or JSON Text." },
			);
		}
		this.list.push(this.item(cells));
	}

	async flush(): Promise<void> {
		await Promise.resolve();
	}

	async end(): Promise<Routed[]> {
		return await Promise.resolve([]);
	}

	async abort(): Promise<void> {
		await Promise.resolve();
	}
}

/** Letters of all parts of a table. */
const MAX_TEXT_LETTERS = 256 * 1024 * 1024;

/** Gives the rows as JSON text, so many in one item, for `jsonb_to_recordset` and the like. */
export class TextWriter implements RowWriter {
	readonly isFull = false;
	private readonly line: (cells: readonly unknown[]) => string;
	private readonly parts: Array<{ count: number; rows: string }> = [];
	private text = '';
	private count = 0;
	private letters = 0;

	constructor(
		private readonly table: WrittenTable,
		private readonly rowsPerPart: number,
	) {
		this.line = jsonLineOf(table, false);
	}

	add(cells: readonly unknown[]): void {
		this.text += (this.count === 0 ? '[' : ',') + this.line(cells);
		this.count += 1;
		if (this.count >= this.rowsPerPart) this.close();
	}

	async flush(): Promise<void> {
		await Promise.resolve();
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

	async abort(): Promise<void> {
		await Promise.resolve();
	}

	private close(): void {
		this.letters += this.text.length;
		if (this.letters > MAX_TEXT_LETTERS) {
			throw new ExchangeError('The rows as JSON text are more than what is held in memory (256 MB)', {
				whatToDo:
					'Split the file with Read NDJSON File first, and give the parts to this node one by one, in a sub-workflow; or set Rows As to a file.',
			});
		}
		this.parts.push({ count: this.count, rows: `${this.text}]` });
		this.text = '';
		this.count = 0;
	}
}
