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

/** The columns that tell the rows of a table apart; documents and provenance have none. */
const KEYS: Readonly<Record<string, string>> = {
	medical_claim: 'claim_key, claim_line_number',
	pharmacy_claim: 'claim_key, claim_line_number',
	claim_diagnosis: 'claim_key, rank',
	claim_procedure: 'claim_key, rank',
	eligibility: 'coverage_key',
	prior_authorization: 'prior_authorization_key, item_number',
	condition: 'condition_key',
	procedure: 'procedure_key',
	lab_result: 'lab_result_key, component_number',
	observation: 'observation_key, component_number',
	medication: 'medication_key',
	encounter: 'encounter_key',
	immunization: 'immunization_key',
	allergy: 'allergy_key',
	patient: 'person_key',
	practitioner: 'practitioner_key',
};

/** The tables that have a key, each under its own name. */
export const KEYED: readonly Target[] = Object.entries(KEYS).map(([table, key]) => ({
	table,
	name: table,
	key: key.split(', '),
}));

/** SQL that makes the tables of a large export, and the function that loads a JSON text into the one that it is of. */
export const LARGE_EXPORT = `${KEYED.map(createTable).join('\n')}
CREATE TABLE IF NOT EXISTS p2p_load_report (
  loaded_at timestamptz NOT NULL DEFAULT now(),
  report jsonb NOT NULL
);
CREATE OR REPLACE FUNCTION p2p_load(name text, rows jsonb) RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE
  keys text;
  changes text;
  loaded bigint;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ') INTO keys
  FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
  WHERE indrelid = to_regclass(name) AND indisprimary;
  -- A table that is not loaded here.
  IF keys IS NULL THEN RETURN 0; END IF;
  SELECT string_agg(format('%1$I = EXCLUDED.%1$I', attname), ', ') INTO changes
  FROM pg_attribute WHERE attrelid = to_regclass(name) AND attnum > 0 AND NOT attisdropped;
  EXECUTE format('INSERT INTO %1$I SELECT DISTINCT ON (%2$s) * FROM jsonb_populate_recordset(NULL::%1$I, $1)
    ORDER BY %2$s, last_updated DESC NULLS LAST
    ON CONFLICT (%2$s) DO UPDATE SET %3$s', name, keys, changes) USING rows;
  GET DIAGNOSTICS loaded = ROW_COUNT;
  RETURN loaded;
END $body$;`;

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
