import { row, truth } from '../../support/expectations';
import { allJson, runByHand } from './bringIn';
import { expectRows, type OutcomeRow } from './outcomeRow';
import { openDatabase, type Database } from './database';
import { ASKS, bringInForm, type RosterForm } from './rosterForm';

const MEMBERS = ['small', 'medium', 'no-match'];
const START_WITHIN_MS = 180_000;
/** Tables with one row for each resource of a type. */
const TABLES = { condition: 'Condition', encounter: 'Encounter', immunization: 'Immunization' } as const;

/** The example "A large export into PostgreSQL". */
export function largeExportExample(): void {
	let database: Database;
	let example: RosterForm;
	beforeAll(async () => {
		database = await openDatabase();
		example = await bringInForm('large-export.json', { credentials: database.credentials });
		await runByHand(example.workflowId, 'Make Tables by Hand');
	}, START_WITHIN_MS);
	afterAll(async () => await database?.close());

	test.each([1, 2])(
		'large-export: after run %d every row is there once',
		async () => {
			const execution = await example.run(
				MEMBERS.map((key) => row(key)),
				'xlsx',
			);
			expectRows(allJson<OutcomeRow>(execution, 'Member Outcomes'), MEMBERS, ASKS);
			for (const [table, type] of Object.entries(TABLES)) {
				const rows = await database.query(`SELECT member_id, count(*) FROM ${table} GROUP BY 1 ORDER BY 1`);
				const expected = MEMBERS.map((key) => [row(key).memberId, truth(key).types[type]?.resources]);
				expect([table, rows]).toEqual([
					table,
					expected.filter(([, count]) => count).map(([id, count]) => [id, String(count)]),
				]);
			}
			const [[lines, claims]] = await database.query(
				'SELECT count(*), count(DISTINCT claim_key) FROM medical_claim',
			);
			const sent = MEMBERS.map((key) => truth(key).types.ExplanationOfBenefit?.resources ?? 0);
			expect(Number(claims)).toBe(sent.reduce((sum, count) => sum + count, 0));
			expect(Number(lines)).toBeGreaterThan(Number(claims));
		},
		120_000,
	);
}
