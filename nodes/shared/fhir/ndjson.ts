import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isObject, tryParseJson, textOf } from './json';
import { JsonMeter, Letters, type JsonExcess } from './jsonMeter';
import { LINE_BOUNDS, LINE_LIMITS } from './limits';
import { LineEnds } from './lineEnds';

/** Returned by a handler for a valid line that must not be counted as a resource. */
export const NOT_COUNTED = Symbol('not counted');

/** Returned by a handler for a valid line that is kept apart: not counted, and its bytes are handed over. */
export const SET_ASIDE = Symbol('set aside');

/** Callbacks for each line that is not blank. `line` counts from 1 and includes blank lines. */
export interface NdjsonHandlers {
	/**
	 * @param bytes length of the line
	 * @param values number of its JSON values, or somewhat more
	 * @param text the line as it is written, with white space around it if it has any
	 * @returns a string, the reason, if the resource cannot be used: its line is rejected. NOT_COUNTED if it counts neither
	 *   towards the total nor towards the limit. SET_ASIDE for the same, with a call of `onSetAside`. Any other value is ignored.
	 */
	onResource(resource: IDataObject, line: number, bytes: number, values: number, text: string): unknown;
	/** `bytes` is the line as received, without its line end. `cut` means that it was too long to be kept whole. */
	onRejected(reason: string, line: number, bytes: Buffer, cut: boolean): void;
	/**
	 * What is parsed in the place of each of some lines. `onResource` then gets these texts.
	 * @param firstLine number of the first
	 */
	beforeParse?(lines: string, firstLine: number): string[];
	/** `bytes` as for `onRejected`. */
	onSetAside?(line: number, bytes: Buffer): void;
	/**
	 * With this, a line that begins as a resource of a type for which it gives true, and ends as an object, counts as a resource without
	 * being parsed, whatever the limit. All other lines are parsed, and the last one if it has no line end.
	 */
	isCountedByEnds?(type: string): boolean;
}

/** Totals of what was read. */
export interface NdjsonSummary {
	resources: number;
	rejected: number;
	/** Bytes received, after decompression. */
	bytes: number;
	/** SHA-256 of those bytes, hexadecimal. */
	sha256: string;
	/** The last line has no line end and is not valid JSON: the file was truncated in transit or at the payer. */
	cutShort: boolean;
	/** The resource limit was reached. The rest was not read, so `bytes` and `sha256` do not cover the whole file. */
	limited: boolean;
}

const NOT_JSON = 'The line is not JSON (cut off or damaged)';
const NOT_UTF8 = 'The line is not valid UTF-8';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** A leading byte order mark and a trailing carriage return do not count towards the length of a line. */
const MAX_LINE_OVERHEAD_BYTES = BYTE_ORDER_MARK.length + 1;

/** The longest line accepted. */
export const MAX_LINE_BYTES = LINE_LIMITS.bytes;

const EXCESS: Record<JsonExcess, string> = {
	values: `The line has more than ${LINE_BOUNDS.values.toLocaleString('en-US')} JSON values`,
	depth: `The line is nested more than ${LINE_BOUNDS.depth} deep`,
};

/**
 * Reads FHIR NDJSON (http://ndjson.org, FHIR Bulk Data "NDJSON") from bytes as they arrive: one JSON object a line, LF or CRLF,
 * blank lines and a byte order mark are tolerated, the last line end is optional. Only the unfinished line is kept between chunks.
 */
export class NdjsonReader {
	private readonly hash = createHash('sha256');
	private readonly summary = { resources: 0, rejected: 0, bytes: 0, cutShort: false, limited: false };
	private readonly meter = new JsonMeter(LINE_BOUNDS);
	private readonly ends?: LineEnds;
	private pending: Buffer[] = [];
	private pendingBytes = 0;
	private line: number;
	/** The last rejected line was not valid JSON or UTF-8, which is what a truncated line looks like. */
	private isLastLineDamaged = false;

