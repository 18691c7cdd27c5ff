/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { N8nExecution } from '../../../local-n8n/execution';
import { exampleFiles, nodeOf } from '../../support/exampleFiles';
import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { allJson, runByHand } from './bringIn';
import { openDatabase, type Database } from './database';
import { expectRows, type OutcomeRow } from './outcomeRow';
import { ASKS, bringInForm } from './rosterForm';

const EXAMPLE = exampleFiles().find(({ file }) => file === 'evidence.json')!;

const START_WITHIN_MS = 240_000;
/** The members of the two runs. */
const RUNS = [['small', 'no-match'], ['medium']];

interface EvidenceRow extends Record<string, string> {
	n: string;
	memberId: string;
	previousFileSha256: string;
}

/** The SQL of docs/audit.md: the rows of the load, what n8n's user may do, and how the chain is verified. */
const PAGE = join(__dirname, '..', '..', '..', 'docs', 'audit.md');
const SQL = [...readFileSync(PAGE, 'utf8').matchAll(/```sql\n([^`]+)```/g)].map(([, sql]) => sql);

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const rowsOf = (file: Buffer) => parse<EvidenceRow>(file, { columns: true, bom: true });

/** What an auditor does: the hash of each file is the one that the first row of the next has. */
function brokenLinks(files: readonly Buffer[]): number[] {
	return files
		.slice(1)
		.flatMap((file, index) =>
			rowsOf(file)[0].previousFileSha256 === sha256(files[index]) ? [] : [index + 1],
		);
}

/** The example "Evidence". */
export function evidenceExample(): void {
	let database: Database;
	const executions: N8nExecution[] = [];
	const files: Buffer[] = [];
	beforeAll(async () => {
		database = await openDatabase();
		const example = await bringInForm('evidence.json', { credentials: database.credentials });
		for (const keys of RUNS) {
			// Also where the tables are there already.
			await runByHand(example.workflowId, 'Make Tables by Hand');
			const execution = await example.run(
				keys.map((key) => ({ ...row(key), reason: 'New enrollment', attempt: 1 })),
			);
			executions.push(execution);
			const [{ binary }] = execution.runData['Keep This File'][0].data?.main[0] ?? [];
			files.push(await theBench().client.downloadBinary(String(binary?.data.id)));
		}
	}, START_WITHIN_MS);
	afterAll(async () => await database?.close());

	test('evidence: the first row of the second run has the SHA-256 of the first file, and no other row has one', async () => {
		const [first, second] = files;
		const links = [...rowsOf(first), ...rowsOf(second)].map((each) => each.previousFileSha256);
		expect(links).toEqual(['', '', sha256(first)]);
		const kept = await database.query('SELECT sha256 FROM p2p_evidence_file ORDER BY file');
		expect(kept.flat()).toEqual(files.map(sha256));
	});

	test('evidence: one byte changed in the first file is found by comparing', () => {
		expect(brokenLinks(files)).toEqual([]);
		const changed = Buffer.from(files[0]);
		changed[changed.length - 3] ^= 1;
		expect(brokenLinks([changed, files[1]])).toEqual([1]);
	});

	test('evidence: the table has the rows of both files, with what proves the exchange', async () => {
		executions.forEach((execution, index) =>
			expectRows(allJson<OutcomeRow>(execution, 'Member Outcomes'), RUNS[index], ASKS),
		);
		const wanted = files.flatMap(rowsOf);
		const columns = Object.keys(wanted[0]);
		const inSql = (name: string) => (name === 'askAgain' ? 'upper("askAgain"::text)' : `"${name}"`);
		const stored = await database.query(`SELECT ${columns.map(inSql).join()} FROM p2p_evidence ORDER BY n`);
		const texts = stored.map((cells) => cells.map((cell) => String(cell ?? '')));
		expect(texts).toEqual(wanted.map((each) => columns.map((name) => each[name])));
		const [, , medium] = wanted;
		expect(medium).toMatchObject({
			memberId: row('medium').memberId,
			requestReason: 'newEnrollment',
			attempt: '1',
			matchOutcome: 'matched',
			executionId: executions[1].id,
			packageVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
			sourceExport: expect.stringMatching(/^[\da-f]{16}$/) as string,
			filesSha256: expect.stringMatching(/^[\da-f]{64}$/) as string,
			incorporatedAt: '',
		});
		expect(Number(medium.bytes)).toBeGreaterThan(1000);
		expect(medium.workflowId).not.toBe('');
	});

	test('evidence: no name and no birth date of a member', () => {
		for (const key of RUNS.flat()) {
			const { familyName, birthDate } = row(key);
			for (const file of files) expect(file.toString()).not.toContain(familyName);
			for (const file of files) expect(file.toString()).not.toContain(birthDate);
		}
	});

	test.each([
		`UPDATE p2p_evidence SET "outcome" = 'complete'`,
		'DELETE FROM p2p_evidence',
		'TRUNCATE p2p_evidence',
		`UPDATE p2p_evidence_file SET "sha256" = ''`,
		'DELETE FROM p2p_evidence_file',
	])('evidence: the database refuses %s', async (sql) => {
		await expect(database.query(sql)).rejects.toThrow('evidence is only added');
	});

	test('evidence: the SQL of the page shows the chain, and leaves n8n the right to add only', async () => {
		const [ofLoad, rights, chain] = SQL;
		const shown = await database.query(chain);
		expect(shown.map(([, hash, n]) => [hash, n ?? ''])).toEqual([
			[sha256(files[0]), '3'],
			[sha256(files[1]), ''],
		]);
		await database.query(`${ofLoad} CREATE ROLE n8n; ${rights}`);
		const query = String(nodeOf(EXAMPLE, 'Add to Evidence').parameters.query);
		const add = query.replace('$1', `'[{"memberId":"m-1","row":1}]'`);
		await database.query(`SET ROLE n8n; ${add} INSERT INTO p2p_evidence_file (sha256) VALUES ('x');`);
		await expect(database.query('SET ROLE n8n; DELETE FROM p2p_evidence;')).rejects.toThrow(
			'permission denied',
		);
		const [[last]] = await database.query('SELECT "previousFileSha256" FROM p2p_evidence WHERE n = 4');
		expect(last).toBe(sha256(files[1]));
	});
}
