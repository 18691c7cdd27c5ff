/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxiosInstance } from 'axios';
import { startPostgres, type Postgres } from '../../../local-n8n/postgres';
import { startScriptedGateway, type ScriptedGateway } from '../../support/scriptedGateway';
import { sheetJs } from '../../support/sheetJs';
import { closeBench, openBench, theBench } from '../bench';
import { createDataTable, signedIn } from '../dataTables';
import { DATE_COLUMNS, underscored } from './roster';
import { tableName, waysFromPostgres, waysIn, type Way } from './ways';

const DATABASE = 'rosters';

/** An n8n in a time zone, and a gateway that knows nobody and keeps what it was asked. */
export interface WaysBench {
	ways: Way[];
	/** Makes the tables that the ways begin with. @param first number of the ways, another for each run */
	createTables(first: number): Promise<void>;
	gateway: ScriptedGateway;
	/** Of the gateway. */
	credentialId: string;
	close(): Promise<void>;
}

/** Starts it. @param zones the environment of n8n: TZ, GENERIC_TIMEZONE */
export async function openWaysBench(zones: Record<string, string>): Promise<WaysBench> {
	await openBench(undefined, zones);
	const folder = await mkdtemp(join(tmpdir(), 'payer-ways-'));
	const postgres = await startPostgres(folder);
	await postgres.create(DATABASE);
	const gateway = await startScriptedGateway([{ status: 422, body: {} }]);
	const { client, n8n } = theBench();
	const { clientId, clientSecret, url } = gateway;
	const credentialId = await client.createCredential({
		name: 'Gateway',
		type: 'oneUpHealthOAuth2Api',
		data: {
			...{ clientId, clientSecret, gatewayUrl: url, scope: 'member-match|read' },
			plans: 'Bison Health Plan = bison',
		},
	});
	const { host, port, user, password } = postgres;
	const id = await client.createCredential({
		name: 'Rosters',
		type: 'postgres',
		data: { host, port, user, password, database: DATABASE, ssl: 'disable' },
	});
	const ways = [...waysIn(await sheetJs()), ...waysFromPostgres({ postgres: { id, name: 'Rosters' } })];
	const http = await signedIn(n8n);
	return {
		ways,
		createTables: async (first) => await createTables(ways, first, postgres, http),
		gateway,
		credentialId,
		close: async () => {
			await closeBench();
			await gateway.close();
			await postgres.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function createTables(
	ways: Way[],
	first: number,
	postgres: Postgres,
	http: AxiosInstance,
): Promise<void> {
	const dates = DATE_COLUMNS.flatMap((column) => [column, ...Object.keys(underscored({ [column]: '' }))]);
	const sql: string[] = [];
	for (const [index, { table }] of ways.entries()) {
		if (!table) continue;
		const way = first + index;
		const rows = table.rows(way);
		const columns = Object.keys(rows[0]).map((name) => ({
			name,
			type: dates.includes(name) ? table.type : 'string',
		}));
		if (table.kind === 'dataTable') await createDataTable(http, tableName(way), columns);
		else sql.push(createAndFill(tableName(way), columns, rows));
	}
	await postgres.query(DATABASE, sql.join('\n'));
}

function createAndFill(
	table: string,
	columns: Array<{ name: string; type: string }>,
	rows: object[],
): string {
	const columnList = columns.map(({ name, type }) => `"${name}" ${type === 'string' ? 'text' : type}`);
	const valueLists = rows.map((row) => {
		const values = Object.values(row).map((value) => `'${String(value).replaceAll("'", "''")}'`);
		return `(${values.join()})`;
	});
	return `CREATE TABLE ${table} (${columnList.join()}); INSERT INTO ${table} VALUES ${valueLists.join()};`;
}
