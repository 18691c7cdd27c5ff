import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputJson } from '../shared/exchange/envelope';
import { binaryProperty, storedFile } from '../shared/files/storedFile';
import { isObject, textOf, tryParseJson } from '../shared/fhir/json';
import { ExchangeError, rethrown } from '../shared/n8n/exchangeError';
import type { Routed, RoutedList } from '../shared/n8n/items';
import { optionsOf, parameterValue, positiveIntegerOption } from '../shared/n8n/parameters';
import { ViewError } from '../shared/sqlOnFhir/viewError';
import { ALL_TABLES, OWN_VIEW } from './form';
import { NotInTable } from './notInTable';
import { NOT_IN_TABLE, REPORT, ROWS } from './outputs';
import { resourcesOf } from './read/itemResources';
import { originOf, type Origin } from './read/origins';
import { readStored } from './read/storedResources';
import { ownTable, shippedTable, type TableRows } from './tableRows';
import { TABLES } from './tables';
import { CSV, FileWriter, NDJSON, type FileStore } from './write/fileWriter';
import { ItemsWriter, TextWriter } from './write/itemWriters';
import type { RowWriter } from './write/rowWriter';

type Result = Array<Routed | RoutedList>;

/** A table, and where its rows go. */
interface OpenTable extends Pick<TableRows, 'name' | 'types' | 'rowsOf'> {
	rows: TableRows;
	writer: RowWriter;
	count: number;
}

/** Counts of what came, for the report. */
interface Came {
	resources: number;
	/** Resources that no table is of, by type. */
	otherTypes: Record<string, number>;
	withoutPayer: number;
}

/** One run of FHIR to Table: its tables are open from the first input item to the last. */
export class TableRun {
	readonly notInTable = new NotInTable();
	readonly came: Came = { resources: 0, otherTypes: {}, withoutPayer: 0 };
	private readonly tables: OpenTable[];
	/** Row items since they were last taken. */
	private items: IDataObject[] = [];
	private readonly files: FileStore;
	private readonly payerKey: string;

	/** @throws ExchangeError if the node's view is none */
	constructor(private readonly context: IExecuteFunctions) {
		this.payerKey = textOf(parameterValue(context, 'payerKey', 'Payer Key', 0)) ?? '';
		this.files = {
			store: async (content, name, mimeType): Promise<IBinaryData> =>
				await context.helpers.prepareBinaryData(content as Buffer, name, mimeType),
		};
		const tables = chosenTables(context);
		this.tables = tables.map((rows) => ({
			name: rows.name,
			types: rows.types,
			rowsOf: rows.rowsOf.bind(rows),
			rows,
			writer: this.writerOf(rows, tables.length > 1),
			count: 0,
		}));
	}

	/** The rows of an input item, as far as they leave as items, and what is not in the table. */
	async take(itemIndex: number): Promise<Result> {
		const json = inputJson(this.context, itemIndex);
		const keepsBundles = this.tables.some(({ types }) => types.has('Bundle'));
		const found = resourcesOf(json, keepsBundles);
		const report = found ? undefined : await this.takeFile(itemIndex);
		for (const { resource, about, line } of found ?? []) {
			this.add(resource, originOf(about, this.payerKey), line ?? null);
		}
		await this.flush();
		return [...this.taken(), ...(report ? [{ output: REPORT, json: report }] : [])];
	}

	/** What leaves at the end: files and texts, and the report of all items. */
	async end(): Promise<Routed[]> {
		const written = [];
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
		await Promise.all(this.tables.map(async ({ writer }) => await writer.abort(error)));
	}

	/** Dates that stand as nothing in a column of days. */
	get partialDates(): number {
		return this.tables.reduce((sum, { rows }) => sum + rows.partialDates, 0);
	}

	/** Rows of all tables. */
	get rowCount(): number {
		return this.tables.reduce((sum, { count }) => sum + count, 0);
	}

	private report(): IDataObject {
		const counts = this.tables.filter(({ count }) => count > 0).map(({ name, count }) => [name, count]);
		const { resources, otherTypes } = this.came;
		return {
			rows: this.rowCount,
			tables: Object.fromEntries(counts) as IDataObject,
			resources,
			otherTypes,
			notInTable: this.notInTable.total,
			partialDates: this.partialDates,
		};
	}

