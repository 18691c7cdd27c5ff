import { compileView } from '../../../../nodes/shared/sqlOnFhir/view';
import { column, rowsOf, viewOf } from './oneView';

const column1 = (name: string, path: string, more: object = {}) => ({ name, path, ...more });
const TREE = { item: [{ id: 'a', item: [{ id: 'b' }, { id: 'c', item: [{ id: 'd' }] }] }, { id: 'e' }] };

test('selects beside each other are multiplied, also behind a nested one', () => {
	const elements = {
		a: [
			{ x: 1, y: [1, 2] },
			{ x: 2, y: [3] },
		],
		b: ['p', 'q'],
	};
	const rows = rowsOf(
		{
			select: [
				{
					forEach: 'a',
					column: [column1('x', 'x')],
					select: [{ forEach: 'y', column: [column1('y', '$this')] }, { column: [column1('again', 'x')] }],
				},
				{ forEach: 'b', column: [column1('b', '$this'), column1('index', '%rowIndex')] },
			],
		},
		elements,
	);
	const expected = [
		[1, 1],
		[1, 2],
		[2, 3],
	].flatMap(([x, y]) => ['p', 'q'].map((b, index) => ({ x, y, again: x, b, index })));
	expect(rows).toEqual(expected);
});

test('forEachOrNull without an element gives one row of nulls, with empty lists and index 0', () => {
	const select = [
		{
			forEachOrNull: 'name',
			column: [
				column1('index', '%rowIndex'),
				column1('literal', "'x'"),
				column1('all', 'given', { collection: true }),
			],
			select: [{ forEach: 'given', column: [column1('inner', '$this')] }],
			unionAll: [{ column: [column1('u', '1')] }, { column: [column1('u', '2')] }],
		},
		{ column: [column1('id', 'id')] },
	];
	expect(rowsOf({ select })).toEqual([{ index: 0, literal: null, all: [], inner: null, u: null, id: 'p1' }]);
});

test('the branches of a union give their own blanks and numbers', () => {
	const branch = (path: string) => ({
		forEachOrNull: 'name',
		column: [column1('u', path, { type: 'decimal' })],
	});
	const select = [{ unionAll: [branch('%rowIndex'), branch('1 + 1'), branch('n')] }];
	expect(rowsOf({ select })).toEqual([{ u: 0 }, { u: null }, { u: null }]);
	expect(compileView(viewOf({ select })).columns).toEqual([
		{ name: 'u', type: 'decimal', collection: false, writtenDecimal: true },
	]);
});

test('repeat gives elements in the order of the document, and %rowIndex counts them', () => {
	const rows = rowsOf(
		{ select: [{ repeat: ['item'], column: [column1('id', 'id'), column1('n', '%rowIndex')] }] },
		TREE,
	);
	expect(rows).toEqual([...'abcde'].map((id, n) => ({ id, n })));
});

test('none, one, several', () => {
	const view = { select: [{ column: [column1('one', 'a'), column1('all', 'b', { collection: true })] }] };
	expect(
		[{}, { a: null, b: null }, { a: [1], b: 1 }, { a: [null], b: [1, null, 2] }].map(
			(each) => rowsOf(view, each)[0],
		),
	).toEqual([
		{ one: null, all: [] },
		{ one: null, all: [] },
		{ one: 1, all: [1] },
		{ one: null, all: [1, 2] },
	]);
});

test('an element is a value where the type of the column says so', () => {
	const elements = { name: [{ family: 'A' }] };
	for (const type of ['HumanName', 'http://hl7.org/fhir/StructureDefinition/HumanName']) {
		expect(rowsOf(column('name', { type }), elements)).toEqual([{ c: { family: 'A' } }]);
		expect(rowsOf(column('name', { type, collection: true }), elements)).toEqual([{ c: [{ family: 'A' }] }]);
	}
});

test('what the view says of itself', () => {
	const { name, resource, columns } = compileView(
		viewOf({
			select: [
				{
					column: [
						column1('own', 'a', { type: 'decimal' }),
						column1('calculated', 'a + 1', { type: 'decimal' }),
						column1('negative', 'list.where(-a = 1).b', { type: 'decimal' }),
						column1('code', 'b', { type: 'code' }),
						column1('all', 'b', { collection: true }),
					],
				},
			],
		}),
	);
	expect([name, resource]).toEqual(['v', 'Patient']);
	expect(columns).toEqual([
		{ name: 'own', type: 'decimal', collection: false, writtenDecimal: true },
		{ name: 'calculated', type: 'decimal', collection: false, writtenDecimal: false },
		{ name: 'negative', type: 'decimal', collection: false, writtenDecimal: false },
		{ name: 'code', type: 'code', collection: false, writtenDecimal: false },
		{ name: 'all', collection: true, writtenDecimal: false },
	]);
	expect(compileView({ resource: 'Patient', ...column('id') }).name).toBe('Patient');
});

test.each<[what: string, resource: unknown]>([
	['another type', { resourceType: 'Coverage', id: 'p1' }],
	['no type', { id: 'p1' }],
	['a list', [{ resourceType: 'Patient' }]],
	['null', null],
	['a text', 'Patient'],
])('%s gives no rows', (_, resource) => {
	expect(compileView(viewOf(column('id'))).rows(resource, { keyPrefix: '' })).toEqual([]);
});

test('where: all conditions have to be true', () => {
	const rows = (...paths: string[]) =>
		rowsOf({ ...column('id'), where: paths.map((path) => ({ path })) }).length;
	expect([
		rows(),
		rows('true'),
		rows("id = 'p1'", 'name.empty()'),
		rows('true', 'nothing'),
		rows('false'),
	]).toEqual([1, 1, 1, 0, 0]);
});

test('a view may have columns named as what every object has', () => {
	const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
	const rows = rowsOf({ select: [{ column: names.map((name) => column1(name, 'id')) }] });
	expect(Object.entries(rows[0])).toEqual(names.map((name) => [name, 'p1']));
});

test('rows share nothing, and the resource stays as it is', () => {
	const resource = { resourceType: 'Patient', list: [1, 2], one: [{ a: [1] }, { a: [2, 3] }, { a: null }] };
	const before = JSON.stringify(resource);
	const view = compileView(
		viewOf({
			select: [
				{
					column: [
						column1('list', 'list', { collection: true }),
						column1('a', 'one.a', { collection: true }),
					],
				},
				{ forEach: 'one', column: [column1('x', '%rowIndex')] },
			],
		}),
	);
	const rows = view.rows(resource, { keyPrefix: '' });
	rows[0].fill('changed');
	expect(rows[1]).toEqual([[1, 2], [1, 2, 3], 1]);
	expect(JSON.stringify(resource)).toBe(before);
	expect(view.rows(resource, { keyPrefix: '' })[0]).toEqual([[1, 2], [1, 2, 3], 0]);
});
