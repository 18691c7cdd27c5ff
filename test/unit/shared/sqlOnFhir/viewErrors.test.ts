import { compileView } from '../../../../nodes/shared/sqlOnFhir/view';
import { VIEW_LIMITS } from '../../../../nodes/shared/fhir/limits';
import { column, errorOf, rowsOf, viewOf } from './oneView';

const select = [{ column: [{ name: 'c', path: 'id' }] }];
const columns = (...names: string[]) => names.map((name) => ({ name, path: 'id', type: 'id' }));
const nested = (depth: number): object => (depth === 0 ? select[0] : { select: [nested(depth - 1)] });
const many = <T>(count: number, make: (index: number) => T): T[] =>
	Array.from({ length: count }, (_, index) => make(index));

describe('V3 what is no ViewDefinition', () => {
	test.each<[what: string, definition: unknown, message: RegExp]>([
		['nothing', undefined, /^View: it is no JSON object; enter/],
		['a list', [], /^View: it is no JSON object/],
		['a text', '{}', /^View: it is no JSON object/],
		[
			'another resource',
			{ resourceType: 'Patient', resource: 'Patient', select },
			/resourceType is not ViewDefinition/,
		],
		['no resource', viewOf({ resource: undefined, select }), /"resource" is no resource type of FHIR R4/],
		['an unknown resource', viewOf({ resource: 'Patiant', select }), /"resource" is no resource type/],
		['a resource of no text', viewOf({ resource: ['Patient'], select }), /"resource" is no resource type/],
		...['', '1v', 'a-b', 'a b', '__proto__', 'ä', 5, null].map((name): [string, unknown, RegExp] => [
			`the name ${name}`,
			viewOf({ name, select }),
			/^View: "name" is no name: it starts with a letter/,
		]),
		['no select', viewOf({}), /^View v: "select" is missing or empty/],
		['an empty select', viewOf({ select: [] }), /"select" is missing or empty/],
		['a select that is no list', viewOf({ select: select[0] }), /"select" is no list of objects/],
		['a select of texts', viewOf({ select: ['id'] }), /"select" is no list of objects/],
		['no columns', viewOf({ select: [{ forEach: 'name' }] }), /it has no columns/],
		['columns that are no list', viewOf({ select: [{ column: {} }] }), /"column" is no list of objects/],
		[
			'a column without a path',
			viewOf({ select: [{ column: [{ name: 'c' }] }] }),
			/column c: "path" is no text/,
		],
		['a blank path', viewOf(column(' ')), /column c: "path" is no text with a path/],
		[
			'a column without a name',
			viewOf({ select: [{ column: [{ path: 'id' }] }] }),
			/name of a column is no name/,
		],
		[
			'a column named __proto__',
			viewOf({ select: [{ column: columns('__proto__') }] }),
			/name of a column is no name/,
		],
		[
			'a collection of text',
			viewOf(column('id', { collection: 'true' })),
			/"collection" is neither true nor false/,
		],
		['a type of no text', viewOf(column('id', { type: 5 })), /"type" is no name of a FHIR type/],
		['where that is no list', viewOf({ select, where: { path: 'active' } }), /"where" is no list/],
		['where without a path', viewOf({ select, where: [{}] }), /"where.path" is no text/],
		[
			'forEach of a list',
			viewOf({ select: [{ ...select[0], forEach: ['name'] }] }),
			/"forEach" is no text with a path/,
		],
		[
			'repeat of a text',
			viewOf({ select: [{ ...select[0], repeat: 'item' }] }),
			/"repeat" is no list of paths/,
		],
		['repeat of nothing', viewOf({ select: [{ ...select[0], repeat: [] }] }), /"repeat" is no list of paths/],
		[
			'two loops',
			viewOf({ select: [{ ...select[0], forEach: 'a', forEachOrNull: 'b' }] }),
			/forEach and forEachOrNull/,
		],
		[
			'two loops',
			viewOf({ select: [{ ...select[0], forEach: 'a', repeat: ['b'] }] }),
			/forEach and repeat; keep one/,
		],
	])('%s', (_, definition, message) =>
		expect(errorOf(() => compileView(definition)).message).toMatch(message),
	);

	test.each<[what: string, selects: object[], name: string]>([
		['in one select', [{ column: columns('a', 'a') }], 'a'],
		['in two', [{ column: columns('a', 'b') }, { column: columns('b') }], 'b'],
		['in a nested one', [{ column: columns('a'), select: [{ column: columns('a') }] }], 'a'],
		['in a union and beside it', [{ column: columns('a'), unionAll: [{ column: columns('a') }] }], 'a'],
	])('a column twice %s', (_, selects, name) => {
		const error = errorOf(() => compileView(viewOf({ select: selects })));
		expect([error.column, error.reason]).toEqual([name, 'the column is there twice; rename one']);
	});

	test.each<[what: string, branch: object, name: string]>([
		['another name', { column: columns('a', 'c') }, 'b'],
		['another order', { column: columns('b', 'a') }, 'a'],
		['one column more', { column: columns('a', 'b', 'c') }, 'c'],
		['one column less', { column: columns('a') }, 'b'],
		['none', {}, 'a'],
		['another type', { column: [...columns('a'), { name: 'b', path: 'id', type: 'string' }] }, 'b'],
		[
			'a collection',
			{ column: [...columns('a'), { name: 'b', path: 'id', type: 'id', collection: true }] },
			'b',
		],
		['them in a nested union', { unionAll: [{ column: columns('a', 'x') }] }, 'b'],
	])('a union whose second branch has %s', (_, branch, name) => {
		const error = errorOf(() =>
			compileView(viewOf({ select: [{ unionAll: [{ column: columns('a', 'b') }, branch] }] })),
		);
		expect([error.column, error.message]).toEqual([
			name,
			expect.stringMatching(/branches of "unionAll" differ/),
		]);
	});

	test.each<[what: string, constants: unknown]>([
		['no list', {}],
		['no name', [{ valueString: 'x' }]],
		['a name of its own for %rowIndex', [{ name: 'rowIndex', valueInteger: 1 }]],
		['no value', [{ name: 'k' }]],
		['two values', [{ name: 'k', valueString: 'x', valueCode: 'x' }]],
		['a complex value', [{ name: 'k', valueCoding: { code: 'x' } }]],
		['an unknown type', [{ name: 'k', valueText: 'x' }]],
		['a value of another type', [{ name: 'k', valueInteger: '1' }]],
		['null', [{ name: 'k', valueString: null }]],
		['the same name twice', [...'kk'].map((name) => ({ name, valueString: 'x' }))],
	])('constants with %s', (_, constant) =>
		expect(errorOf(() => compileView(viewOf({ constant, select }))).message).toMatch(/^View v: .*constant/),
	);
});

