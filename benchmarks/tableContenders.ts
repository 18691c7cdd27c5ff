/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createReadStream, readFileSync } from 'node:fs';
import { evalSqlOnFhir } from '@medplum/core';
import type { IDataObject } from 'n8n-workflow';
import { originOf } from '../nodes/shared/files/rowOrigin';
import { ownTable } from '../nodes/FhirToTable/tableRows';
import { csvHeader, csvLine, itemOf } from '../nodes/FhirToTable/write/rowWriter';
import { mayChange } from '../nodes/shared/fhir/numbers';
import { parseWritten } from '../nodes/shared/sqlOnFhir/writtenDecimals';
import { credentialFor, runSteps, storeFile } from '../test/support/engine';
import { claimLineView } from './claimLineView';

/** What a contender of the tables is told. */
export interface TableTask {
	/** A file of claims on this computer. */
	file: string;
	/** Table of the node; the view of 21 columns by default. */
	table?: string;
}

type Counts = Record<string, number> & { resources: number };

const CHUNK_LETTERS = 256 * 1024;
const ORIGIN = originOf({}, '');
const COLUMNS = claimLineView.select.flatMap(({ column }) => column.map(({ name }) => name));

/** What is prepared first does not count. */
function timed(work: () => Counts): Counts {
	const [from, before] = [performance.now(), process.cpuUsage()];
	const counts = work();
	return { ...counts, ...since(from, before) };
}

function since(from: number, before: NodeJS.CpuUsage): { seconds: number; cpuSeconds: number } {
	const { user, system } = process.cpuUsage(before);
	return { seconds: (performance.now() - from) / 1000, cpuSeconds: (user + system) / 1e6 };
}

/** Calls `each` with every line of the file, whose text is in memory. */
function eachLine(text: string, each: (line: string) => void): number {
	let [count, start] = [0, 0];
	for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
		each(text.slice(start, end));
		count += 1;
		start = end + 1;
	}
	return count;
}

/** Collects CSV in chunks of bytes, as they would be written. */
class CsvBytes {
	rows = 0;
	bytes = 0;
	private text = csvHeader(COLUMNS);

	add(cells: readonly unknown[]): void {
		this.rows += 1;
		this.text += csvLine(cells);
		if (this.text.length >= CHUNK_LETTERS) this.flush();
	}

	flush(): void {
		this.bytes += Buffer.from(this.text).length;
		this.text = '';
	}
}

const oracleRows = (resource: unknown): Array<Record<string, unknown>> =>
	evalSqlOnFhir(
		claimLineView as Parameters<typeof evalSqlOnFhir>[0],
		[resource] as Parameters<typeof evalSqlOnFhir>[1],
	);

/** The parser alone: what no way from NDJSON to a table can do without. */
function parse({ file }: TableTask): Counts {
	const text = readFileSync(file, 'utf8');
	return timed(() => {
		let objects = 0;
		const resources = eachLine(text, (line) => {
			if (typeof JSON.parse(line) === 'object') objects += 1;
		});
		return { resources, objects };
	});
}

/** Reads the file in chunks and parses each line: the least that a way from file to file does before it writes. */
async function loop({ file }: TableTask): Promise<Counts> {
	const [from, before] = [performance.now(), process.cpuUsage()];
	const decoder = new TextDecoder();
	let [resources, rest] = [0, ''];
	const chunks: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: CHUNK_LETTERS });
	for await (const chunk of chunks) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (typeof JSON.parse(line) === 'object') resources += 1;
	}
	return { resources, ...since(from, before) };
}

function csv({ file }: TableTask): Counts {
	const text = readFileSync(file, 'utf8');
	return timed(() => {
		const table = ownTable(claimLineView, false);
		const out = new CsvBytes();
		const resources = eachLine(text, (line) => {
			// With the digits of decimals, as the node has them.
			const resource = (mayChange(line) ? parseWritten(line) : JSON.parse(line)) as IDataObject;
			for (const row of table.rowsOf(resource, ORIGIN, null)) out.add(row);
		});
		out.flush();
		return { resources, rows: out.rows, bytes: out.bytes };
	});
}

function oracleCsv({ file }: TableTask): Counts {
	const text = readFileSync(file, 'utf8');
	return timed(() => {
		const out = new CsvBytes();
		const resources = eachLine(text, (line) => {
			for (const row of oracleRows(JSON.parse(line))) out.add(COLUMNS.map((name) => row[name]));
		});
		out.flush();
		return { resources, rows: out.rows, bytes: out.bytes };
	});
}

/** So many claims at a time, as a run with items has them: with all of them in memory, garbage collection is most of the time. */
const AT_ONCE = 2_500;

/** Makes the rows of the first claims of a file as items, as often as would be all of its claims. */
function itemsOf(file: string, rowsOf: (resource: IDataObject) => unknown[]): Counts {
	const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
	const resources = lines.slice(0, AT_ONCE).map((line) => JSON.parse(line) as IDataObject);
	const passes = Math.ceil(lines.length / resources.length);
	lines.length = 0;
	return timed(() => {
		let rows = 0;
		for (let pass = 0; pass < passes; pass += 1) {
			const made: unknown[] = [];
			for (const resource of resources) for (const row of rowsOf(resource)) made.push(row);
			rows += made.length;
		}
		return { resources: resources.length * passes, rows };
	});
}

function items({ file }: TableTask): Counts {
	const table = ownTable(claimLineView, false);
	const item = itemOf(table, false);
	return itemsOf(file, (resource) => table.rowsOf(resource, ORIGIN, null).map(item));
}

function oracleItems({ file }: TableTask): Counts {
	return itemsOf(file, oracleRows);
}

/** FHIR to Table through the real engine, from a stored file to a stored file. */
async function node({ file, table }: TableTask): Promise<Counts> {
	const data = await storeFile(file, 'claims.ndjson');
	const item = { json: { payer: 'pdex:payer.example', jobId: 'j' }, binary: { data } };
	const of = table === undefined ? { table: 'ownView', view: JSON.stringify(claimLineView) } : { table };
	const [from, before] = [performance.now(), process.cpuUsage()];
	const run = await runSteps({
		items: [item],
		steps: [{ node: 'fhirToTable', parameters: { ...of, rowsAs: 'csv' } }],
		credential: credentialFor({ url: 'http://127.0.0.1', clientId: 'bench', clientSecret: 'bench' }),
	});
	const taken = since(from, before);
	const report = run.json('fhirToTable', 2).at(-1);
	if (run.status !== 'success' || !report) throw new Error(`The run ended with ${run.error?.message}`);
	return {
		resources: Number(report.resources),
		rows: Number(report.rows),
		notInTable: Number(report.notInTable),
		...taken,
	};
}

/** The contenders of the tables, by name. */
export const TABLE_CONTENDERS: Record<string, (task: TableTask) => Counts | Promise<Counts>> = {
	'table: JSON.parse': parse,
	'table: loop that reads and parses': loop,
	'table: CSV': csv,
	'table: CSV by medplum': oracleCsv,
	'table: items': items,
	'table: items by medplum': oracleItems,
	'table: node': node,
};
