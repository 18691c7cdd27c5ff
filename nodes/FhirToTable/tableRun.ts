import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isObject } from '../shared/fhir/json';
import { mayChange } from '../shared/fhir/numbers';
import { isResourceType } from '../shared/fhir/resourceTypes';
import { storeBinary, withinStoreLimit } from '../shared/files/binaryStore';
import { storedFile } from '../shared/files/storedFile';
import { ExchangeError, rethrown } from '../shared/n8n/exchangeError';
import type { Routed, RoutedList } from '../shared/n8n/items';
import { optionsOf, positiveIntegerOption } from '../shared/n8n/parameters';
import { ViewError } from '../shared/sqlOnFhir/viewError';
import { parseWritten } from '../shared/sqlOnFhir/writtenDecimals';
import { chosenTables, isOneClaimOnce } from './chosenTables';
import { readAllClaims } from './claims/readAllClaims';
import type { RunClaims } from './claims/runClaims';
import type { KnownOfResource } from './finish/finishingColumn';
import { NotInTable } from './notInTable';
import { NOT_IN_TABLE, REPORT, ROWS } from './outputs';
import { readInput } from './read/inputResources';
import type { Origin } from '../shared/files/rowOrigin';
import type { TableRows } from './tableRows';
import { CSV, FileWriter, NDJSON, type FileStore } from './write/fileWriter';
import { ItemsWriter, TextWriter } from './write/itemWriters';
import { MemoryCeiling } from './write/memoryCeiling';
import type { RowWriter } from './write/rowWriter';

/** A table, and where its rows go. */
interface OpenTable {
	rows: TableRows;
	writer: RowWriter;
	count: number;
}

/** One run of FHIR to Table: its tables are open from the first input item to the last. */
export class TableRun {
	readonly notInTable = new NotInTable();
	/** What came: resources, those that no table is of by type, and those that do not say which payer they come from. */
	readonly came = { resources: 0, otherTypes: new Map<string, number>(), withoutPayer: 0 };
	private readonly tables: OpenTable[];
	private readonly byType = new Map<string, OpenTable[]>();
	/** Row items since they were last taken. */
	private readonly items: IDataObject[] = [];
	private readonly ceiling = new MemoryCeiling();
	private readonly files: FileStore;
	private readonly keepsDigits: boolean;
	/** With the option One Claim Once. */
	private claims?: RunClaims;

	/** @throws ExchangeError if the view of one's own is none, or if there are more claims than One Claim Once can hold */
	static async open(context: IExecuteFunctions): Promise<TableRun> {
		const run = new TableRun(context);
		if (isOneClaimOnce(context)) run.claims = await readAllClaims(context);
		return run;
	}

	private constructor(private readonly context: IExecuteFunctions) {
		this.files = {
			store: async (content, name, mimeType) => await storeBinary(context, content, name, mimeType),
		};
		const tables = chosenTables(context);
		this.keepsDigits = tables.some(({ keepsDigits }) => keepsDigits);
		this.tables = tables.map((rows) => ({
			rows,
			writer: this.writerOf(rows, tables.length > 1),
			count: 0,
		}));
		for (const table of this.tables) {
			for (const type of table.rows.types) this.byType.set(type, [...(this.byType.get(type) ?? []), table]);
		}
	}

	/**
	 * The rows of an input item, as far as they leave as items; what is not in the table; and the report of a file.
	 * @throws ExchangeError if the item cannot be read. Of its rows, none leaves as an item
	 */
	async take(itemIndex: number): Promise<Array<Routed | RoutedList>> {
		const before = this.rowCount;
		try {
			const report = await this.read(itemIndex);
			return [
				{ output: ROWS, list: this.items.splice(0) },
				...this.notInTable.take().map((json) => ({ output: NOT_IN_TABLE, json })),
				...(report ? [{ output: REPORT, json: report }] : []),
			];
		} catch (error) {
			this.items.length = 0;
			const isWritten = this.rowCount > before && !(this.tables[0].writer instanceof ItemsWriter);
			throw rethrown(error instanceof ExchangeError && isWritten ? withRowsWritten(error) : error);
		}
	}

	/** What leaves at the end: files and texts, and the report of the run. */
	async end(): Promise<Routed[]> {
		const written: Routed[] = [];
		for (const { writer } of this.tables) written.push(...(await writer.end()));
		const rest = this.notInTable.rest();
		return [
			...written,
			...(rest ? [{ output: NOT_IN_TABLE, json: rest }] : []),
			{ output: REPORT, json: this.report() },
		];
	}

