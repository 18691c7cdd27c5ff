import fc from 'fast-check';
import { compileView } from '../../../nodes/shared/sqlOnFhir/view';
import { ViewError } from '../../../nodes/shared/sqlOnFhir/viewError';
import { parseWritten } from '../../../nodes/shared/sqlOnFhir/writtenDecimals';
import { fuzz, MARKER, text } from './fuzz';

const NAMES = [
	'a',
	'b',
	'value',
	'item',
	'extension',
	'coding',
	'constructor',
	'__proto__',
	'toString',
	'reference',
];
const PIECES = [
	...NAMES,
	...[
		'where(',
		'exists(',
		'empty()',
		'first()',
		'not()',
		"extension('u')",
		'ofType(Quantity)',
		'ofType(string)',
		'join(',
	],
	...[
		'lowBoundary()',
		'highBoundary()',
		'getResourceKey()',
		'getReferenceKey()',
		'nothing()',
		')',
		'(',
		'[',
		']',
		',',
	],
	...[
		'.',
		'.',
		'.',
		' and ',
		' or ',
		' = ',
		' != ',
		' < ',
		' >= ',
		' + ',
		' - ',
		' * ',
		' / ',
		' | ',
		'$this',
		'%k',
		'%rowIndex',
	],
	...["'x'", '1', '0.5', 'true', '@2026-03', '@T10:00', '`', "'", '\\', '{}', '\0', '//', '/*'],
];

/** Right, so that it runs, but for a few with pieces in any order. */
const path: fc.Arbitrary<string> = fc.oneof(
	{
		weight: 60,
		arbitrary: fc.letrec<{ path: string }>((tie) => ({
			path: fc.oneof(
				{ depthSize: 'small', withCrossShrink: true },
				fc.constantFrom(...NAMES, '$this', '%k', '%rowIndex', "'x'", '1', '@2026'),
				fc.tuple(tie('path'), fc.constantFrom(...NAMES)).map(([of, name]) => `${of}.${name}`),
				fc
					.tuple(
						tie('path'),
						fc.constantFrom(
							'first()',
							'exists()',
							'not()',
							'ofType(string)',
							'ofType(Quantity)',
							'join()',
							'getReferenceKey()',
							'lowBoundary()',
						),
					)
					.map(([of, call]) => `${of}.${call}`),
				fc
					.tuple(tie('path'), fc.constantFrom('where', 'exists', 'extension'), tie('path'))
					.map(([of, call, arg]) => `${of}.${call}(${arg})`),
				fc
					.tuple(
						tie('path'),
						fc.constantFrom('and', 'or', '=', '!=', '<', '>=', '+', '-', '*', '/'),
						tie('path'),
					)
					.map((parts) => `(${parts.join(' ')})`),
				fc.tuple(tie('path'), tie('path')).map(([of, index]) => `${of}[${index}]`),
			),
		})).path,
	},
	{
		weight: 2,
		arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
	},
	{ weight: 1, arbitrary: text },
);

const loop = fc.oneof(
	fc.constant({}),
	path.map((forEach) => ({ forEach })),
	path.map((forEachOrNull) => ({ forEachOrNull })),
	fc.array(path, { minLength: 1, maxLength: 2 }).map((repeat) => ({ repeat })),
);
const column = (name: string) =>
	fc
		.tuple(path, fc.constantFrom('decimal', 'Quantity', 'string'), fc.boolean())
		.map(([each, type, collection]) => ({ name, path: each, type, collection }));
const branch = fc.tuple(loop, path, path).map(([each, d, e]) => ({
	...each,
	column: [
		{ name: 'd', path: d },
		{ name: 'e', path: e, collection: true },
	],
}));
const view = fc
	.tuple(
		loop,
		column('a'),
		column('b'),
		loop,
		column('c'),
		fc.array(branch, { maxLength: 2 }),
		fc.array(path, { maxLength: 1 }),
	)
	.map(([outer, a, b, inner, c, unionAll, where]) => ({
		resource: 'Patient',
		constant: [{ name: 'k', valueString: 'x' }],
		where: where.map((each) => ({ path: `(${each}).exists().not()` })),
		select: [{ ...outer, column: [a], select: [{ ...inner, column: [c] }], unionAll }, { column: [b] }],
	}));
