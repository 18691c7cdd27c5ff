import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { countOf, isObject, textOf } from '../fhir/json';
import { ExchangeError } from '../n8n/exchangeError';
import type { StoredFile } from './storedFile';

/** A range of complete lines of an NDJSON file: its position, size and hash. */
export interface NdjsonPart {
	/** Byte offset in the file. */
	offset: number;
	bytes: number;
	linesBefore: number;
	lines: number;
	/** SHA-256 of its bytes, hexadecimal. */
	sha256: string;
	/** Bytes of the whole file. */
	fileBytes: number;
}

const LINE_FEED = 0x0a;

/** Splits a stream of NDJSON bytes into parts of at most `linesPerPart` lines, without parsing them. */
export class PartSplitter {
	private readonly parts: Array<Omit<NdjsonPart, 'fileBytes'>> = [];
	private hash = createHash('sha256');
	private offset = 0;
	private bytes = 0;
	private linesBefore = 0;
	private lines = 0;
	private hasOpenLine = false;

	constructor(private readonly linesPerPart: number) {}

	/** Reads the next bytes. */
	push(chunk: Buffer): void {
		let start = 0;
		for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, end + 1)) {
			this.lines += 1;
			if (this.lines < this.linesPerPart) continue;
			this.add(chunk.subarray(start, end + 1));
			this.close();
			start = end + 1;
		}
		this.add(chunk.subarray(start));
		if (chunk.length > 0) this.hasOpenLine = chunk[chunk.length - 1] !== LINE_FEED;
	}

	/** All parts in order; none for an empty file. */
	end(): NdjsonPart[] {
		if (this.hasOpenLine) this.lines += 1;
		if (this.bytes > 0) this.close();
		return this.parts.map((part) => ({ ...part, fileBytes: this.offset }));
	}

	private add(bytes: Buffer): void {
		this.hash.update(bytes);
		this.bytes += bytes.length;
	}

	private close(): void {
		const { offset, bytes, linesBefore, lines } = this;
		this.parts.push({ offset, bytes, linesBefore, lines, sha256: this.hash.digest('hex') });
		this.hash = createHash('sha256');
		this.offset += bytes;
		this.linesBefore += lines;
		this.bytes = 0;
		this.lines = 0;
	}
}

function readPart(value: unknown): NdjsonPart | undefined {
	if (!isObject(value)) return undefined;
	const [offset, bytes, linesBefore, lines, fileBytes] = [
		value.offset,
		value.bytes,
		value.linesBefore,
		value.lines,
		value.fileBytes,
	].map(wholeNumber);
	const sha256 = textOf(value.sha256);
	if (offset === undefined || bytes === undefined || linesBefore === undefined) return undefined;
	if (lines === undefined || fileBytes === undefined || sha256 === undefined) return undefined;
	return { offset, bytes, linesBefore, lines, fileBytes, sha256 };
}

/**
 * The part that an item of Read NDJSON File > Split stands for; undefined for any other item.
 * @throws ExchangeError if the item's cursor is invalid
 */
export function cursorPart({ cursor }: IDataObject): NdjsonPart | undefined {
	if (cursor === undefined || cursor === null) return undefined;
	const part = readPart(cursor);
	if (part) return part;
	throw new ExchangeError('The cursor of the item is none', {
		whatToDo:
			'Connect the parts that Read NDJSON File gives with the operation Split, and leave their column "cursor" as it is.',
	});
}

/** The error for a part whose hash is not that of these bytes. */
export function wrongFileError(): ExchangeError {
	return new ExchangeError('The cursor belongs to another file than the one in the item', {
		whatToDo:
			'Give each part on together with the file that it was split from. Nothing was read; parts read before stay as they are.',
	});
}

/** The first bytes of a file, or of what comes from its middle. */
export async function* takeBytes(pieces: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
	let remaining = bytes;
	if (remaining === 0) return;
	for await (const piece of pieces) {
		yield piece.length > remaining ? piece.subarray(0, remaining) : piece;
		remaining -= piece.length;
		if (remaining <= 0) return;
	}
}

/** @param why completes "The file is not NDJSON: …" */
export function notNdjsonError(why: string): ExchangeError {
	return new ExchangeError(`The file is not NDJSON of FHIR resources: ${why}`, {
		whatToDo:
			'Connect the Resources output of Fetch Batch with Output As NDJSON File. An NDJSON file has one JSON object on each line.',
	});
}

/**
 * The bytes of a part, in one piece, after its hash was compared.
 * @throws ExchangeError if the part is not in the file
 */
export async function* partChunks(file: StoredFile, part: NdjsonPart): AsyncGenerator<Buffer> {
	for (const seek of [true, false]) {
		const pieces: Buffer[] = [];
		for await (const piece of takeBytes(file.chunksFrom(part.offset, seek), part.bytes)) pieces.push(piece);
		const bytes = Buffer.concat(pieces);
		if (createHash('sha256').update(bytes).digest('hex') !== part.sha256) continue;
		yield bytes;
		return;
	}
	throw wrongFileError();
}

/** A part as JSON for an item. */
export function partJson(part: NdjsonPart): IDataObject {
	return { ...part };
}

function wholeNumber(value: unknown): number | undefined {
	const count = countOf(value);
	return Number.isSafeInteger(count) ? count : undefined;
}
