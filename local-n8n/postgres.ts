/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePorts } from './ports';
import { postgresPrograms, type PostgresPrograms } from './postgresPrograms';
import { startProgram, untilReady, type Owner } from './program';

const HOST = '127.0.0.1';
const USER = 'roster';
const FIRST_DATABASE = 'postgres';
/** Users that PostgreSQL may run as where this process is root, which it refuses; the first that exists. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/** How to reach a database. */
export interface DatabaseConnection {
	host: string;
	port: number;
	user: string;
	password: string;
	database: string;
}

/** A PostgreSQL of its own on a free port of this computer. */
export interface Postgres extends Omit<DatabaseConnection, 'database'> {
	/** Makes a database. */
	create(database: string): Promise<void>;
	/** @returns the rows of the last statement as arrays of PostgreSQL's own texts, an empty one for NULL */
	query(database: string, sql: string): Promise<string[][]>;
	stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on the folder `postgres` in another folder: an empty one where that is new, else with what an
 * earlier one left there.
 *
 * @param parent where this process is root, others may pass through it afterwards
 * @param report told what goes on where PostgreSQL is first taken from npm
 * @throws where there is no PostgreSQL, or it does not get ready
 */
export async function startPostgres(
	parent: string,
	report: (text: string) => void = () => undefined,
): Promise<Postgres> {
	const programs = await postgresPrograms({ report });
	const owner = await unprivileged();
	const folder = join(owner === undefined ? parent : await openedTo(parent), 'postgres');
	const [data, passwordFile, logFile] = ['data', 'password', 'postgres.log'].map((name) =>
		join(folder, name),
	);
	await mkdir(folder, { mode: 0o700, recursive: true });
	if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
	const bin = await reachable(programs, folder, owner);
	await writeFile(logFile, '');
	if (!existsSync(data)) await initialise(bin, data, passwordFile, owner);
	const password = await readFile(passwordFile, 'utf8');
	const [port] = await freePorts(1);
	const settings = [
		`listen_addresses=${HOST}`,
		`unix_socket_directories=${process.platform === 'win32' ? '' : folder}`,
		'max_connections=200',
		// The data are thrown away at the end.
		'fsync=off',
	];
	const options = ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])];
	const server = startProgram({ command: [join(bin, 'postgres'), ...options], cwd: folder, logFile, owner });
	const query = async (database: string, sql: string): Promise<string[][]> =>
		await ask({ host: HOST, port, user: USER, password, database }, sql);
	await untilReady('PostgreSQL', server, logFile, async () => {
		const answer = await query(FIRST_DATABASE, 'SELECT 1').catch(() => []);
		return answer.length === 1;
	});
	return {
		host: HOST,
		port,
		user: USER,
		password,
		create: async (database) => void (await query(FIRST_DATABASE, `CREATE DATABASE ${database}`)),
		query,
		stop: server.stop,
	};
}

async function initialise(
	bin: string,
	data: string,
	passwordFile: string,
	owner: Owner | undefined,
): Promise<void> {
	await writeFile(passwordFile, randomBytes(12).toString('hex'), { mode: 0o600 });
	if (owner !== undefined) await chown(passwordFile, owner.uid, owner.gid);
	const args = ['-D', data, '-U', USER, '-A', 'scram-sha-256', '-E', 'UTF8', '--no-locale'];
	await promisify(execFile)(join(bin, 'initdb'), [...args, '--no-sync', '--pwfile', passwordFile], {
		cwd: dirname(data),
		...owner,
	});
}

/** One exchange over a connection of its own; values as PostgreSQL writes them. */
async function ask(connection: DatabaseConnection, sql: string): Promise<string[][]> {
	const types = { getTypeParser: () => (text: string) => text };
	const client = new Client({ ...connection, types });
	// A connection that the server's end breaks is told of by the query, too.
	client.on('error', () => undefined);
	await client.connect();
	const answer = client.query<Array<string | null>>({ text: sql, rowMode: 'array' });
	const results = [await answer.finally(async () => await client.end())].flat();
	return (results.at(-1)?.rows ?? []).map((row) => row.map((value) => value ?? ''));
}

/** Whom PostgreSQL is to run as; undefined where this process is not root and runs it itself. */
async function unprivileged(): Promise<Owner | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	for (const name of UNPRIVILEGED) {
		const ids = ['-u', '-g'].map(async (flag) => await promisify(execFile)('id', [flag, name]));
		const found = await Promise.all(ids).catch(() => undefined);
		if (found) return { uid: Number(found[0].stdout), gid: Number(found[1].stdout) };
	}
	throw new Error(`PostgreSQL does not run as root, and there is no user ${UNPRIVILEGED.join(' or ')}.`);
}

/**
 * A folder that another user can pass through to what is in it. Temporary folders are opened on the way; where the way is closed
 * elsewhere, as below /root, it is a folder of the same name for each start, beside the temporary ones.
 */
async function openedTo(parent: string): Promise<string> {
	await mkdir(parent, { recursive: true });
	const temporary = await realpath(tmpdir());
	for (let path = await realpath(parent); dirname(path) !== path; path = dirname(path)) {
		const { mode } = await stat(path);
		if ((mode & 0o001) !== 0) continue;
		if (!path.startsWith(temporary + sep)) {
			const name = createHash('sha256').update(parent).digest('hex').slice(0, 12);
			const elsewhere = join(temporary, `payer-postgres-${name}`);
			await mkdir(elsewhere, { recursive: true, mode: 0o711 });
			return elsewhere;
		}
		await chmod(path, (mode & 0o777) | 0o011);
	}
	return parent;
}

/** Where another user can run the programs: a copy in the folder where the way to them is closed, as below /root. */
async function reachable(
	{ bin, movable }: PostgresPrograms,
	folder: string,
	owner: Owner | undefined,
): Promise<string> {
	if (owner === undefined || movable === undefined || (await isOpenToAll(bin))) return bin;
	const copy = join(folder, 'programs');
	await cp(movable, copy, { recursive: true, verbatimSymlinks: true });
	return join(copy, 'bin');
}

async function isOpenToAll(path: string): Promise<boolean> {
	const { mode } = await stat(path);
	if ((mode & 0o001) === 0) return false;
	return dirname(path) === path || (await isOpenToAll(dirname(path)));
}