	/** Ends without a result. */
	async abort(error: Error): Promise<void> {
		await Promise.all(this.tables.map(async ({ writer }) => await writer.abort?.(error)));
	}

	/** Rows of all tables. */
	get rowCount(): number {
		return this.tables.reduce((sum, { count }) => sum + count, 0);
	}

	/** Dates that stand as nothing in a column of days. */
	get partialDates(): number {
		return this.tables.reduce((sum, { rows }) => sum + rows.partialDates, 0);
	}

	private report(): IDataObject {
		const counts = this.tables
			.filter(({ count }) => count > 0)
			.map(({ rows, count }): [string, number] => [rows.name, count]);
		return {
			rows: this.rowCount,
			tables: Object.fromEntries(counts),
			resources: this.came.resources,
			otherTypes: Object.fromEntries(this.came.otherTypes),
			notInTable: this.notInTable.total,
			partialDates: this.partialDates,
		};
	}

	/** @returns the report of a file */
	private async read(itemIndex: number): Promise<IDataObject | undefined> {
		const { context } = this;
		const read = await readInput(context, itemIndex, {
			keepsBundles: this.byType.has('Bundle'),
			onResource: (resource, origin, line, text) => this.add(resource, origin, line, text),
			afterChunk: async () => await this.flush(),
			beforeFile: async (property) => void (this.files.streamOf ??= await this.streamOf(itemIndex, property)),
		});
		if (read !== 'nothing') return read;
		this.notInTable.addOther({ reason: NO_RESOURCE });
		return undefined;
	}

	/** How files are stored as they grow; undefined in n8n's memory mode. */
	private async streamOf(itemIndex: number, property: string): Promise<FileStore['streamOf']> {
		const streamOf = await (await storedFile(this.context, itemIndex, property)).streamMaker();
		return streamOf && ((chunks) => streamOf(withinStoreLimit(this.context, chunks)));
	}

	private add(resource: IDataObject, origin: Origin, line: number | null, text?: string): void {
		const { came } = this;
		const type = String(resource.resourceType);
		const tables = this.byType.get(type);
		came.resources += 1;
		if (origin.payer === null) came.withoutPayer += 1;
		if (!tables) {
			// A payer could call a type by any name, and each of a million lines by another.
			const known = isResourceType(type) ? type : 'unknown';
			came.otherTypes.set(known, (came.otherTypes.get(known) ?? 0) + 1);
			return;
		}
		const standing = this.claims?.standingOf(resource, origin, text);
		const whole = text === undefined ? resource : this.withDigits(resource, text);
		for (const table of tables) this.addTo(table, whole, { origin, line, known: { standing, text } });
	}

	private addTo(
		table: OpenTable,
		resource: IDataObject,
		{ origin, line, known }: { origin: Origin; line: number | null; known: KnownOfResource },
	): void {
		try {
			const rows = table.rows.rowsOf(resource, origin, line, known);
			for (const row of rows) table.writer.add(row);
			table.count += rows.length;
		} catch (error) {
			if (!(error instanceof ViewError)) throw rethrown(error);
			this.notInTable.addResource(resource, table.rows.name, error, line ?? undefined);
		}
	}

	/** A resource with the digits of its numbers, where a table has a column for them. Most lines have no number that needs it. */
	private withDigits(resource: IDataObject, text: string): IDataObject {
		if (!this.keepsDigits || !mayChange(text)) return resource;
		const written = parseWritten(text);
		return isObject(written) ? written : resource;
	}

	private async flush(): Promise<void> {
		for (const { writer } of this.tables) if (writer.isFull) await writer.flush?.();
	}

	private writerOf(table: TableRows, isOneOfMany: boolean): RowWriter {
		const { context, files, ceiling } = this;
		switch (context.getNodeParameter('rowsAs', 0)) {
			case 'csv':
				return new FileWriter(table, CSV, files, ceiling, isOneOfMany);
			case 'ndjson':
				return new FileWriter(table, NDJSON, files, ceiling, isOneOfMany);
			case 'text':
				return new TextWriter(
					table,
					positiveIntegerOption(optionsOf(context, 0).rowsPerText, 10_000),
					ceiling,
				);
			default:
				return new ItemsWriter(table, this.items, ceiling, isOneOfMany);
		}
	}
}

const NO_RESOURCE =
	'The item holds neither a FHIR resource nor a file. Connect the output Resources of Fetch Batch.';

/** What was written of an item before its error stays in the file or the text. */
function withRowsWritten({ message, details }: ExchangeError): ExchangeError {
	return new ExchangeError(message, {
		...details,
		whatToDo: `${details.whatToDo} Rows of this item, up to the error, stand in the table: make it anew.`,
	});
}
