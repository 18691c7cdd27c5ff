/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '../../local-n8n/postgres';
import { exampleFiles, nodeOf } from '../support/exampleFiles';

/** The table of examples/evidence.json in PostgreSQL: its chain where runs overlap or break off, and the clocks of docs/audit.md. */

const START_WITHIN_MS = 180_000;
const EXAMPLE = exampleFiles().find(({ file }) => file === 'evidence.json')!;
const queryOf = (name: string) => String(nodeOf(EXAMPLE, name).parameters.query);

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'audit.md'), 'utf8');
const [CLOCKS] = [...PAGE.matchAll(/```sql\n(WITH holiday[^`]+)```/g)].map(([, sql]) => sql);

let folder: string;
let postgres: Postgres;
let count = 0;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'evidence-chain-'));
	postgres = await startPostgres(folder);
}, START_WITHIN_MS);
afterAll(async () => {
	await postgres?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** A database with the tables of the example. */
async function evidence() {
	count += 1;
	const name = `evidence_${count}`;
	await postgres.create(name);
	const query = async (sql: string) => await postgres.query(name, sql);
	await query(queryOf('Make Tables'));
	const add = (run: string, more: object = {}) => {
		const rows = JSON.stringify([{ memberId: run, row: 1, ...more }]);
		return queryOf('Add to Evidence').replace('$1', `'${rows}'`);
	};
	return {
		query,
		add,
		/** A run adds its rows; the file's hash is kept later, or never. */
		adds: async (run: string, more: object = {}) => await query(add(run, more)),
		keeps: async (run: string) =>
			await query(`INSERT INTO p2p_evidence_file (sha256) VALUES ('file of ${run}')`),
		/** Which file each run names as the one before it. */
		named: async () =>
			Object.fromEntries(
				await query(`SELECT "memberId", coalesce("previousFileSha256", '') FROM p2p_evidence ORDER BY n`),
			) as Record<string, string>,
	};
}

type Step = ['adds' | 'keeps', string];
const whole = (run: string): Step[] => [
	['adds', run],
	['keeps', run],
];

test.each<[what: string, steps: Step[], named: Record<string, string>]>([
	[
		'one after the other',
		[...whole('a'), ...whole('b'), ...whole('c')],
		{ a: '', b: 'file of a', c: 'file of b' },
	],
	[
		'a run that adds its rows before the one before it has kept its file',
		[...whole('a'), ['adds', 'b'], ['adds', 'c'], ['keeps', 'c'], ['keeps', 'b'], ...whole('d')],
		{ a: '', b: 'file of a', c: 'file of a', d: 'file of c, file of b' },
	],
	[
		'a run that takes longer than the next two',
		[...whole('a'), ['adds', 'b'], ...whole('c'), ...whole('d'), ['keeps', 'b'], ...whole('e')],
		{ a: '', b: 'file of a', c: 'file of a', d: 'file of c', e: 'file of d, file of b' },
	],
	[
		'a run that broke off between table and file',
		[...whole('a'), ['adds', 'b'], ...whole('c'), ...whole('d')],
		{ a: '', b: 'file of a', c: 'file of a', d: 'file of c' },
	],
	[
		'a run that broke off after two at the same time',
		[['adds', 'a'], ['adds', 'b'], ['keeps', 'a'], ['keeps', 'b'], ['adds', 'c'], ...whole('d')],
		{ a: '', b: '', c: 'file of a, file of b', d: 'file of a, file of b' },
	],
])('evidence: %s: every file is named by a later one', async (_, steps, named) => {
	const database = await evidence();
	for (const [step, run] of steps) await database[step](run);
	expect(await database.named()).toEqual(named);
});

test('evidence: two runs at the very same time have the same file before them', async () => {
	const database = await evidence();
	for (const [step, run] of whole('a')) await database[step](run);
	// Neither sees the other's rows: both hold their transactions open.
	const held = (run: string) => `BEGIN; ${database.add(run)} SELECT pg_sleep(1); COMMIT;`;
	await Promise.all(['b', 'c'].map(async (run) => await database.query(held(run))));
	for (const run of ['b', 'c']) await database.keeps(run);
	await database.adds('d');
	expect(await database.named()).toEqual({
		a: '',
		b: 'file of a',
		c: 'file of a',
		d: 'file of b, file of c',
	});
});

// 2027-01-08 is a Friday, and Monday the 18th of that month a holiday of the page.
test.each<[what: string, askedAt: string, completedAt: string | null, dueAt: string, late: string]>([
	['D3 on a Friday', '2027-01-08T21:00:00Z', '2027-01-11T23:00:00Z', '2027-01-11', 'f'],
	['D3 before a holiday', '2027-01-15T21:00:00Z', '2027-01-19T23:00:00Z', '2027-01-19', 'f'],
	['late', '2027-01-05T21:00:00Z', '2027-01-07T12:00:00Z', '2027-01-06', 't'],
	['by the day of the plan', '2027-01-06T03:00:00Z', '2027-01-07T04:00:00Z', '2027-01-06', 'f'],
	['not yet', '2027-01-05T21:00:00Z', null, '2027-01-06', ''],
])('evidence: the clock of the answer, asked %s', async (_, askedAt, completedAt, dueAt, late) => {
	const database = await evidence();
	await database.adds('a', { askedAt, completedAt, matchOutcome: 'matched' });
	await database.adds('b', { askedAt, matchOutcome: 'no-match' });
	const rows = await database.query(CLOCKS);
	expect(rows).toHaveLength(1);
	expect(rows[0].slice(3).map((cell) => cell ?? '')).toEqual([dueAt, late]);
});
