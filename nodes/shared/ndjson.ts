import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isObject, textOf } from './json';

/** What the reader does with each line that holds something. `line` counts from 1, blank lines included. */
export interface NdjsonHandlers {
	onResource(resource: IDataObject, line: number): void;
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
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The longest line accepted: 64 MiB. A FHIR resource with an attachment of 40 MB in it stays below. */
export const LONGEST_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Reads FHIR NDJSON (http://ndjson.org, FHIR Bulk Data "NDJSON") from bytes as they arrive: one JSON object a line, LF or CRLF,
 * blank lines and a byte order mark tolerated, last line end optional. Only the unfinished line is kept between chunks.
 */
export class NdjsonReader {
	private readonly hash = createHash('sha256');
	private readonly summary = { resources: 0, rejected: 0, bytes: 0, cutShort: false };
	private unfinished: Buffer[] = [];
	private unfinishedBytes = 0;
	private line = 0;

	constructor(
		private readonly handlers: NdjsonHandlers,
		private readonly longestLine = LONGEST_LINE_BYTES,
	) {}

	/** Takes the next bytes. */
	push(chunk: Buffer): void {
		this.hash.update(chunk);
		this.summary.bytes += chunk.length;
		let start = 0;
		for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
			this.keep(chunk.subarray(start, end));
			this.finishLine();
			start = end + 1;
		}
		if (start < chunk.length) this.keep(chunk.subarray(start));
	}

	/** Takes the last line, where it has no line end, and says what passed. */
	end(): NdjsonSummary {
		const rejectedBefore = this.summary.rejected;
		if (this.unfinishedBytes > 0) this.finishLine();
		this.summary.cutShort = this.summary.rejected > rejectedBefore;
		return { ...this.summary, sha256: this.hash.digest('hex') };
	}

	/** Keeps a part of a line, but no more of it than is needed to know that it is too long. */
	private keep(part: Buffer): void {
		const room = this.longestLine + 1 - this.unfinishedBytes;
		if (room > 0) this.unfinished.push(part.length > room ? part.subarray(0, room) : part);
		this.unfinishedBytes += part.length;
	}

	private finishLine(): void {
		const tooLong = this.unfinishedBytes > this.longestLine + 1;
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
		if (text.trim() === '') return;
		const result = readResource(text, bytes);
		if (typeof result === 'string') return this.reject(result, bytes);
		this.summary.resources += 1;
		this.handlers.onResource(result, this.line);
	}

	private reject(reason: string, bytes: Buffer, cut = false): void {
		this.summary.rejected += 1;
		this.handlers.onRejected(reason, this.line, bytes, cut);
	}
}

/** The resource on a line, or why it is none. */
function readResource(text: string, bytes: Buffer): IDataObject | string {
	// A replacement character is either what the payer sent or the trace of bytes that are no UTF-8.
	if (text.includes('\uFFFD') && !isUtf8(bytes)) return 'The line is not valid UTF-8';
	const value = parsed(text);
	if (value === undefined) return 'The line is not JSON (cut off or damaged)';
	if (!isObject(value)) return 'The line is not a JSON object';
	return textOf(value.resourceType) ? value : 'The line has no resourceType';
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
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
