/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from '../../local-n8n/ports';
import { startOwned, tailOf, type OwnedProcess } from '../../local-n8n/ownedProcess';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const REDIS = 'redis-server';
const USER = 'roster';
const READY_LIMIT_MS = 60_000;
const POLL_MS = 200;
const MOST_OUTPUT = 1024 ** 3;

/** A PostgreSQL of its own on a free port of this computer. */
export interface Postgres {
	host: string;
	port: number;
	user: string;
	password: string;
	/** Makes a database. */
	create(database: string): Promise<void>;
	/** @returns the rows as arrays of texts, an empty one for NULL; no value may hold a line end or a U+001F */
	query(database: string, sql: string): Promise<string[][]>;
	stop(): Promise<void>;
}

/** A Redis of its own on a free port of this computer. It writes nothing to disk. */
export interface Redis {
	host: string;
	port: number;
	password: string;
	stop(): Promise<void>;
}

/** What has to be installed before the servers can start; empty where nothing is missing. */
export function missingPackages(): string[] {
	const missing: string[] = [];
	if (postgresPrograms() === undefined) missing.push('postgresql');
	const folders = (process.env.PATH ?? '').split(delimiter);
	if (!folders.some((folder) => existsSync(join(folder, REDIS)))) missing.push(REDIS);
	return missing;
}

/** @throws where a Debian package is missing and this is not root; root installs it */
export function installMissingPackages(report: (text: string) => void): void {
	const missing = missingPackages();
	if (missing.length === 0) return;
	const command = ['apt-get', 'install', '-y', ...missing];
	if (process.getuid?.() !== 0) {
		throw new Error(`PostgreSQL and Redis are needed. Install what is missing: sudo ${command.join(' ')}`);
	}
	report(command.join(' '));
	// A fresh machine has no list of packages.
	const update = ['update', '-q'];
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	execFileSync(command[0], update, { stdio: 'ignore', env });
	execFileSync(command[0], command.slice(1), { stdio: 'ignore', env });
}

/** Starts PostgreSQL with an empty cluster in a new folder. @throws where it does not get ready */
export async function startPostgres(parent: string): Promise<Postgres> {
	const programs = postgresPrograms();
	if (programs === undefined) throw new Error('PostgreSQL is missing: apt-get install postgresql');
	const folder = join(parent, 'postgres');
	const [data, passwordFile, logFile] = ['data', 'password', 'postgres.log'].map((name) =>
		join(folder, name),
	);
	const password = randomBytes(12).toString('hex');
	await mkdir(folder, { mode: 0o700 });
	await writeFile(passwordFile, password, { mode: 0o600 });
	await writeFile(logFile, '');
	const owner = await ownerOfServer();
	if (owner !== undefined) {
		await chmod(parent, 0o711);
		await chown(folder, owner.uid, owner.gid);
		await chown(passwordFile, owner.uid, owner.gid);
	}
	// PostgreSQL refuses to run as root: there it runs as the user of Debian's package.
	const asOwner = owner ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
	const initdb = [join(programs, 'initdb'), '-D', data, '-U', USER, '-A', 'scram-sha-256', '-E', 'UTF8'];
	const [first, ...rest] = [...asOwner, ...initdb, '--no-locale', '--pwfile', passwordFile];
	await promisify(execFile)(first, rest, { cwd: folder });

	const [port] = await freePorts(1);
	const settings = [
		'listen_addresses=127.0.0.1',
		`unix_socket_directories=${folder}`,
		'max_connections=200',
		// The data are thrown away at the end.
		'fsync=off',
	];
	const server = startProgram(
		[
			...asOwner,
			join(programs, 'postgres'),
			...['-D', data, '-p', String(port)],
			...settings.flatMap((each) => ['-c', each]),
		],
		folder,
		logFile,
	);
	const query = async (database: string, sql: string): Promise<string[][]> => {
		const options = ['-h', '127.0.0.1', '-p', String(port), '-U', USER, '-d', database];
		const { stdout } = await promisify(execFile)(
			join(programs, 'psql'),
			[...options, '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-At', '-F', '\u001f', '-c', sql],
			{ env: { ...process.env, PGPASSWORD: password }, maxBuffer: MOST_OUTPUT, cwd: '/' },
		);
		// Every line ends with a line end, the last one too.
		const lines = stdout.split('\n').slice(0, -1);
		return lines.map((line) => line.split('\u001f'));
	};
	await untilReady('PostgreSQL', server, logFile, async () => {
		const answer = await query('postgres', 'SELECT 1').catch(() => []);
		return answer.length === 1;
	});
	return {
		host: '127.0.0.1',
		port,
		user: USER,
		password,
		create: async (database) => void (await query('postgres', `CREATE DATABASE ${database}`)),
		query,
		stop: server.stop,
	};
}