/** The same with anything in place of something. */
const brokenView = fc
	.tuple(
		view.map((each) => JSON.stringify(each)),
		fc.nat(),
		fc.jsonValue(),
	)
	.map(([json, at, value]) => {
		let count = 0;
		return JSON.parse(json, (_, each: unknown) => (count++ === at % 30 ? value : each)) as unknown;
	});

const leaf = fc.constantFrom<unknown>(
	MARKER,
	'x',
	'',
	1,
	-0.5,
	true,
	null,
	'2026-03-01',
	'2026-03-01T10:00:00Z',
	'Patient/p1',
	`${MARKER}/1`,
);
const tree = fc.letrec<{ any: unknown }>((tie) => ({
	any: fc.oneof(
		{ depthSize: 'small' },
		leaf,
		fc.array(tie('any'), { maxLength: 4 }),
		fc.dictionary(
			fc.constantFrom(...NAMES, 'valueQuantity', 'valueString', '_a', 'url', 'resourceType'),
			tie('any'),
			{ maxKeys: 5 },
		),
	),
})).any;
const resource = fc
	.dictionary(fc.constantFrom(...NAMES, 'valueQuantity', 'contained'), tree, { maxKeys: 6 })
	.map((elements) =>
		JSON.stringify({ ...elements, resourceType: 'Patient', id: MARKER }).replaceAll('-0.5', '-0.50'),
	);

const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype].map((each) => ({
	each,
	names: Reflect.ownKeys(each).length,
}));
const seen = { compiled: 0, rows: 0, refused: 0 };

/** What the work gives; undefined where it throws a ViewError, which shows nothing of the resource. */
function quietly<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch (error) {
		expect(error).toBeInstanceOf(ViewError);
		const { message, path: shown = '' } = error as ViewError;
		expect(message.includes(MARKER) && !shown.includes(MARKER)).toBe(false);
		seen.refused += 1;
		return undefined;
	}
}

fuzz(
	'a view gives rows or a ViewError, and changes nothing',
	fc.tuple(view, resource),
	([definition, line]) => {
		const compiled = quietly(() => compileView(definition));
		if (!compiled) return;
		seen.compiled += 1;
		const parsed = parseWritten(line);
		const before = JSON.stringify(parsed);
		const rows = quietly(() => compiled.rows(parsed, { keyPrefix: 'k/', fhirBase: 'https://x.example' }));
		if (JSON.stringify(parsed) !== before) throw new Error('The resource is changed');
		if (prototypes.some(({ each, names }) => Reflect.ownKeys(each).length !== names))
			throw new Error('A prototype is changed');
		for (const row of rows ?? []) {
			seen.rows += 1;
			if (row.length !== compiled.columns.length) throw new Error('A row is not whole');
			for (const [index, value] of row.entries()) {
				if (value === undefined || typeof value === 'function') throw new Error('A value is none of JSON');
				if (Array.isArray(value) !== compiled.columns[index].collection)
					throw new Error('A list where there is none');
			}
		}
	},
);

fuzz(
	'anything is a view or gives a ViewError',
	fc.oneof(brokenView, fc.anything(), fc.jsonValue()),
	(definition) => {
		quietly(() => compileView(definition));
	},
);

fuzz('a line is parsed as JSON.parse does', fc.oneof(resource, fc.json(), text), (line) => {
	const [one, other] = [parseWritten, JSON.parse].map((parse) => {
		try {
			return JSON.stringify(parse(line));
		} catch (error) {
			return (error as Error).name;
		}
	});
	if (one !== other) throw new Error('It is not parsed alike');
});

test('the views are not all refused', () => {
	expect(seen.compiled).toBeGreaterThan(200);
	expect(seen.rows).toBeGreaterThan(200);
	expect(seen.refused).toBeGreaterThan(200);
});
