/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';

/** Lines that should not be in a file. `other-type` is a good resource of a type that no manifest promises. */
export const strayLines = {
	'not-json': '{"resourceType":"Patient","id":',
	array: '[{"resourceType":"Patient"}]',
	number: '42',
	null: 'null',
	'no-resource-type': '{"id":"no-resource-type"}',
	'other-type': '{"resourceType":"Basic","id":"other-type","code":{"text":"stray"}}',
	'not-utf8': '{"resourceType":"Basic","id":"\xff\xfe"}',
} as const;

/** The lines of a file, a character a byte, so that they come out as they were. */
function linesOf(body: Buffer): string[] {
	return body.toString('latin1').split('\n').slice(0, -1);
}

function fileOf(lines: readonly string[]): Buffer {
	return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
}

export function withBom(body: Buffer): Buffer {
	return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
}

export function withCrlf(body: Buffer): Buffer {
	return fileOf(linesOf(body).map((line) => `${line}\r`));
}

/** An empty line and one of spaces before every line, and at the end. */
export function withBlankLines(body: Buffer): Buffer {
	return fileOf([...linesOf(body).flatMap((line) => ['', '  ', line]), '', ' ']);
}

export function withoutLastNewline(body: Buffer): Buffer {
	return body.at(-1) === 0x0a ? body.subarray(0, -1) : body;
}

/** Lines put in so that the first of them is line `at`, from 1; beyond the end they are the last ones. */
export function withLines(body: Buffer, at: number, lines: readonly string[]): Buffer {
	return fileOf(linesOf(body).toSpliced(at - 1, 0, ...lines));
}

export function withoutLines(body: Buffer, at: number, count: number): Buffer {
	return fileOf(linesOf(body).toSpliced(at - 1, count));
}

export function withLinesTwice(body: Buffer, at: number, count: number): Buffer {
	const lines = linesOf(body);
	return fileOf(lines.toSpliced(at - 1, 0, ...lines.slice(at - 1, at - 1 + count)));
}

/** A resource of the file's own type in one line of so many bytes. */
export function longLine(body: Buffer, bytes: number): string {
	const [, type] = /"resourceType":"([A-Za-z]+)"/.exec(body.toString('latin1')) ?? [];
	const [begin, end] = [`{"resourceType":"${type ?? 'Basic'}","id":"long-line","language":"`, '"}'];
	return `${begin}${'x'.repeat(Math.max(0, bytes - begin.length - end.length))}${end}`;
}

/** The body compressed, in so many gzip members, whole or damaged. */
export function gzipped(body: Buffer, members: number, damage: 'none' | 'flipped' | 'truncated'): Buffer {
	const size = Math.max(1, Math.ceil(body.length / members));
	const parts = Array.from({ length: members }, (_part, n) =>
		gzipSync(body.subarray(n * size, (n + 1) * size)),
	);
	const whole = Buffer.concat(parts);
	const middle = Math.floor(whole.length / 2);
	if (damage === 'truncated') return whole.subarray(0, middle);
	if (damage === 'flipped') whole[middle] ^= 0xff;
	return whole;
}
