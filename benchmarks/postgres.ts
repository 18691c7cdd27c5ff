/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atEnd } from '../local-n8n/ownedProcess';

const DEBIAN = '/usr/lib/postgresql';
const USER = 'bench';

/** A PostgreSQL of its own on a free port of this computer, in a temporary folder. */
export interface Postgres {
	port: number;
	user: string;
	database: string;
	/** @returns the rows, columns divided by `|` */
	query(sql: string): Promise<string>;
	stop(): void;
}

/** PostgreSQL refuses to run as root: there it runs as the user of Debian's package. */
function command(program: string, args: string[]): [string, string[]] {
	const isRoot = process.getuid?.() === 0;
	return isRoot ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args];
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** Starts it. @throws where Debian's package `postgresql` is not installed */
export async function startPostgres(): Promise<Postgres> {
	if (!existsSync(DEBIAN)) throw new Error('PostgreSQL is missing: apt-get install postgresql');
	const bin = join(DEBIAN, readdirSync(DEBIAN).sort().at(-1) ?? '', 'bin');
	const folder = mkdtempSync(join(tmpdir(), 'bench-postgres-'));
	chmodSync(folder, 0o777);
	const data = join(folder, 'data');
	const port = await freePort();
	const run = (program: string, ...args: string[]) =>
		execFileSync(...command(join(bin, program), args), { stdio: 'ignore', cwd: folder });
	run('initdb', '-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-locale');
	const flags = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
	run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', flags, 'start');
	const remove = () => {
		run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
		rmSync(folder, { recursive: true, force: true });
	};
	const forget = atEnd(remove);
	return {
		port,
		user: USER,
		database: 'postgres',
		query: async (sql) => {
			const args = ['-h', '127.0.0.1', '-p', String(port), '-U', USER, '-d', 'postgres', '-Atc', sql];
			return (await promisify(execFile)(join(bin, 'psql'), args)).stdout.trim();
		},
		stop: () => {
			forget();
			remove();
		},
	};
}
