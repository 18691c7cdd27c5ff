import { WrittenNumber } from '../../../../nodes/shared/sqlOnFhir/writtenNumber';
import { parseWritten } from '../../../../nodes/shared/sqlOnFhir/writtenDecimals';
import { compileView } from '../../../../nodes/shared/sqlOnFhir/view';
import { viewOf } from './oneView';

const CHANGED =
	'120.50 1.0 -1.0 -0 0.0 -0.00 1e2 1E+2 1.5e-3 9007199254740993 12345678901234567890 1.23456789012345678 0.0000001 1e400 100.0'.split(
		' ',
	);
const SAME = '0 1 -1 10 100 1.5 -1.05 0.1 123456 123456789012345 0.000001 9007199254740991 1.101'.split(' ');

describe.each<[where: string, line: (digits: string) => string, read: (parsed: never) => unknown]>([
	['an object', (digits) => `{"a":${digits}}`, ({ a }) => a],
	['an object of many', (digits) => `{"b":"x", "a" : ${digits} , "c":[1,2]}`, ({ a }) => a],
	['a list', (digits) => `[1,${digits},2]`, (list) => list[1]],
	['a list with space', (digits) => `[ ${digits} ]`, (list) => list[0]],
	[
		'nested',
		(digits) => `{"a":[{"b":{"c":${digits}}}],"d":1}`,
		({ a }) => (a as [{ b: { c: unknown } }])[0].b.c,
	],
	[
		'__proto__',
		(digits) => `{"__proto__":${digits}}`,
		(o) => Object.getOwnPropertyDescriptor(o, '__proto__')?.value,
	],
])('a number in %s', (_, line, read) => {
	test.each(CHANGED)('%s keeps its digits', (digits) => {
		const number = read(parseWritten(line(digits)) as never);
		expect(number).toBeInstanceOf(WrittenNumber);
		expect(String(number)).toBe(digits);
		expect(JSON.stringify(number)).toBe(JSON.stringify(Number(digits)));
	});

	test.each(SAME)('%s is a number', (digits) =>
		expect(read(parseWritten(line(digits)) as never)).toBe(Number(digits)),
	);
});

test('texts stay texts', () => {
	for (const text of [...CHANGED, 'x\\": 1.0, \\\\', '\\u0022:1.0,', '{\\"a\\":1.50}']) {
		const line = `{"a":"${text}","b":1.50}`;
		expect(JSON.stringify(parseWritten(line))).toBe(JSON.stringify(JSON.parse(line)));
		expect(typeof (parseWritten(line) as { a: unknown }).a).toBe('string');
	}
});

test.each([
	'{"a":01.0}',
	'{"a":1.}',
	'{1.0:1}',
	'{"a":1.0',
	'1.0.0',
	'{"a":.50}',
	'{"a":1.50e}',
	'"1.0',
	'',
	'-',
])('%s is no JSON, with numbers or without', (line) => expect(() => parseWritten(line)).toThrow(SyntaxError));

test('a number as written leaves in its decimal column, and counts as a number elsewhere', () => {
	const view = compileView(
		viewOf({
			select: [
				{
					column: [
						{ name: 'own', path: 'a', type: 'decimal' },
						{ name: 'all', path: 'list.where($this > 1)', type: 'decimal', collection: true },
						{ name: 'typed', path: 'value.ofType(decimal)', type: 'decimal' },
						{ name: 'other', path: 'a', type: 'string' },
						{ name: 'sum', path: 'a + b', type: 'decimal' },
						{ name: 'equal', path: 'a = 1.5 and a = b and a >= 1.5' },
						{ name: 'joined', path: "list.join(' ')" },
						{ name: 'inside', path: 'a.value.exists() or a.toJSON.exists() or a.digits.exists()' },
						{ name: 'low', path: 'a.lowBoundary()', type: 'decimal' },
					],
				},
			],
		}),
	);
	const line = '{"resourceType":"Patient","a":1.50,"b":1.5,"list":[1.0,2.0],"valueDecimal":-0}';
	const [row] = view.rows(parseWritten(line), { keyPrefix: '' });
	expect(
		row.map((value) =>
			Array.isArray(value) ? value.map(String) : value instanceof WrittenNumber ? String(value) : value,
		),
	).toEqual(['1.50', ['2.0'], '-0', 1.5, 3, true, '1.0 2.0', false, 1.495]);
});