	/**
	 * @param maxResources limit after which reading stops; `limited` is set by the next line that is not blank
	 * @param linesBefore lines of the file before the first byte, if reading starts in the middle
	 */
	constructor(
		private readonly handlers: NdjsonHandlers,
		private readonly maxLineBytes = MAX_LINE_BYTES,
		private readonly maxResources = Infinity,
		linesBefore = 0,
	) {
		this.line = linesBefore;
		if (handlers.isCountedByEnds)
			this.ends = new LineEnds((type) => handlers.isCountedByEnds?.(type) === true);
	}

	/** Number of the last line that was read. */
	get lines(): number {
		return this.line;
	}

	/** Whether the resource limit was reached. */
	get limited(): boolean {
		return this.summary.limited;
	}

	/** Reads the next bytes. */
	push(chunk: Buffer): void {
		this.hash.update(chunk);
		this.summary.bytes += chunk.length;
		let start = 0;
		if (this.pendingBytes > 0) {
			start = chunk.indexOf(LINE_FEED) + 1;
			if (start === 0) return this.append(chunk);
			this.append(chunk.subarray(0, start - 1));
			this.finishLine(this.ends);
		}
		const end = chunk.lastIndexOf(LINE_FEED) + 1;
		if (end > start) {
			if (this.ends) this.readEnds(chunk.subarray(start, end), this.ends);
			else this.readLines(chunk.subarray(start, end));
		}
		if (Math.max(start, end) < chunk.length) this.append(chunk.subarray(Math.max(start, end)));
	}

	/** Reads a last line without a line end, and returns the totals. */
	end(): NdjsonSummary {
		// Earlier damaged lines had a line end, so they were not truncated.
		this.isLastLineDamaged = false;
		if (this.pendingBytes > 0 && !this.limited) this.finishLine();
		this.summary.cutShort = this.isLastLineDamaged;
		return { ...this.summary, sha256: this.hash.digest('hex') };
	}

	/** Fast path for complete lines: decodes them together, then parses each one. */
	private readLines(lines: Buffer): void {
		const text = lines.toString('utf8');
		// A replacement character was either sent by the payer or stands for bytes that are not UTF-8.
		if (lines.length > this.maxLineBytes || text.includes('\uFFFD')) return this.readLineByLine(lines);
		const isMarkedText = this.line === 0 && text.startsWith('\uFEFF');
		const given = this.handlers.beforeParse?.(isMarkedText ? text.slice(1) : text, this.line + 1);
		let start = 0;
		const before = this.line;
		const isAscii = text.length === lines.length;
		const letters = new Letters(text);
		for (let end = text.indexOf('\n'); end >= 0 && !this.limited; end = text.indexOf('\n', start)) {
			const isMarked = (this.line += 1) === 1 && text.startsWith('\uFEFF');
			const line = text.slice(isMarked ? start + 1 : start, end);
			this.meter.measure(line, letters, end);
			const parsed = given?.[this.line - before - 1] ?? line;
			this.readText(line, parsed, isAscii ? line.length : Buffer.byteLength(line));
			start = end + 1;
		}
	}

	/** Complete lines, of which most are not parsed. */
	private readEnds(lines: Buffer, ends: LineEnds): void {
		let start = 0;
		for (
			let end = lines.indexOf(LINE_FEED);
			end >= 0 && !this.limited;
			end = lines.indexOf(LINE_FEED, start)
		) {
			if (end - start <= this.maxLineBytes && ends.areThoseOfResource(lines, start, end)) this.countLine();
			else {
				this.append(lines.subarray(start, end));
				this.finishLine();
			}
			start = end + 1;
		}
	}

	private countLine(): void {
		this.line += 1;
		this.summary.resources += 1;
	}

	private readLineByLine(lines: Buffer): void {
		let start = 0;
		for (
			let end = lines.indexOf(LINE_FEED);
			end >= 0 && !this.limited;
			end = lines.indexOf(LINE_FEED, start)
		) {
			this.append(lines.subarray(start, end));
			this.finishLine();
			start = end + 1;
		}
	}

