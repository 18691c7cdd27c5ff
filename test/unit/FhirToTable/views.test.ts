/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { viewColumns, type ShippedView } from '../../../nodes/FhirToTable/shipped/shippedView';
import { TABLES } from '../../../nodes/FhirToTable/tables';
import { compileView } from '../../../nodes/shared/sqlOnFhir/view';
import { pathType, type PathType } from '../../support/pathTypes';

/** The views that are shipped, as resources: shareable and tabular (SQL on FHIR v2, ShareableViewDefinition and TabularViewDefinition). */

const FOLDER = join(__dirname, '..', '..', '..', 'nodes', 'FhirToTable', 'views');
const files = readdirSync(FOLDER);
const homepage = (
	JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8')) as { homepage: string }
).homepage;
const views = files.map((file): [string, ShippedView] => {
	const view = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as ShippedView;
	return [file.replace('.json', ''), view];
});
const constantsOf = ({ constant = [] }: ShippedView) =>
	new Map(constant.map(({ name, valueUri }) => [name, valueUri]));

/** Keys that a part may have (ViewDefinition of SQL on FHIR v2), and which of them it must have here. */
const KEYS = {
	view: ['resourceType url name title status fhirVersion resource description select', 'constant where'],
	select: ['', 'forEach forEachOrNull column unionAll'],
	column: ['name path type description', 'tag'],
	constant: ['name valueUri', ''],
	where: ['path description', ''],
} as const;

function wrongKeys(part: object, kind: keyof typeof KEYS): string[] {
	const [needed, allowed] = KEYS[kind].map((names) => names.split(' ').filter(Boolean));
	const keys = Object.keys(part);
	return [
		...needed.filter((key) => !keys.includes(key)),
		...keys.filter((key) => ![...needed, ...allowed].includes(key)),
	].map((key) => `${kind}: ${key}`);
}

test('each file is a view of one table, and each view has a file', () => {
	const shipped = TABLES.flatMap((table) => table.views.map(({ name }) => name));
	expect([...shipped].sort()).toEqual(views.map(([name]) => name).sort());
	expect(views).toHaveLength(21);
});

describe.each(views)('%s', (name, view) => {
	const selects = view.select.flatMap((select) => [select, ...(select.unionAll ?? [])]);
	const columns = selects.flatMap(({ column = [] }) => column);

	test('is a strict ViewDefinition', () => {
		expect([
			...wrongKeys(view, 'view'),
			...selects.flatMap((select) => wrongKeys(select, 'select')),
			...columns.flatMap((column) => wrongKeys(column, 'column')),
			...(view.constant ?? []).flatMap((constant) => wrongKeys(constant, 'constant')),
			...(view.where ?? []).flatMap((where) => wrongKeys(where, 'where')),
		]).toEqual([]);
		expect(view).toMatchObject({
			resourceType: 'ViewDefinition',
			url: `${homepage}/ViewDefinition/${name}`,
			name,
			status: 'active',
			fhirVersion: ['4.0.1'],
		});
		for (const constant of view.constant ?? []) expect(constant.valueUri).toMatch(/^(https?:\/\/|urn:)\S+$/);
	});

	test('has columns with names for a database, types and one sentence each', () => {
		const names = viewColumns(view).map((column) => column.name);
		expect(names.filter((each) => !/^[a-z][a-z0-9_]{0,62}$/.test(each))).toEqual([]);
		expect([...new Set(names)]).toEqual(names);
		expect(columns.filter(({ description }) => !/^[A-Z][^\n]+\.$/.test(description))).toEqual([]);
		const tags = columns.flatMap(({ tag = [], type }) => tag.map((each) => ({ ...each, type })));
		for (const tag of tags) expect(tag).toEqual({ name: 'ansi/type', value: 'DATE', type: 'dateTime' });
	});

	test('uses the constants that it has', () => {
		const text = JSON.stringify([view.select, view.where]);
		const used = new Set([...text.matchAll(/%(\w+)/g)].map(([, constant]) => constant));
		expect([...used].sort()).toEqual([...constantsOf(view).keys()].sort());
	});

	test('compiles', () => {
		const compiled = compileView(view);
		expect(compiled.columns.map((column) => column.name)).toEqual(
			viewColumns(view).map((column) => column.name),
		);
		expect(compiled.columns.filter(({ collection }) => collection)).toEqual([]);
	});

	// A column of several values is an error of the view (SQL on FHIR v2, column types): no legal resource may bring one about.
	test('has paths that R4 has, of the type that the column says, with one value at most', () => {
		const constants = constantsOf(view);
		const root: PathType = { types: [view.resource], several: false };
		for (const { path } of view.where ?? []) {
			expect([path, pathType(path, root, constants)]).toEqual([path, { types: ['boolean'], several: false }]);
		}
		for (const select of selects) {
			const loop = select.forEach ?? select.forEachOrNull;
			const focus = loop === undefined ? root : { ...pathType(loop, root, constants), several: false };
			for (const { path, type } of select.column ?? []) {
				expect([path, pathType(path, focus, constants)]).toEqual([path, { types: [type], several: false }]);
			}
		}
	});
});

test('the views of one table have the same columns', () => {
	for (const table of TABLES) {
		const [first, ...others] = table.views.map((view) =>
			viewColumns(view).map(({ name, type, isWholeDay }) => ({ name, type, isWholeDay })),
		);
		for (const other of others) expect(other).toEqual(first);
	}
});
