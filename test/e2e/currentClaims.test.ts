/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '../../local-n8n/postgres';
import { RunClaims } from '../../nodes/FhirToTable/claims/runClaims';
import type { Origin } from '../../nodes/shared/files/rowOrigin';
import { shippedTable } from '../../nodes/FhirToTable/tableRows';
import { tableNamed } from '../support/finishedRows';
import { CURRENT_CLAIMS, CURRENT_LINES } from '../tables/currentClaimsSql';
import { databaseColumns } from '../tables/loadSql';
import { claim, from, NPI, type Said } from '../unit/FhirToTable/claims/someClaims';

/** The view current_claims of docs/tables.md, in PostgreSQL: each run loads what it read, and only the database knows all of them. */

const START_WITHIN_MS = 180_000;
const TABLES = ['medical_claim', 'pharmacy_claim'];
const OUR_NPI = '1234567893';
const PHARMACY = {
	type: {
		coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'pharmacy' }],
	},
};

/** A run: what it read, from where, and whether the option was on. */
interface Run {
	claims: Said[];
	origin?: Origin;
	isOn?: boolean;
}
const first = from('a', '2026-03-01T00:00:00Z', { jobId: 'j1' });
const second = from('a', '2026-06-01T00:00:00Z', { jobId: 'j2' });
const other = from('b', '2026-04-01T00:00:00Z', { jobId: 'j3' });

/** Claims that the view gives: payer and id, and the time of the export. */
const CASES: Array<[name: string, runs: Run[], wanted: string[]]> = [
	['one export', [{ claims: [{ id: '1' }, { id: '2' }] }], ['a 1 03', 'a 2 03']],
	[
		'a newer export',
		[{ claims: [{ id: '1' }, { id: '2' }] }, { claims: [{ id: '1' }], origin: second }],
		['a 1 06', 'a 2 03'],
	],
	[
		'a newer export of an older version',
		[
			{ claims: [{ id: '1', updated: '2026-02-02T00:00:00Z' }] },
			{ claims: [{ id: '1', updated: '2026-01-01T00:00:00Z' }], origin: second },
		],
		['a 1 03'],
	],
	[
		'an adjustment that came in a later export',
		[{ claims: [{ id: '1' }] }, { claims: [{ id: '2', prior: ['1'] }], origin: second }],
		['a 2 06'],
	],
	[
		'P5 an adjustment that was cancelled later',
		[
			{ claims: [{ id: '1' }] },
			{ claims: [{ id: '2', prior: ['1'] }] },
			{ claims: [{ id: '2', prior: ['1'], status: 'cancelled' }], origin: second },
		],
		[],
	],
	['replaced, as it says itself', [{ claims: [{ id: '1', replacedBy: ['2'] }] }], []],
	[
		'cancelled later',
		[{ claims: [{ id: '1' }] }, { claims: [{ id: '1', status: 'cancelled' }], origin: second }],
		[],
	],
	[
		'entered in error, as said later',
		[{ claims: [{ id: '1' }] }, { claims: [{ id: '1', status: 'entered-in-error' }], origin: second }],
		[],
	],
	[
		'an adjustment that was an error',
		[
			{ claims: [{ id: '1' }] },
			{ claims: [{ id: '2', prior: ['1'] }] },
			{ claims: [{ id: '2', prior: ['1'], status: 'entered-in-error' }], origin: second },
		],
		['a 1 03'],
	],
	[
		'under a new id in the next export',
		[{ claims: [{ id: 'x', numbers: ['7'] }] }, { claims: [{ id: 'y', numbers: ['7'] }], origin: second }],
		['a y 06'],
	],
	[
		'the same claim of another payer',
		[{ claims: [{ id: '1' }] }, { claims: [{ id: 'copy', numbers: ['1'] }], origin: other }],
		['b copy 04'],
	],
	[
		'the same claim of another payer, and adjusted since',
		[
			{ claims: [{ id: '1' }] },
			{ claims: [{ id: 'copy', numbers: ['1'] }], origin: other },
			{ claims: [{ id: '2', prior: ['1'] }], origin: second },
		],
		['a 2 06'],
	],
	[
		'the same claim of another payer, and cancelled since',
		[
			{ claims: [{ id: 'copy', numbers: ['1'] }], origin: other },
			{ claims: [{ id: '1', status: 'cancelled' }], origin: second },
		],
		[],
	],
	[
		'equal numbers and ids of two insurers at two payers',
		[{ claims: [{ id: '1', insurer: {} }] }, { claims: [{ id: '1', insurer: {} }], origin: other }],
		['a 1 03', 'b 1 04'],
	],
	[
		'our own claim, and one that is unclear',
		[
			{
				claims: [
					{ id: '1', insurer: { identifier: { system: NPI, value: OUR_NPI } } },
					{ id: '2', numbers: ['2', '3'] },
				],
			},
		],
		[],
	],
	[
		'each replaces the other, one run after the other',
		[{ claims: [{ id: '1', prior: ['2'] }] }, { claims: [{ id: '2', prior: ['1'] }], origin: second }],
		[],
	],
	[
		'of a pharmacy',
		[{ claims: [{ id: '1', more: PHARMACY }] }, { claims: [{ id: '1', more: PHARMACY }], origin: second }],
		['a 1 06'],
	],
	[
		'without the option: versions, adjustments and cancellations of one payer',
		[
			{ claims: [{ id: '1' }, { id: '3' }, { id: '4' }], isOn: false },
			{
				claims: [{ id: '2', prior: ['1'] }, { id: '3', status: 'cancelled' }, { id: '4' }],
				origin: second,
				isOn: false,
			},
		],
		['a 2 06', 'a 4 06'],
	],
	[
		'with the option from the second run on',
		[
			{ claims: [{ id: '1' }, { id: '4' }], isOn: false },
			{ claims: [{ id: '2', prior: ['1'] }, { id: '4' }], origin: second },
		],
		['a 2 06', 'a 4 06'],
	],
];