describe('V3 what is no path of the shareable subset', () => {
	test.each<[path: string, reason: RegExp]>([
		['@@', /letter 1 of the path is not FHIRPath/],
		['name.', /ends too early/],
		['name..family', /no FHIRPath at "\." \(part 3\)/],
		['name family', /no FHIRPath at "family"/],
		['(name', /ends too early/],
		['name)', /no FHIRPath at "\)"/],
		['name[0', /ends too early/],
		['name[0.family', /letter 7|no FHIRPath|ends too early/],
		['name.where(', /ends too early/],
		['name.where(use=', /ends too early/],
		["'open", /letter 1 of the path/],
		['"text"', /letter 1 of the path/],
		['{}', /no FHIRPath at "\{"/],
		['1 year', /no FHIRPath at "year"/],
		['$index', /no FHIRPath at "\$index"/],
		['name.$this', /no FHIRPath at "\$this"/],
		['a = = b', /no FHIRPath at "="/],
		['%k', /no constant "k"; add it/],
		['%resource.id', /no constant "resource"/],
		...['xor', 'implies', 'in', 'contains', 'is', 'as', 'div', 'mod', '|', '&', '~', '!~'].map(
			(operator): [string, RegExp] => [
				`a ${operator} b`,
				/is not in the shareable subset of FHIRPath; use or and =/,
			],
		),
		...[
			'count',
			'matches',
			'resolve',
			'memberOf',
			'constructor',
			'toString',
			'__proto__',
			'select',
			'repeat',
		].map((name): [string, RegExp] => [
			`id.${name}()`,
			new RegExp(`function ${name}\\(\\) is not in the shareable subset`),
		]),
		['name.where()', /where\(\) takes one argument/],
		['name.where(use, use)', /where\(\) takes one argument/],
		['name.first(1)', /first\(\) takes no argument/],
		['name.exists(a, b)', /exists\(\) takes one argument or none/],
		['name.empty(a)', /empty\(\) takes no argument/],
		['extension()', /extension\(\) takes one argument/],
		['value.ofType()', /ofType\(\) takes one argument/],
		["value.ofType('Quantity')", /ofType\(\) takes the name of a FHIR type/],
		['value.ofType(Quantty)', /ofType\(\) takes the name of a FHIR type/],
		['value.ofType(String)', /ofType\(\) takes the name of a FHIR type/],
		['link.other.getReferenceKey(5)', /getReferenceKey\(\) takes the name of a FHIR type/],
		['getResourceKey(Patient)', /getResourceKey\(\) takes no argument/],
	])('%s', (path, reason) => {
		const error = errorOf(() => compileView(viewOf(column(path))));
		expect(error.reason).toMatch(reason);
		expect([error.view, error.column, error.path]).toEqual(['v', 'c', path]);
		expect(error.message).toBe(`View v, column c, path "${path}": ${error.reason}`);
	});

	test.each<[what: string, more: object]>([
		['where', { select, where: [{ path: 'a.b(' }] }],
		['forEach', { select: [{ ...select[0], forEach: 'a.b(' }] }],
		['repeat', { select: [{ ...select[0], repeat: ['item', 'a.b('] }] }],
	])('a path of %s', (_, more) => {
		const error = errorOf(() => compileView(viewOf(more)));
		expect([error.column, error.path]).toEqual([undefined, 'a.b(']);
	});
});

