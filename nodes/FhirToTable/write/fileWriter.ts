import type { IBinaryData } from 'n8n-workflow';
import type { Routed } from '../../shared/n8n/items';
import { ROWS } from '../outputs';
import { Channel } from './channel';
import type { MemoryCeiling } from './memoryCeiling';
import { csvHeader, csvLine, jsonLineOf, type RowWriter, type WrittenTable } from './rowWriter';

const CHUNK_LETTERS = 256 * 1024;

/** A file format. */
export interface FileFormat {
	extension: 'csv' | 'ndjson';
	mimeType: string;
}

export const CSV: FileFormat = { extension: 'csv', mimeType: 'text/csv' };
export const NDJSON: FileFormat = { extension: 'ndjson', mimeType: 'application/x-ndjson' };

/** Where files are stored. */
export interface FileStore {
	/** @param content bytes, or a stream made by `streamOf` */
	store(content: unknown, name: string, mimeType: string): Promise<IBinaryData>;
	/** Makes a stream of chunks; undefined if files are stored in one piece. */
	streamOf?: (chunks: AsyncIterable<Uint8Array>) => unknown;
}

/** Writes the rows of one table into a file, which is opened at the first row: a table without rows has none. */
export class FileWriter implements RowWriter {
	private text = '';
	private rows = 0;
	private readonly line: (cells: readonly unknown[]) => string;
	private readonly kept: Buffer[] = [];
	private channel?: Channel;
	private stored?: Promise<IBinaryData>;

	constructor(
		private readonly table: WrittenTable,
		private readonly format: FileFormat,
		private readonly files: FileStore,
		private readonly ceiling: MemoryCeiling,
		isOneOfMany: boolean,
	) {
		this.line =
			format.extension === 'csv'
				? csvLine
				: (
						(json) => (cells: readonly unknown[]) =>
							`${json(cells)}\n`
					)(jsonLineOf(table, isOneOfMany));
	}

	add(cells: readonly unknown[]): void {
		if (this.rows === 0 && this.format.extension === 'csv') this.text = csvHeader(this.table.headings);
		this.rows += 1;
		this.text += this.line(cells);
	}

	get isFull(): boolean {
		return this.text.length >= CHUNK_LETTERS;
	}

	async flush(): Promise<void> {
		if (this.text === '') return;
		const chunk = Buffer.from(this.text);
		this.text = '';
		const { streamOf } = this.files;
		if (!streamOf) return this.keep(chunk);
		this.channel ??= this.open(streamOf);
		await this.channel.send(chunk);
	}

	async end(): Promise<Routed[]> {
		if (this.rows === 0) return [];
		await this.flush();
		this.channel?.end();
		const name = this.fileName;
		const data = await (this.stored ??
			this.files.store(Buffer.concat(this.kept), name, this.format.mimeType));
		return [
			{ output: ROWS, json: { table: this.table.name, rows: this.rows, fileName: name }, binary: { data } },
		];
	}

	async abort(error: Error): Promise<void> {
		this.channel?.fail(error);
		await this.stored?.catch(() => undefined);
	}

	private get fileName(): string {
		return `${this.table.name}.${this.format.extension}`;
	}

	private open(streamOf: (chunks: AsyncIterable<Uint8Array>) => unknown): Channel {
		const channel = new Channel();
		this.stored = this.files.store(streamOf(channel.chunks()), this.fileName, this.format.mimeType);
		this.stored.catch((error: Error) => channel.fail(error));
		return channel;
	}

	/** Where no stream can be made, which is where items come in, and these are in memory themselves. */
	private keep(chunk: Buffer): void {
		this.ceiling.takeBytes(chunk.length, TOO_MUCH_IN_MEMORY);
		this.kept.push(chunk);
	}
}

const TOO_MUCH_IN_MEMORY =
	"Set 'Output As' of Fetch Batch to NDJSON File, and connect that: a file is worked through in a stream, whatever its size.";
