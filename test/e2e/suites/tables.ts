/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { N8nExecution } from '../../../local-n8n/execution';
import { startPostgres, type Postgres } from '../../../local-n8n/postgres';
import { row, truth } from '../../support/expectations';
import { fourSteps } from '../../support/steps';
import { theBench } from '../bench';
import { createDataTable, signedIn } from '../dataTables';
import { rowsOf } from '../examples/dataTables';
import { jsonOf, run, type ExtraNode, type Plan } from '../workflows';

const LIMIT_MS = 180_000;
const DATABASE = 'outcomes';
/** Asked for, so that the items have the object `asked`. */
const TYPES = ['Patient', 'Coverage', 'Observation'] as const;
const ROWS = ['small', 'no-match', 'partial', 'slow'].map((key) => row(key));

const NOT_STARTED = 'Not Started';

type Kind = 'string' | 'number';
type Storing = Required<Pick<Plan, 'extra' | 'links'>>;
interface Output {
	name: string;
	from: 'memberMatch' | 'startExport' | 'waitForExport' | 'fetchBatch';
	output: number;
	/** The fields that docs/recipes.md keeps, in its order. */
	fields: Record<string, Kind>;
}

const OUTPUTS: Output[] = (
	[
		['Matched', 'memberMatch', 0, 'memberId outcome payer groupId consentEnd matchedAt'],
		['Not Matched', 'memberMatch', 1, 'memberId outcome reason nextStep payer'],
		['Started', 'startExport', 0, 'memberId payer groupId jobId requestedAt'],
		['Not Started', 'startExport', 1, 'memberId outcome reason nextStep payer'],
		['Completed', 'waitForExport', 0, 'memberId payer jobId batch# batchCount# type url'],
		['Still Running', 'waitForExport', 1, 'memberId payer jobId status progress'],
		['Failed', 'waitForExport', 2, 'memberId outcome reason nextStep payer jobId'],
		['Batch Report', 'fetchBatch', 1, 'memberId outcome payer jobId batch# type resources# rejected# sha256'],
	] as const
).map(([name, from, output, fields]) => ({
	name,
	from,
	output,
	fields: Object.fromEntries(
		fields.split(' ').map((field) => [field.replace('#', ''), field.endsWith('#') ? 'number' : 'string']),
	),
}));

/** No name is a part of another: By Name, n8n takes the first table whose name has it in it. */
const tableOf = (name: string) => `output_${OUTPUTS.findIndex((each) => each.name === name)}`;
const node = (name: string, type: string, typeVersion: number, parameters: object): ExtraNode => ({
	name,
	type: `n8n-nodes-base.${type}`,
	typeVersion,
	parameters,
});
const BY_NAME = { mappingMode: 'autoMapInputData', value: {}, matchingColumns: [], schema: [] };

/** Edit Fields with a choice of fields, as in docs/recipes.md. */
function choose(name: string, fields: string[]): ExtraNode {
	return node(name, 'set', 3.4, {
		mode: 'manual',
		includeOtherFields: true,
		include: 'selected',
		includeFields: fields.join(', '),
		options: {},
	});
}

/** Puts rows into a Data Table. @param columns how the fields find their columns */
function insert(name: string, table: string, columns: object = BY_NAME): ExtraNode {
	return node(name, 'dataTable', 1.1, {
		resource: 'row',
		operation: 'insert',
		dataTableId: { __rl: true, mode: 'name', value: table },
		columns,
	});
}

/** Data Table > Map Each Column Manually, for resources. */
const RESOURCES = {
	mappingMode: 'defineBelow',
	value: {
		memberId: '={{ $json.memberId }}',
		type: '={{ $json.resource.resourceType }}',
		resource: '={{ JSON.stringify($json.resource) }}',
	},
	matchingColumns: [],
	schema: ['memberId', 'type', 'resource'].map((id) => ({
		...{ id, displayName: id, type: 'string', display: true, required: false, defaultMatch: false },
	})),
};