const quoted = (value: unknown) => (value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`);

/** SQL that loads what a run gives. */
function loading({ claims: said, origin = first, isOn = true }: Run): string {
	const claims = new RunClaims(new Set([`npi:${OUR_NPI}`]));
	const resources = said.map((each) => claim({ ...each, more: { ...each.more, item: [{}, {}] } }));
	for (const resource of resources) claims.look(resource, origin);
	claims.close();
	return resources
		.flatMap((resource, at) => {
			const standing = isOn ? claims.standingOf(resource, origin) : undefined;
			return TABLES.flatMap((name) => {
				const table = shippedTable(tableNamed(name), false, isOn);
				return table
					.rowsOf(resource, origin, at + 1, { standing })
					.map(
						(cells) => `insert into ${name} (${table.headings.join()}) values (${cells.map(quoted).join()});`,
					);
			});
		})
		.join('\n');
}

describe('the view current_claims', () => {
	let folder: string;
	let postgres: Postgres;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'payer-current-'));
		postgres = await startPostgres(folder);
		await postgres.create('claims');
		const tables = TABLES.map(
			(table) =>
				`create table ${table} (${databaseColumns(table)
					.map((column) => column.join(' '))
					.join()});`,
		);
		await postgres.query('claims', [...tables, CURRENT_CLAIMS].join('\n'));
	}, START_WITHIN_MS);
	afterAll(async () => {
		await postgres?.stop();
		await rm(folder, { recursive: true, force: true });
	});

	test.each(CASES)('%s', async (_, runs, wanted) => {
		for (const order of [runs, [...runs].reverse()]) {
			const emptied = TABLES.map((table) => `delete from ${table};`);
			await postgres.query('claims', [...emptied, ...order.map(loading)].join('\n'));
			const found = await postgres.query(
				'claims',
				`select substr(payer, 6, 1) || ' ' || substr(claim_key, position('Benefit/' in claim_key) + 8) || ' ' || substr(transaction_time, 6, 2)
				from current_claims order by 1`,
			);
			expect(found.flat()).toEqual(wanted);
			const lines = await postgres.query('claims', CURRENT_LINES);
			const ofPharmacy = JSON.stringify(runs).includes('pharmacy');
			expect(lines).toHaveLength(ofPharmacy ? 0 : wanted.length * 2);
		}
	});
});