describe('V3 a resource that does not fit the view', () => {
	const PHI = 'Zzyzx';
	const NAMES = { name: [{ family: PHI, given: [PHI, PHI] }, { family: PHI }], n: 1 };
	test.each<[what: string, view: object, reason: RegExp]>([
		['several values', column('name.family'), /several values for a single one; add \.first\(\)/],
		['an element', column('name.first()'), /an element that is no single value/],
		[
			'an element, typed otherwise',
			column('name.first()', { type: 'string' }),
			/an element that is no single value/,
		],
		['elements', column('name', { collection: true }), /an element that is no single value/],
		['several in a condition', column('name.where(given and true).family'), /condition found several values/],
		['several in not()', column('name.given.not()'), /condition found several values/],
		['several to compare', column('name.given > 1'), /< > <= >= found something else/],
		['unlike ones to compare', column('name.first().family > 1'), /< > <= >= found something else/],
		[
			'a text to calculate with',
			column('name.first().family * 2'),
			/"\*" found something else than two numbers/,
		],
		['a text and a number to add', column('name.first().family + 2'), /"\+" found something else/],
		['several to add', column('name.given + name.given'), /"\+" found something else/],
		['a text to negate', column('-name.first().family'), /"-" found something else/],
		['an index of text', column('name[name.first().family].use'), /in \[ \] is no number/],
		['elements to join', column("name.join(',')"), /join\(\) found an element/],
		['a separator that is no text', column('name.given.join(n)'), /join\(\) takes a text/],
	])('%s', (_, view, reason) => {
		const error = errorOf(() => rowsOf(view, NAMES));
		expect(error.reason).toMatch(reason);
		expect([error.view, error.column]).toEqual(['v', 'c']);
		expect(error.message).not.toContain(PHI);
	});

	test('a condition of the view that gives no boolean', () => {
		const error = errorOf(() => rowsOf({ select, where: [{ path: 'name.first().family' }] }, NAMES));
		expect([error.path, error.reason]).toEqual([
			'name.first().family',
			expect.stringMatching(/"where" found something else/),
		]);
		expect(error.message).not.toContain(PHI);
	});
});