/** F7: the items of each output as rows of a Data Table and of a table in PostgreSQL. */
export function tablesSuite(): void {
	let folder: string;
	let postgres: Postgres;
	let execution: N8nExecution;
	/** Of Start Export alone, of which the consent has ended meanwhile. */
	let notStarted: N8nExecution;
	let insertPostgres: (name: string, table: string) => ExtraNode;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'payer-tables-'));
		postgres = await startPostgres(folder);
		await postgres.create(DATABASE);
		const { client, n8n } = theBench();
		const { host, port, user, password } = postgres;
		const id = await client.createCredential({
			name: 'Outcomes',
			type: 'postgres',
			data: { host, port, user, password, database: DATABASE, ssl: 'disable' },
		});
		insertPostgres = (name, table) => {
			const parameters = {
				operation: 'insert',
				schema: { __rl: true, mode: 'name', value: 'public' },
				table: { __rl: true, mode: 'name', value: table },
				columns: BY_NAME,
				options: {},
			};
			const credentials = { postgres: { id, name: 'Outcomes' } };
			return Object.assign(node(name, 'postgres', 2.7, parameters), { credentials });
		};
		const http = await signedIn(n8n);
		const main: Storing = {
			extra: [insert('Insert Resources', 'resources', RESOURCES)],
			links: [{ from: 'fetchBatch', output: 0, to: 'Insert Resources' }],
		};
		const ended: Storing = { extra: [], links: [] };
		await createDataTable(
			http,
			'resources',
			Object.keys(RESOURCES.value).map((name) => ({ name, type: 'string' })),
		);
		for (const { name, from, output, fields } of OUTPUTS) {
			const columns = Object.entries(fields).map(([column, type]) => ({ name: column, type }));
			await createDataTable(http, tableOf(name), columns);
			const sql = columns.map((each) => `"${each.name}" ${each.type === 'number' ? 'integer' : 'text'}`);
			await postgres.query(DATABASE, `CREATE TABLE ${tableOf(name)} (${sql.join()})`);
			const { extra, links } = name === NOT_STARTED ? ended : main;
			extra.push(
				choose(`Choose ${name}`, Object.keys(fields)),
				insert(`Insert ${name}`, tableOf(name)),
				insertPostgres(`Postgres ${name}`, tableOf(name)),
			);
			links.push(
				{ from, output, to: `Choose ${name}` },
				{ from: `Choose ${name}`, output: 0, to: `Insert ${name}` },
				{ from: `Choose ${name}`, output: 0, to: `Postgres ${name}` },
			);
		}
		// Three seconds: the export of "slow" takes longer.
		const steps = fourSteps({
			startExport: { resourceTypes: [...TYPES] },
			waitForExport: { giveUpAfter: 0.05 },
			fetchBatch: { options: { addOrigin: true } },
		});
		execution = await run({ rows: ROWS, steps, ...main });
		const matched = jsonOf(execution, 'memberMatch').map((json) => ({ ...json, consentEnd: '2020-01-31' }));
		notStarted = await run({ rows: matched, steps: [{ node: 'startExport' }], ...ended });
	}, LIMIT_MS);
	afterAll(async () => {
		await postgres?.stop();
		await rm(folder, { recursive: true, force: true });
	});

	test('F7 all outputs have led into tables', () => {
		for (const { status, error } of [execution, notStarted]) {
			expect([status, error?.message]).toEqual(['success', undefined]);
		}
	});

	test.each(OUTPUTS)('F7 $name goes into a Data Table and into Postgres, by Edit Fields', async (each) => {
		const { name, from, output, fields } = each;
		const items = jsonOf(name === NOT_STARTED ? notStarted : execution, from, output);
		expect(items.length).toBeGreaterThan(0);
		const columns = Object.keys(fields);
		const wanted = items.map((item) => columns.map((column) => item[column]));
		expect(wanted.flat()).not.toContain(undefined);
		const stored = await rowsOf<Record<string, unknown>>(tableOf(name));
		expect(stored.map((item) => columns.map((column) => item[column]))).toEqual(wanted);
		const inPostgres = await postgres.query(DATABASE, `SELECT * FROM ${tableOf(name)}`);
		expect(inPostgres).toEqual(wanted.map((cells) => cells.map(String)));
	});

	test('F7 Resources go into a Data Table, by Map Each Column Manually', async () => {
		const stored = await rowsOf<{ memberId: string; resource: string }>('resources');
		const ofSmall = stored.filter(({ memberId }) => memberId === row('small').memberId);
		const { types } = truth('small');
		const wanted = TYPES.reduce((sum, type) => sum + (types[type]?.resources ?? 0), 0);
		expect(ofSmall).toHaveLength(wanted);
		expect(JSON.parse(ofSmall[0].resource)).toHaveProperty('resourceType');
	});

	const failed = () => jsonOf(execution, 'waitForExport', 2);

	test('F7 a Data Table refuses objects and lists, and columns that it does not have', async () => {
		const into = async (rows: object[]) => {
			const extra = [insert('Insert', tableOf('Failed'))];
			const ended = await run({ rows, steps: [], extra, links: [{ from: 'Rows', output: 0, to: 'Insert' }] });
			return ended.error?.message;
		};
		expect(await into(failed())).toMatch(/^unexpected (?:object|array) input/);
		expect(await into([{ memberId: 'a', odd: 1 }])).toMatch(/unknown column name 'odd'/);
	});

	test('F7 Postgres takes the items of Failed as they are, objects and lists as texts', async () => {
		const columns = [...new Set(failed().flatMap((item) => Object.keys(item)))];
		const sql = columns.map((column) => `"${column}" text`);
		await postgres.query(DATABASE, `CREATE TABLE whole (${sql.join()})`);
		const extra = [insertPostgres('Insert', 'whole')];
		const ended = await run({
			rows: failed(),
			steps: [],
			extra,
			links: [{ from: 'Rows', output: 0, to: 'Insert' }],
		});
		expect([ended.status, ended.error?.message]).toEqual(['success', undefined]);
		const stored = await postgres.query(DATABASE, 'SELECT "memberId", batches, errors FROM whole');
		expect(stored).toEqual(
			failed().map(({ memberId, batches }) => [memberId, JSON.stringify(batches), '{}']),
		);
	});
}