/** Starts Redis. @throws where it does not get ready */
export async function startRedis(parent: string): Promise<Redis> {
	const folder = join(parent, 'redis');
	const [settingsFile, logFile] = ['redis.conf', 'redis.log'].map((name) => join(folder, name));
	const password = randomBytes(12).toString('hex');
	const [port] = await freePorts(1);
	await mkdir(folder, { mode: 0o700 });
	await writeFile(logFile, '');
	const settings = [
		'bind 127.0.0.1',
		`port ${port}`,
		`requirepass ${password}`,
		'save ""',
		'appendonly no',
		`dir ${folder}`,
	];
	await writeFile(settingsFile, `${settings.join('\n')}\n`, { mode: 0o600 });
	const server = startProgram([REDIS, settingsFile], folder, logFile);
	await untilReady('Redis', server, logFile, async () => await isListening(port));
	return { host: '127.0.0.1', port, password, stop: server.stop };
}

function startProgram(command: string[], cwd: string, logFile: string): OwnedProcess {
	const env = { PATH: process.env.PATH, LANG: 'C' };
	return startOwned({
		node: process.execPath,
		args: [join(__dirname, 'program.cjs'), ...command],
		cwd,
		env,
		logFile,
	});
}

/** Waits until a server answers. @throws where it ends, or does not answer within a minute */
export async function untilReady(
	name: string,
	server: OwnedProcess,
	logFile: string,
	isReady: () => Promise<boolean>,
	limitMs = READY_LIMIT_MS,
): Promise<void> {
	let how: string | undefined;
	void server.ended.then((end) => (how = end));
	for (const giveUpAt = Date.now() + limitMs; !(await isReady()); await sleep(POLL_MS)) {
		if (how === undefined && Date.now() < giveUpAt) continue;
		await server.stop();
		const trouble = how === undefined ? `is not ready after ${limitMs / 1000} s` : `ended (${how})`;
		throw new Error(`${name} ${trouble}. The end of its log:\n${tailOf(logFile, 20)}`);
	}
}

async function isListening(port: number): Promise<boolean> {
	return await new Promise((done) => {
		const socket = connect(port, '127.0.0.1');
		const end = (answer: boolean): void => {
			socket.destroy();
			done(answer);
		};
		socket.once('connect', () => end(true));
		socket.once('error', () => end(false));
	});
}

/** The folder of the newest PostgreSQL's programs, where Debian puts them. */
function postgresPrograms(): string | undefined {
	if (!existsSync(DEBIAN_POSTGRES)) return undefined;
	const newest = readdirSync(DEBIAN_POSTGRES)
		.sort((a, b) => Number(a) - Number(b))
		.map((version) => join(DEBIAN_POSTGRES, version, 'bin'))
		.filter((bin) => existsSync(join(bin, 'initdb')));
	return newest.at(-1);
}

/** Whom PostgreSQL's files must belong to; undefined where this process is not root and runs it itself. */
async function ownerOfServer(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const id = async (flag: string): Promise<number> =>
		Number((await promisify(execFile)('id', [flag, 'postgres'])).stdout);
	return { uid: await id('-u'), gid: await id('-g') };
}
