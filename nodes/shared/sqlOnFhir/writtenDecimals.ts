import { randomUUID } from 'crypto';
import { isObject } from '../fhir/json';
import { afterString, mayChange } from '../fhir/numbers';
import { WrittenNumber } from './writtenNumber';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
/** The key of the object that stands for a number while it is parsed. Nobody who writes a line can know it. */
const MARK = randomUUID();

/**
 * Parses one line of NDJSON, as `JSON.parse` does, with a WrittenNumber in place of each number that JavaScript would write otherwise:
 * `120.50`. Only a line that has such a number is read for digits.
 *
 * @param line JSON that is nested no deeper than `MAX_DEPTH`
 * @throws SyntaxError if it is no JSON
 */
export function parseWritten(line: string): unknown {
	if (!mayChange(line)) return JSON.parse(line);
	const marked = markNumbers(line);
	const parsed: unknown = JSON.parse(marked);
	return marked === line ? parsed : withNumbers(parsed);
}

/** Puts an object in place of each such number: unlike a text, it can stand nowhere but where the number may. */
function markNumbers(line: string): string {
	let marked = '';
	let copied = 0;
	let at = 0;
	while (at < line.length) {
		const digits = numberAt(line, at);
		if (digits !== '' && String(Number(digits)) !== digits) {
			marked += `${line.slice(copied, at)}{"${MARK}":"${digits}"}`;
			copied = at + digits.length;
		}
		at = line[at] === '"' ? afterString(line, at + 1) : at + Math.max(digits.length, 1);
	}
	return copied === 0 ? line : marked + line.slice(copied);
}

/** The number that starts at a place outside of strings; empty if none does. */
function numberAt(line: string, at: number): string {
	if (!'-0123456789'.includes(line[at])) return '';
	NUMBER.lastIndex = at;
	return NUMBER.exec(line)?.[0] ?? '';
}

/** Changes the value, which has just been parsed. */
function withNumbers(value: unknown): unknown {
	if (Array.isArray(value)) {
		for (const [index, entry] of value.entries()) value[index] = withNumbers(entry);
		return value;
	}
	if (!isObject(value)) return value;
	const digits = value[MARK];
	if (typeof digits === 'string') return new WrittenNumber(digits);
	for (const [key, entry] of Object.entries(value)) {
		const changed = withNumbers(entry);
		if (changed !== entry) Object.defineProperty(value, key, { value: changed });
	}
	return value;
}
