/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nExecution } from '../../../local-n8n/execution';
import { row, truth } from '../../support/expectations';
import { createTable, databaseColumns } from '../../tables/loadSql';
import { theBench } from '../bench';
import { allJson } from './bringIn';
import { openDatabase, type Database } from './database';
import { expectRows, type OutcomeRow } from './outcomeRow';
import { ASKS, bringInForm } from './rosterForm';

const MEMBERS = ['small', 'medium', 'no-match'];
const START_WITHIN_MS = 180_000;
const PAGE = join(__dirname, '..', '..', '..', 'docs', 'warehouse.md');

/** The SQL of docs/warehouse.md that is not of one warehouse only. */
function sqlOfThePage(): string[] {
	const [, part] = readFileSync(PAGE, 'utf8').split(/^## 2\. .*$|^## PostgreSQL$/m);
	return [...part.matchAll(/```sql\n([^`]+)```/g)].map(([, sql]) => sql);
}

/** The example "Into a data warehouse", and the SQL that its page tells. */
export function warehouseExample(): void {
	let database: Database;
	let execution: N8nExecution;
	const files = new Map<string, string>();
	beforeAll(async () => {
		database = await openDatabase();
		const example = await bringInForm('warehouse.json');
		execution = await example.run(MEMBERS.map((key) => row(key)));
		for (const { json, binary } of execution.runData.Files[0].data?.main[0] ?? []) {
			const bytes = await theBench().client.downloadBinary(String(binary?.data.id));
			files.set(String(json.table), bytes.toString());
		}
	}, START_WITHIN_MS);
	afterAll(async () => await database?.close());

	const linesOf = (table: string) => (files.get(table) ?? '').split('\n').filter(Boolean);
	const resources = (type: 'Condition' | 'Encounter' | 'Coverage') =>
		MEMBERS.reduce((sum, key) => sum + (truth(key).types[type]?.resources ?? 0), 0);

	test('warehouse: a file for each table that has rows, and a row for each member', () => {
		expect(linesOf('condition')).toHaveLength(resources('Condition'));
		expect(linesOf('encounter')).toHaveLength(resources('Encounter'));
		expect(linesOf('eligibility')).toHaveLength(resources('Coverage'));
		expect(files.has('pharmacy_claim')).toBe(false);
		expectRows(allJson<OutcomeRow>(execution, 'Member Outcomes'), MEMBERS, ASKS);
	});

	test('warehouse: the SQL of the page, run twice, leaves each row once', async () => {
		const [replace, merge] = sqlOfThePage();
		const load = `INSERT INTO condition_new SELECT * FROM jsonb_populate_recordset(NULL::condition_new, '${JSON.stringify(
			linesOf('condition').map((line) => JSON.parse(line) as object),
		).replaceAll("'", "''")}'::jsonb);`;
		// The same export again, as if it were an earlier one.
		const earlier = `INSERT INTO condition_new SELECT ${databaseColumns('condition')
			.map(([name]) => (name === 'transaction_time' ? "'2001-01-01T00:00:00Z'" : name))
			.join()} FROM condition_new;`;
		const columns = databaseColumns('condition').map(([name, type]) => `${name} ${type}`);
		const round = `DELETE FROM condition_new; ${load} ${earlier} ${replace} ${merge}`;
		await database.query(
			`${createTable({ table: 'condition', name: 'condition', key: ['condition_key'] })}
			CREATE TABLE condition_new (${columns.join()});
			CREATE TABLE member_condition (condition_key text, member_id text, status text, condition text, onset_date date);
			${round} ${round}`,
		);
		for (const table of ['condition', 'member_condition']) {
			const [[rows, keys]] = await database.query(
				`SELECT count(*), count(DISTINCT condition_key) FROM ${table}`,
			);
			expect([table, Number(rows), Number(keys)]).toEqual([
				table,
				resources('Condition'),
				resources('Condition'),
			]);
		}
		const [[old]] = await database.query("SELECT count(*) FROM condition WHERE transaction_time < '2002'");
		expect(old).toBe('0');
	});
}
