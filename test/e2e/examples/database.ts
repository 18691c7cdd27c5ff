/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../local-n8n/postgres';
import { theBench } from '../bench';

const NAME = 'exchange';

/** A PostgreSQL of a test, and n8n's credential for it. */
export interface Database {
	/** As `bringIn` takes them. */
	credentials: Record<string, object>;
	/** The rows as texts. */
	query(sql: string): Promise<string[][]>;
	close(): Promise<void>;
}

/** Starts an empty database. */
export async function openDatabase(): Promise<Database> {
	const folder = await mkdtemp(join(tmpdir(), 'payer-postgres-'));
	const postgres = await startPostgres(folder);
	await postgres.create(NAME);
	const { host, port, user, password } = postgres;
	const id = await theBench().client.createCredential({
		name: 'Test database',
		type: 'postgres',
		data: { host, port, user, password, database: NAME, ssl: 'disable' },
	});
	return {
		credentials: { 'n8n-nodes-base.postgres': { postgres: { id, name: 'Test database' } } },
		query: async (sql) => await postgres.query(NAME, sql),
		close: async () => {
			await postgres.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
