/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '../../local-n8n/postgres';

const FILE = join(__dirname, '..', '..', 'examples', 'roster-queue.json');
const { nodes } = JSON.parse(readFileSync(FILE, 'utf8')) as {
	nodes: Array<{ name: string; parameters: { query: string } }>;
};
const DATABASE = 'exchange';
const folder = mkdtempSync(join(tmpdir(), 'parts-'));
let postgres: Postgres;

function queryOf(name: string): string {
	return nodes.find((node) => node.name === name)?.parameters.query ?? '';
}

beforeAll(async () => {
	postgres = await startPostgres(folder);
	await postgres.create(DATABASE);
	await postgres.query(DATABASE, queryOf('Make Tables'));
}, 120_000);

afterAll(async () => {
	await postgres?.stop();
	rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Minutes ago (negative: to come) that the part was queued and heard of; how often it was started; its member's outcome. */
interface Part {
	queued?: number;
	seen?: number;
	starts?: number;
	outcome?: string;
}

const BUSY: Part = { queued: 3, seen: 0 };

const cases: Array<[string, Part[], string]> = [
	['new', [{}], 'p1'],
	['just queued', [{ queued: 1 }], ''],
	['at work', [{ queued: 9, seen: 1 }], ''],
	['silent', [{ queued: 9, seen: 3 }], 'p1'],
	['silent, but done', [{ queued: 9, seen: 3, outcome: 'completed' }], ''],
	['silent after an error', [{ queued: 9, seen: 3, outcome: 'error' }], 'p1'],
	['silent for the fifth time', [{ queued: 9, seen: 3, starts: 5 }], ''],
	['in a Wait node', [{ queued: 9, seen: -8 }], ''],
	['in the queue behind others', [{ queued: 9 }, BUSY], ''],
	['never begun, and all is quiet', [{ queued: 9 }, { queued: 9, seen: 3, outcome: 'completed' }], 'p1'],
	['in the queue for more than an hour', [{ queued: 61 }, BUSY], 'p1'],
];

test.each(cases)('a part that is %s', async (_name, parts, expected) => {
	const ago = (minutes: number | undefined): string =>
		minutes === undefined ? 'NULL' : `now() - ${minutes} * interval '1 minute'`;
	const rows = parts.flatMap(({ queued, seen, starts = 1, outcome }, index) => [
		`INSERT INTO roster_member VALUES ('m${index + 1}', 'p${index + 1}', '{}')`,
		`INSERT INTO roster_part VALUES ('p${index + 1}', ${starts}, ${ago(queued)}, ${ago(seen)})`,
		...(outcome ? [`INSERT INTO member_outcome VALUES ('m${index + 1}', '${outcome}', NULL, NULL, 0)`] : []),
	]);
	await postgres.query(DATABASE, ['TRUNCATE roster_member, roster_part, member_outcome', ...rows].join(';'));
	const start = queryOf('Parts to Start').replaceAll('$1', '2');
	expect((await postgres.query(DATABASE, start)).join()).toBe(expected);
	expect(await postgres.query(DATABASE, start)).toEqual([]);
});
