import { createTable, LARGE_EXPORT, loadRows, TARGETS } from '../../tables/loadSql';
import { exampleFiles, nodeOf, type ExampleFile } from '../../support/exampleFiles';

const example = (name: string): ExampleFile => exampleFiles().find(({ file }) => file === name)!;
const queryOf = (file: ExampleFile, name: string) => String(nodeOf(file, name).parameters.query);

const SPREADSHEET = example('postgres-and-spreadsheet.json');
const LANES = ['Coverages', 'Claim Lines', 'Conditions', 'Lab Results'];

test('the SQL of the examples has every column of the tables', () => {
	const made = queryOf(SPREADSHEET, 'Make Tables');
	for (const target of TARGETS) expect(made).toContain(createTable(target));
	expect(LANES.map((lane) => queryOf(SPREADSHEET, `${lane} into PostgreSQL`))).toEqual(TARGETS.map(loadRows));
	expect(queryOf(example('large-export.json'), 'Make Tables')).toContain(LARGE_EXPORT);
});

test('each lane makes the table that it loads', () => {
	const tables = LANES.map((lane) => nodeOf(SPREADSHEET, `${lane} for PostgreSQL`).parameters.table);
	// Claim Lines is the default of Table.
	expect(tables).toEqual(TARGETS.map(({ table }) => table));
});
