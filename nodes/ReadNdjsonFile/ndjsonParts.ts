import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { countOf, isObject, textOf } from '../shared/fhir/json';

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

/** Reads a part from an item. @returns undefined if the value is not a part */
export function readPart(value: unknown): NdjsonPart | undefined {
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

/** A part as JSON for an item. */
export function partJson(part: NdjsonPart): IDataObject {
	return { ...part };
}

function wholeNumber(value: unknown): number | undefined {
	const count = countOf(value);
	return Number.isSafeInteger(count) ? count : undefined;
}
