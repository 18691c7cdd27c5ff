import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isObject, parsedJson, textOf } from './json';

/** What a handler says of a line that is well and good, but holds none of the resources that are counted. */
export const NOT_COUNTED = Symbol('not counted');

/** What the reader does with each line that holds something. `line` counts from 1, blank lines included. */
export interface NdjsonHandlers {
	/**
	 * @param bytes of the line
	 * @returns a text where the resource cannot be used: why. Its line is then rejected. NOT_COUNTED where it is left out of the
	 *   count and of the limit. Anything else says nothing.
	 */
	onResource(resource: IDataObject, line: number, bytes: number): unknown;
	/** `bytes` is the line as received, without its line end; `cut` where it was too long to be kept whole. */
	onRejected(reason: string, line: number, bytes: Buffer, cut: boolean): void;
}

/** What passed through the reader. */
export interface NdjsonSummary {
	resources: number;
	rejected: number;
	/** Bytes received, decompressed. */
	bytes: number;
	/** SHA-256 of those bytes, hexadecimal. */
	sha256: string;
	/** The last line has no line end and is no JSON: the file was cut on its way, or at the payer. */
	cutShort: boolean;
	/** There are more resources than were wanted: the rest was not read, so that `bytes` and `sha256` are not those of the file. */
	limited: boolean;
}

const NOT_JSON = 'The line is not JSON (cut off or damaged)';
const NOT_UTF8 = 'The line is not valid UTF-8';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** What does not count towards the length of a line: a byte order mark before it and a carriage return behind it. */
const MOST_AROUND_BYTES = BYTE_ORDER_MARK.length + 1;

