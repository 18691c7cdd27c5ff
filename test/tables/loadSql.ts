import { TABLES, tableColumns, type Table } from '../../nodes/FhirToTable/tables';
import { databaseType, ORIGIN_COLUMNS } from './document';

/** A table of FHIR to Table in PostgreSQL: what it is called there, and the columns that tell its rows apart. */
export interface Target {
	/** Value of the parameter Table. */
	table: string;
	name: string;
	key: readonly string[];
}

/** The tables that the examples load. */
export const TARGETS: readonly Target[] = [
	{ table: 'eligibility', name: 'p2p_coverage', key: ['coverage_key'] },
	{ table: 'medical_claim', name: 'p2p_claim_line', key: ['claim_key', 'claim_line_number'] },
	{ table: 'condition', name: 'p2p_condition', key: ['condition_key'] },
	{ table: 'lab_result', name: 'p2p_lab_result', key: ['lab_result_key', 'component_number'] },
];

/** The columns of a table with their types in the database: the table's own, and where each row came from. */
export function databaseColumns(value: string): Array<[name: string, type: string]> {
	const table = TABLES.find((each): each is Table => each.value === value);
	if (!table) throw new Error(`There is no table ${value}`);
	return [
		...tableColumns(table).map(({ name, type }): [string, string] => [name, databaseType(type)]),
		...Object.entries(ORIGIN_COLUMNS),
	];
}

/** SQL that makes a table where it is missing. */
export function createTable({ table, name, key }: Target): string {
	const columns = databaseColumns(table).map(([column, type]) => `  ${column} ${type},`);
	return `CREATE TABLE IF NOT EXISTS ${name} (\n${columns.join('\n')}\n  PRIMARY KEY (${key.join(', ')})\n);`;
}

/** SQL that loads the rows of one JSON text ($1): a row that is there already is changed. */
export function loadRows({ table, name, key }: Target): string {
	const columns = databaseColumns(table).map(([column]) => column);
	const keys = key.join(', ');
	const changed = columns.filter((column) => !key.includes(column));
	return `INSERT INTO ${name} (${columns.join(', ')})
SELECT DISTINCT ON (${keys}) ${columns.join(', ')}
FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)
ORDER BY ${keys}, last_updated DESC NULLS LAST
ON CONFLICT (${keys}) DO UPDATE SET
${changed.map((column) => `  ${column} = EXCLUDED.${column}`).join(',\n')};`;
}