describe('a view cannot run for ever', () => {
	const list = many(1000, (n) => ({ n }));
	const each = (name: string, path = '$this') => ({ forEach: path, column: [{ name, path: 'n' }] });
	test.each<[what: string, make: () => unknown, reason: RegExp]>([
		[
			'a long path',
			() => compileView(viewOf(column('a'.repeat(VIEW_LIMITS.pathLetters + 1)))),
			/longer than 10000 letters/,
		],
		['a path of many parts', () => compileView(viewOf(column('a.'.repeat(600)))), /more than 1000 parts/],
		['brackets', () => compileView(viewOf(column('('.repeat(9000)))), /more than 1000 parts/],
		['minuses', () => compileView(viewOf(column(`${'-'.repeat(9000)}1`))), /more than 1000 parts/],
		[
			'many columns',
			() => compileView(viewOf({ select: [{ column: many(501, (n) => ({ name: `c${n}`, path: 'id' })) }] })),
			/more than 500 columns/,
		],
		['many selects', () => compileView(viewOf({ select: many(501, () => ({})) })), /more than 500 selects/],
		['deep selects', () => compileView(viewOf({ select: [nested(1000)] })), /more than 30 deep/],
		[
			'many constants',
			() => compileView(viewOf({ select, constant: many(501, (n) => ({ name: `k${n}`, valueCode: 'x' })) })),
			/more than 500 constants/,
		],
		[
			'rows',
			() => rowsOf({ select: [each('a', 'list'), each('b', 'list')] }, { list }),
			/more than 100000 rows/,
		],
		[
			'steps without rows',
			() =>
				rowsOf(
					{ select: [each('a', 'list'), each('b', 'list'), each('c', 'list'), each('d', 'nothing')] },
					{ list },
				),
			/more than 1000000 steps/,
		],
		[
			'unions beside each other',
			() =>
				rowsOf({
					select: [
						...many(30, (n) => ({ unionAll: many(2, () => ({ column: columns(`c${n}`) })) })),
						each('x', 'nothing'),
					],
				}),
			/more than 1000000 steps/,
		],
		[
			'repeat',
			() => rowsOf({ select: [{ repeat: ['$this'], column: columns('a') }] }),
			/"repeat" does not end/,
		],
		[
			'repeat of two',
			() => rowsOf({ select: [{ repeat: ['$this', '$this'], column: columns('a') }] }),
			/"repeat" does not end/,
		],
		[
			'repeat in repeat',
			() =>
				rowsOf({ select: [{ repeat: ['$this'], select: [{ repeat: ['$this'], column: columns('a') }] }] }),
			/"repeat" does not end/,
		],
		[
			'a text',
			() => rowsOf(column('id + id'), { id: 'x'.repeat(6_000_000) }),
			/longer than 10000000 letters/,
		],
		[
			'a joined text',
			() => rowsOf(column('list.join(id)'), { id: 'x'.repeat(6_000_000), list: ['a', 'b', 'c'] }),
			/longer than 10000000 letters/,
		],
	])('%s', (_, make, reason) => expect(errorOf(make).reason).toMatch(reason));

	test('what is at the limit works', () => {
		expect(rowsOf(column(many(250, (n) => `id = 'x${n}'`).join(' or ')))).toEqual([{ c: false }]);
		expect(rowsOf(column(`${'('.repeat(490)}id${')'.repeat(490)}`))).toEqual([{ c: 'p1' }]);
		expect(rowsOf(column(`${'-'.repeat(990)}1`))).toEqual([{ c: 1 }]);
		expect(rowsOf(column(`id${'[0]'.repeat(330)}`))).toEqual([{ c: 'p1' }]);
		expect(rowsOf(column(`id${'.where(true)'.repeat(190)}`))).toEqual([{ c: 'p1' }]);
		expect(rowsOf({ select: [nested(29)] })).toEqual([{ c: 'p1' }]);
		const loops = many(480, (n) => ({ forEach: '$this', column: columns(`c${n}`) }));
		expect(Object.keys(rowsOf({ select: loops })[0])).toHaveLength(480);
		expect(rowsOf({ select: [{ unionAll: many(400, () => select[0]) }] })).toHaveLength(400);
	});
});
