import { createHash } from 'node:crypto';
import { NdjsonReader, type NdjsonSummary } from '../../../../nodes/shared/fhir/ndjson';

interface Taken extends NdjsonSummary {
	lines: Array<{ line: number; resource: object }>;
	bad: Array<{ line: number; reason: string; bytes: string }>;
}

function read(parts: Buffer[], longestLine?: number): Taken {
	const lines: Taken['lines'] = [];
	const bad: Taken['bad'] = [];
	const reader = new NdjsonReader(
		{
			onResource: (resource, line) => void lines.push({ line, resource }),
			onRejected: (reason, line, bytes) => bad.push({ line, reason, bytes: bytes.toString('hex') }),
		},
		longestLine,
	);
	for (const part of parts) reader.push(part);
	return { ...reader.end(), lines, bad };
}

const bytesOf = (content: string | number[]) => Buffer.from(content as string);
const NAMES = ['José', 'Nguyễn', "O'Connor", '李 明', '👩‍⚕️', 'a\\nb', '\u2028', '\ufffd', ''];
const patient = (name: string) => JSON.stringify({ resourceType: 'Patient', name: [{ family: name }] });

const NOT_JSON = 'The line is not JSON (cut off or damaged)';
const NO_OBJECT = 'The line is not a JSON object';
const NO_TYPE = 'The line has no resourceType';
const NO_UTF8 = 'The line is not valid UTF-8';

describe('a file', () => {
	const A = patient('A');
	const B = patient('李');
	test.each<[sentence: string, content: string, lines: number[]]>([
		['of nothing', '', []],
		['of one line', `${A}\n`, [1]],
		['without a last line end', `${A}\n${B}`, [1, 2]],
		['with CRLF', `${A}\r\n${B}\r\n`, [1, 2]],
		['with CRLF and without a last one', `${A}\r\n${B}\r`, [1, 2]],
		['with blank lines', `\n\n${A}\n \t\n\r\n${B}\n\n`, [3, 6]],
		['with a byte order mark', `\ufeff${A}\n${B}\n`, [1, 2]],
		['of a byte order mark', '\ufeff', []],
		['of a byte order mark and a blank line', `\ufeff\r\n${A}`, [2]],
		['with spaces around a line', `  ${A}  \n`, [1]],
		['of line ends', '\n\r\n\n', []],
	])('%s', (_, content, lines) => {
		const taken = read([bytesOf(content)]);
		expect(taken.lines.map(({ line }) => line)).toEqual(lines);
		expect(taken).toMatchObject({ resources: lines.length, rejected: 0, bad: [] });
	});

	it('is summed up by its bytes', () => {
		const content = bytesOf(`${B}\r\n\r\nx\n`);
		expect(read([content])).toMatchObject({
			resources: 1,
			rejected: 1,
			bytes: content.length,
			sha256: createHash('sha256').update(content).digest('hex'),
		});
		expect(read([])).toMatchObject({ bytes: 0, sha256: createHash('sha256').digest('hex') });
	});

	it('gives each resource untouched', () => {
		const resource = {
			resourceType: 'Observation',
			id: '1',
			valueQuantity: { value: 1.5 },
			text: { div: NAMES.join('\n') },
			extension: [{ url: 'x', valueString: null }],
		};
		expect(read([bytesOf(JSON.stringify(resource))]).lines).toEqual([{ line: 1, resource }]);
	});
});

describe('a line', () => {
	test.each<[sentence: string, content: string | number[], reason: string]>([
		['cut off', '{"resourceType":"Patient","id":"1', NOT_JSON],
		['of text', 'Bad Gateway', NOT_JSON],
		['of a page', '<html></html>', NOT_JSON],
		['of two objects', `${patient('A')}${patient('B')}`, NOT_JSON],
		['of a list', `[${patient('A')}]`, NO_OBJECT],
		['of a number', '42', NO_OBJECT],
		['of a text in quotes', '"Patient"', NO_OBJECT],
		['of null', 'null', NO_OBJECT],
		['without a type', '{"id":"1"}', NO_TYPE],
		['of a type that is no text', '{"resourceType":5}', NO_TYPE],
		['of a type that is empty', '{"resourceType":""}', NO_TYPE],
		['with a stray byte', [0x7b, 0xff, 0x7d], NO_UTF8],
		[
			'with a letter cut in two',
			[...Buffer.from('{"resourceType":"Patient","id":"'), 0xc3, 0x22, 0x7d],
			NO_UTF8,
		],
		['with an overlong letter', [0x22, 0xc0, 0xaf, 0x22], NO_UTF8],
	])('%s is rejected with its number, its reason and its bytes', (_, content, reason) => {
		const line = bytesOf(content);
		const file = Buffer.concat([bytesOf(`${patient('A')}\n\n`), line, bytesOf(`\r\n${patient('B')}\n`)]);
		const taken = read([file]);
		expect(taken.bad).toEqual([{ line: 3, reason, bytes: line.toString('hex') }]);
		expect(taken.lines.map((each) => each.line)).toEqual([1, 4]);
	});

	it('may hold the sign for a broken letter where the payer sent it', () => {
		expect(read([bytesOf(patient('\ufffd'))])).toMatchObject({ resources: 1, rejected: 0 });
	});

	const LIMIT = 40;
	const long = (bytes: number) => {
		const empty = patient('').length;
		return patient('x'.repeat(bytes - empty));
	};

	test.each<[sentence: string, content: string, longest: number, rejected: number[]]>([
		['as long as allowed', `${long(90)}\n`, 90, []],
		['as long as allowed, with CRLF', `${long(90)}\r\n`, 90, []],
		['as long as allowed, the last', long(90), 90, []],
		['one byte too long', `${long(91)}\n`, 90, [1]],
		['one byte too long, with CRLF', `${long(91)}\r\n`, 90, [1]],
		['one byte too long, the last', long(91), 90, [1]],
		['much too long, then a good one', `${long(9000)}\n${long(90)}\n`, 90, [1]],
		['too long between good ones', `${long(80)}\n${long(9000)}\n${long(80)}`, 90, [2]],
		['too long of nothing but spaces', `${' '.repeat(91)}\n`, 90, [1]],
	])('%s', (_, content, longest, rejected) => {
		const taken = read([bytesOf(content)], longest);
		expect(taken.bad.map(({ line }) => line)).toEqual(rejected);
		for (const { reason, bytes } of taken.bad) {
			expect(reason).toBe(`The line is longer than ${longest} bytes`);
			expect(bytes).toHaveLength(longest * 2);
		}
		expect(taken.bytes).toBe(Buffer.byteLength(content));
	});

	it('that never ends is not kept', () => {
		const reader = new NdjsonReader({ onResource: () => undefined, onRejected: () => undefined }, LIMIT);
		const part = Buffer.alloc(1024 * 1024, 'x');
		for (let count = 0; count < 100; count += 1) reader.push(part);
		const kept = (reader as unknown as { pending: Buffer[] }).pending;
		expect(kept.reduce((sum, each) => sum + each.length, 0)).toBeLessThanOrEqual(LIMIT + 4);
		expect(reader.end()).toMatchObject({ rejected: 1, bytes: 100 * 1024 * 1024 });
	});
});

it('a file cut byte by byte gives the same as the whole', () => {
	const file = bytesOf(`\ufeff${NAMES.map(patient).join('\r\n')}\n{"x\n`);
	expect(read([...file].map((byte) => Buffer.from([byte])))).toEqual(read([file]));
});