	private async takeFile(itemIndex: number): Promise<IDataObject | undefined> {
		const { context, payerKey } = this;
		const property = binaryProperty(context, itemIndex);
		if (context.getInputData()[itemIndex].binary?.[property] === undefined) {
			this.notInTable.addOther({ reason: NO_RESOURCE });
			return undefined;
		}
		this.files.streamOf ??= await (await storedFile(context, itemIndex, property)).streamMaker();
		const report = await readStored(
			context,
			itemIndex,
			{ property, payerKey },
			(resource, origin, line) => this.add(resource, origin, line),
			async () => await this.flush(),
		);
		return report;
	}

	private add(resource: IDataObject, origin: Origin, line: number | null): void {
		const { came } = this;
		came.resources += 1;
		if (origin.payer === null) came.withoutPayer += 1;
		const type = String(resource.resourceType);
		let isKnown = false;
		for (const table of this.tables) {
			if (!table.types.has(type)) continue;
			isKnown = true;
			this.addTo(table, resource, origin, line);
		}
		if (!isKnown) came.otherTypes[type] = (came.otherTypes[type] ?? 0) + 1;
	}

	private addTo(table: OpenTable, resource: IDataObject, origin: Origin, line: number | null): void {
		const rows = rowsOrError(table, resource, origin, line);
		if (rows instanceof ViewError) {
			this.notInTable.addResource(resource, table.name, rows, line ?? undefined);
			return;
		}
		for (const row of rows) table.writer.add(row);
		table.count += rows.length;
	}

	private async flush(): Promise<void> {
		for (const { writer } of this.tables) await writer.flush();
	}

	private taken(): Result {
		const { items } = this;
		// The writers go on with the same list.
		const list = items.splice(0);
		return [
			{ output: ROWS, list },
			...this.notInTable.take().map((json) => ({ output: NOT_IN_TABLE, json })),
		];
	}

	private writerOf(table: TableRows, isOneOfMany: boolean): RowWriter {
		const { context, files } = this;
		switch (context.getNodeParameter('rowsAs', 0)) {
			case 'csv':
				return new FileWriter(table, CSV, files, isOneOfMany);
			case 'ndjson':
				return new FileWriter(table, NDJSON, files, isOneOfMany);
			case 'text':
				return new TextWriter(table, positiveIntegerOption(optionsOf(context, 0).rowsPerText, 10_000));
			default:
				return new ItemsWriter(table, this.items, isOneOfMany);
		}
	}
}

const NO_RESOURCE =
	'The item holds neither a FHIR resource nor a file. Connect the output Resources of Fetch Batch.';

function rowsOrError(
	table: OpenTable,
	resource: IDataObject,
	origin: Origin,
	line: number | null,
): unknown[][] | ViewError {
	try {
		return table.rowsOf(resource, origin, line);
	} catch (error) {
		if (error instanceof ViewError) return error;
		throw rethrown(error);
	}
}

/** @throws ExchangeError if the view of one's own is none */
function chosenTables(context: IExecuteFunctions): TableRows[] {
	const chosen: unknown = context.getNodeParameter('table', 0);
	if (chosen === OWN_VIEW) return [ownTableOf(context)];
	const isSimple = context.getNodeParameter('simplify', 0, false) === true;
	const tables = TABLES.filter(({ value }) => chosen === ALL_TABLES || value === chosen);
	return tables.map((table) => shippedTable(table, isSimple));
}

function ownTableOf(context: IExecuteFunctions): TableRows {
	const entered = parameterValue(context, 'view', 'View', 0);
	const definition = typeof entered === 'string' ? tryParseJson(entered) : entered;
	if (!isObject(definition)) {
		throw viewProblem('it is no JSON object', 'Paste the JSON of a ViewDefinition (SQL on FHIR v2) into it.');
	}
	try {
		return ownTable(definition, optionsOf(context, 0).originColumns === true);
	} catch (error) {
		if (error instanceof ViewError)
			throw rethrown(viewProblem(error.message, 'Correct the view and run again.'));
		throw rethrown(error);
	}
}

function viewProblem(problem: string, whatToDo: string): ExchangeError {
	return new ExchangeError(`'View' cannot be used: ${problem}`, {
		whatToDo: `${whatToDo} Nothing was read.`,
		concerns: 'run',
	});
}
