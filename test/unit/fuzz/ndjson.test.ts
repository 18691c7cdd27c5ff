import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { NdjsonReader, type NdjsonSummary } from '../../../nodes/shared/fhir/ndjson';
import { fuzz, RUNS, text } from './fuzz';

const LONGEST = 60;

interface Taken extends NdjsonSummary {
	lines: Array<{ line: number; resource: object }>;
	bad: Array<{ line: number; reason: string; bytes: string; cut: boolean }>;
}

function read(parts: Buffer[]): Taken {
	const lines: Taken['lines'] = [];
	const bad: Taken['bad'] = [];
	const reader = new NdjsonReader(
		{
			onResource: (resource, line) => void lines.push({ line, resource }),
			onRejected: (reason, line, bytes, cut) => bad.push({ line, reason, bytes: bytes.toString('hex'), cut }),
		},
		LONGEST,
	);
	for (const part of parts) reader.push(part);
	return { ...reader.end(), lines, bad };
}

type Judged = object | 'blank' | 'rejected';

/** The same file read in the plainest way: split whole, each line judged by itself. */
function plainly(file: Buffer): Judged[] {
	const lines: Buffer[] = [];
	let start = 0;
	for (let at = 0; at <= file.length; at += 1) {
		if (at < file.length && file[at] !== 0x0a) continue;
		lines.push(file.subarray(start, at));
		start = at + 1;
	}
	return lines.map((raw, index) => {
		const mark = index === 0 && raw.subarray(0, 3).toString('hex') === 'efbbbf' ? 3 : 0;
		const end = raw.length > mark && raw[raw.length - 1] === 0x0d ? raw.length - 1 : raw.length;
		return judged(raw.subarray(mark, end));
	});
}

function judged(line: Buffer): Judged {
	if (line.length > LONGEST) return 'rejected';
	const letters = line.toString('utf8');
	if (letters.trim() === '') return 'blank';
	if (!Buffer.from(letters).equals(line)) return 'rejected';
	try {
		const value = JSON.parse(letters) as { resourceType?: unknown } | null;
		const type = value?.resourceType;
		return typeof type === 'string' && type.trim() !== '' && !Array.isArray(value)
			? (value as object)
			: 'rejected';
	} catch {
		return 'rejected';
	}
}

const bytes = (part: string) => Buffer.from(part);
const patient = (family: string) => bytes(JSON.stringify({ resourceType: 'Patient', family }));
const resource = fc
	.oneof(text, fc.constantFrom('José', 'Nguyễn', '李 明', '👩‍⚕️', '\u2028', '\ufffd', '漢'.repeat(9)))
	.map(patient);
const garbage = fc.uint8Array({ maxLength: 20 }).map((all) => Buffer.from(all));
const line = fc.oneof(
	{ weight: 5, arbitrary: resource },
	{ weight: 1, arbitrary: text.map(bytes) },
	{ weight: 1, arbitrary: garbage },
	{ weight: 1, arbitrary: fc.tuple(resource, fc.nat(80)).map(([whole, end]) => whole.subarray(0, end)) },
	{
		weight: 1,
		arbitrary: fc
			.constantFrom(
				'null',
				'[]',
				'{}',
				'{"resourceType":1}',
				'{"resourceType":" "}',
				'"é"',
				'\t',
				'\ufeff',
				'x'.repeat(LONGEST + 1),
				' '.repeat(LONGEST + 2),
			)
			.map(bytes),
	},
);
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r\n', '\r', '').map(bytes);
const mark = fc.constantFrom('', '', '', '\ufeff').map(bytes);
const file = fc
	.tuple(mark, fc.array(fc.tuple(line, lineEnd), { maxLength: 6 }))
	.map(([start, lines]) => Buffer.concat([start, ...lines.flat()]));
const cuts = fc.array(fc.nat(30), { minLength: 1, maxLength: 8 });

/** The file in parts of these sizes, over and over; parts of nothing too. */
function cut(whole: Buffer, sizes: number[]): Buffer[] {
	const parts: Buffer[] = [];
	const all = sizes.every((size) => size === 0) ? [1] : sizes;
	for (let start = 0, turn = 0; start < whole.length; turn += 1) {
		const end = start + all[turn % all.length];
		parts.push(whole.subarray(start, end));
		start = end;
	}
	return parts;
}

/** Whether what stands behind the last line end is JSON: a line that was cut off on its way is none. */
function endsInJson(whole: Buffer): boolean {
	const start = whole.lastIndexOf(0x0a) + 1;
	try {
		const tail = new TextDecoder('utf-8', { fatal: true, ignoreBOM: start > 0 }).decode(
			whole.subarray(start),
		);
		JSON.parse(tail);
		return true;
	} catch {
		return false;
	}
}

const seen = { resources: 0, rejected: 0, tooLong: 0, notUtf8: 0, cutShort: 0, blank: 0 };

fuzz(
	'bytes cut into chunks give the lines, resources, rejected lines, counts and hash of the whole at once',
	fc.record({ file, cuts }),
	({ file: whole, cuts: sizes }) => {
		const atOnce = read([whole]);
		expect(read(cut(whole, sizes))).toEqual(atOnce);
		expect(atOnce.bytes).toBe(whole.length);
		expect(atOnce.sha256).toBe(createHash('sha256').update(whole).digest('hex'));
		const expected = plainly(whole);
		const good = expected.flatMap((each, index) =>
			typeof each === 'object' ? [{ line: index + 1, resource: each }] : [],
		);
		const bad = expected.flatMap((each, index) => (each === 'rejected' ? [index + 1] : []));
		expect(atOnce.lines).toEqual(good);
		expect(atOnce.bad.map((each) => each.line)).toEqual(bad);
		expect([atOnce.resources, atOnce.rejected]).toEqual([good.length, bad.length]);
		const isTooLong = atOnce.bad.at(-1)?.cut === true;
		expect(atOnce.cutShort).toBe(expected.at(-1) === 'rejected' && !isTooLong && !endsInJson(whole));
		seen.resources += good.length;
		seen.rejected += bad.length;
		seen.tooLong += atOnce.bad.filter((each) => each.cut).length;
		seen.notUtf8 += atOnce.bad.filter(({ reason }) => reason.includes('UTF-8')).length;
		seen.cutShort += Number(atOnce.cutShort);
		seen.blank += expected.filter((each) => each === 'blank').length;
	},
);

test('the cases above hold enough of each kind to mean something', () => {
	for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 50);
});