/** The longest line accepted: 64 MiB. A FHIR resource with an attachment of 40 MB in it stays below. */
export const LONGEST_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Reads FHIR NDJSON (http://ndjson.org, FHIR Bulk Data "NDJSON") from bytes as they arrive: one JSON object a line, LF or CRLF,
 * blank lines and a byte order mark tolerated, last line end optional. Only the unfinished line is kept between chunks.
 */
export class NdjsonReader {
	private readonly hash = createHash('sha256');
	private readonly summary = { resources: 0, rejected: 0, bytes: 0, cutShort: false, limited: false };
	private unfinished: Buffer[] = [];
	private unfinishedBytes = 0;
	private line: number;
	/** The line that was rejected last is no JSON or no UTF-8, as a line is that was cut off. */
	private isLastDamaged = false;

	/** @param mostResources after which no more is read: with the next line that holds something, the reader is `limited`
	 * @param linesBefore where the bytes begin in the middle of a file: the lines before them
	 */
	constructor(
		private readonly handlers: NdjsonHandlers,
		private readonly longestLine = LONGEST_LINE_BYTES,
		private readonly mostResources = Infinity,
		linesBefore = 0,
	) {
		this.line = linesBefore;
	}

	/** Nothing more is wanted. */
	get limited(): boolean {
		return this.summary.limited;
	}

	/** Reads the next bytes. */
	push(chunk: Buffer): void {
		this.hash.update(chunk);
		this.summary.bytes += chunk.length;
		let start = 0;
		if (this.unfinishedBytes > 0) {
			start = chunk.indexOf(LINE_FEED) + 1;
			if (start === 0) return this.keep(chunk);
			this.keep(chunk.subarray(0, start - 1));
			this.finishLine();
		}
		const end = chunk.lastIndexOf(LINE_FEED) + 1;
		if (end > start) this.readLines(chunk.subarray(start, end));
		if (Math.max(start, end) < chunk.length) this.keep(chunk.subarray(Math.max(start, end)));
	}

	/** Reads the last line, where it has no line end, and says what passed. */
	end(): NdjsonSummary {
		// Of lines before the last one it says nothing: they had their line ends.
		this.isLastDamaged = false;
		if (this.unfinishedBytes > 0 && !this.limited) this.finishLine();
		this.summary.cutShort = this.isLastDamaged;
		return { ...this.summary, sha256: this.hash.digest('hex') };
	}

	/** Reads lines that are there as a whole: they are decoded at once, and each is parsed where it stands. */
	private readLines(lines: Buffer): void {
		const text = lines.toString('utf8');
		// A replacement character is either what the payer sent or the trace of bytes that are no UTF-8.
		if (lines.length > this.longestLine || text.includes('\uFFFD')) return this.readOneByOne(lines);
		let start = 0;
		const isAscii = text.length === lines.length;
		for (let end = text.indexOf('\n'); end >= 0 && !this.limited; end = text.indexOf('\n', start)) {
			const isMarked = (this.line += 1) === 1 && text.startsWith('\uFEFF');
			const line = text.slice(isMarked ? start + 1 : start, end);
			this.readText(line, isAscii ? line.length : Buffer.byteLength(line));
			start = end + 1;
		}
	}

	private readOneByOne(lines: Buffer): void {
		let start = 0;
		for (
			let end = lines.indexOf(LINE_FEED);
			end >= 0 && !this.limited;
			end = lines.indexOf(LINE_FEED, start)
		) {
			this.keep(lines.subarray(start, end));
			this.finishLine();
			start = end + 1;
		}
	}

	/** Keeps a part of a line, but no more of it than is needed to know that it is too long. */
	private keep(part: Buffer): void {
		const room = this.longestLine + MOST_AROUND_BYTES - this.unfinishedBytes;
		if (room > 0) this.unfinished.push(part.length > room ? part.subarray(0, room) : part);
		this.unfinishedBytes += part.length;
	}

	private finishLine(): void {
		const tooLong = this.unfinishedBytes > this.longestLine + MOST_AROUND_BYTES;
		const bytes = withoutLineEnd(joined(this.unfinished), (this.line += 1) === 1);
		this.unfinished = [];
		this.unfinishedBytes = 0;
		if (tooLong || bytes.length > this.longestLine) {
			return this.reject(
				`The line is longer than ${this.longestLine} bytes`,
				bytes.subarray(0, this.longestLine),
				true,
			);
		}
		const text = bytes.toString('utf8');
		if (text.includes('\uFFFD') && !isUtf8(bytes)) return this.reject(NOT_UTF8, bytes);
		this.readText(text, bytes.length, bytes);
	}

	/** @param bytes the line as received, where it is at hand; text that was valid UTF-8 gives it back */
	private readText(text: string, size: number, bytes?: Buffer): void {
		if (this.summary.resources >= this.mostResources) {
			this.summary.limited = text.trim() !== '';
			return;
		}
		const resource = readResource(text);
		if (resource === undefined) return;
		const said =
			typeof resource === 'string' ? resource : this.handlers.onResource(resource, this.line, size);
		if (typeof said === 'string') {
			return this.reject(said, bytes ?? withoutLineEnd(Buffer.from(text), false));
		}
		if (said !== NOT_COUNTED) this.summary.resources += 1;
	}

	private reject(reason: string, bytes: Buffer, cut = false): void {
		this.summary.rejected += 1;
		this.isLastDamaged = reason === NOT_JSON || reason === NOT_UTF8;
		this.handlers.onRejected(reason, this.line, bytes, cut);
	}
}

/** The resource on a line, or why it is none; nothing for a blank line. */
function readResource(text: string): IDataObject | string | undefined {
	const value = parsedJson(text);
	if (value === undefined) {
		return text.trim() === '' ? undefined : NOT_JSON;
	}
	if (!isObject(value)) return 'The line is not a JSON object';
	return textOf(value.resourceType) ? value : 'The line has no resourceType';
}

function isUtf8(bytes: Buffer): boolean {
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		return true;
	} catch {
		return false;
	}
}

function joined(parts: Buffer[]): Buffer {
	return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

function withoutLineEnd(line: Buffer, isFirst: boolean): Buffer {
	const start = isFirst && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
	const end =
		line.length > start && line[line.length - 1] === CARRIAGE_RETURN ? line.length - 1 : line.length;
	return line.subarray(start, end);
}