	/** Buffers part of a line, up to the size at which the line is known to be too long. */
	private append(part: Buffer): void {
		const remaining = this.maxLineBytes + MAX_LINE_OVERHEAD_BYTES - this.pendingBytes;
		if (remaining > 0) this.pending.push(part.length > remaining ? part.subarray(0, remaining) : part);
		this.pendingBytes += part.length;
	}

	/** @param ends to count the line by, if it can be */
	private finishLine(ends?: LineEnds): void {
		const tooLong = this.pendingBytes > this.maxLineBytes + MAX_LINE_OVERHEAD_BYTES;
		const bytes = withoutLineEnd(concatenate(this.pending), (this.line += 1) === 1);
		this.pending = [];
		this.pendingBytes = 0;
		if (tooLong || bytes.length > this.maxLineBytes) {
			return this.reject(
				`The line is longer than ${this.maxLineBytes} bytes`,
				bytes.subarray(0, this.maxLineBytes),
				true,
			);
		}
		if (ends?.areThoseOfResource(bytes, 0, bytes.length)) {
			this.summary.resources += 1;
			return;
		}
		const text = bytes.toString('utf8');
		if (text.includes('\uFFFD') && !isUtf8(bytes)) return this.reject(NOT_UTF8, bytes);
		this.meter.measure(text);
		this.readText(text, this.handlers.beforeParse?.(text, this.line)[0] ?? text, bytes.length, bytes);
	}

	/**
	 * Reads a line that was measured.
	 * @param parsed what is parsed in its place
	 * @param bytes the line as received, if available; otherwise encoded from `text`, which is valid UTF-8
	 */
	private readText(text: string, parsed: string, size: number, bytes?: Buffer): void {
		if (this.summary.resources >= this.maxResources) {
			this.summary.limited = text.trim() !== '';
			return;
		}
		const { exceeded, values } = this.meter;
		const resource = exceeded === undefined ? readResource(parsed) : EXCESS[exceeded];
		if (resource === undefined) return;
		const outcome =
			typeof resource === 'string'
				? resource
				: this.handlers.onResource(resource, this.line, size, values, parsed);
		if (typeof outcome === 'string') {
			return this.reject(outcome, bytes ?? withoutLineEnd(Buffer.from(text), false));
		}
		if (outcome === SET_ASIDE) {
			return this.handlers.onSetAside?.(this.line, bytes ?? withoutLineEnd(Buffer.from(text), false));
		}
		if (outcome !== NOT_COUNTED) this.summary.resources += 1;
	}

	private reject(reason: string, bytes: Buffer, cut = false): void {
		this.summary.rejected += 1;
		this.isLastLineDamaged = reason === NOT_JSON || reason === NOT_UTF8;
		this.handlers.onRejected(reason, this.line, bytes, cut);
	}
}

/** The resource on a line, or the reason it is not one; undefined for a blank line. */
function readResource(text: string): IDataObject | string | undefined {
	// Nearly every line begins and ends so; it need not be trimmed.
	if (!(text.startsWith('{') && text.endsWith('}'))) {
		const trimmed = text.trim();
		if (trimmed === '') return undefined;
		if (!looksLikeJson(trimmed)) return NOT_JSON;
	}
	const value = tryParseJson(text);
	if (value === undefined) return NOT_JSON;
	if (!isObject(value)) return 'The line is not a JSON object';
	return textOf(value.resourceType) ? value : 'The line has no resourceType';
}

const JSON_BEGINNINGS = '{["-0123456789tfn';

/** Rules out most of what is not JSON: an error of JSON.parse takes a hundred times as long, and a file can be full of such lines. */
function looksLikeJson(trimmed: string): boolean {
	return JSON_BEGINNINGS.includes(trimmed[0]) && (trimmed[0] !== '{' || trimmed.endsWith('}'));
}

function isUtf8(bytes: Buffer): boolean {
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		return true;
	} catch {
		return false;
	}
}

function concatenate(parts: Buffer[]): Buffer {
	return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

function withoutLineEnd(line: Buffer, isFirst: boolean): Buffer {
	const start = isFirst && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
	const end =
		line.length > start && line[line.length - 1] === CARRIAGE_RETURN ? line.length - 1 : line.length;
	return line.subarray(start, end);
}
