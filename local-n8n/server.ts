/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import axios from 'axios';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installCommunityPackage } from './communityPackage';
import { inheritedEnvironment, n8nEnvironment, postgresEnvironment } from './environment';
import type { N8nRuntime } from './install';
import { N8nClient } from './rest';
import { n8nVersions } from './versions';
import { freePorts } from './ports';
import { startPostgres, type DatabaseConnection, type Postgres } from './postgres';
import { atEnd, startOwned, tailOf, type OwnedProcess } from './ownedProcess';

const EMAIL = 'analyst@example.com';
const READY_LIMIT_MS = 240_000;
const POLL_MS = 200;
const REPORT_EVERY_MS = 3_000;
const PORT_ATTEMPTS = 3;
const BCRYPT_ROUNDS = 10;
/** The database that n8n's own PostgreSQL has. */
const DATABASE = 'n8n';

/** What to start. */
export interface StartOptions {
	runtime: N8nRuntime;
	/**
	 * Kept, and may be started again with all it holds (not an n8n that makes no owner from its environment: the
	 * password of its first start would be needed). Absent: a temporary folder that goes when n8n stops.
	 */
	userFolder?: string;
	/** The community package to install first, as `npm pack` wrote it; absent: none. */
	tarball?: string;
	report: (text: string) => void;
	/**
	 * Where n8n keeps its data: a database that is there, or a file of SQLite (for which `buildSqliteDriver` must have
	 * run). Absent: a PostgreSQL of its own, in the user folder.
	 */
	database?: DatabaseConnection | 'sqlite';
	/** Wins over the settings that this room makes. */
	extraEnv?: Record<string, string>;
}

/** A running n8n. */
export interface N8nServer {
	/** Where the editor is: `http://127.0.0.1:<port>`. */
	url: string;
	/** The owner's account; the password is a new one at every start. */
	email: string;
	password: string;
	/** Ends n8n and what it started, within about 10 seconds. May be called more than once. */
	stop: () => Promise<void>;
	/** What n8n prints. In the user folder, so gone after the stop where that is temporary. */
	logFile: string;
	pid: number;
	userFolder: string;
	/** Asks n8n's own PostgreSQL, as `Postgres.query`; rejected where n8n keeps its data elsewhere. */
	query: (sql: string) => Promise<string[][]>;
}

/**
 * Installs the community package, starts n8n and waits until it is ready. It ends with this process at the latest.
 *
 * @throws when the package cannot be installed, or n8n ends early or is not ready within 120 seconds; the message has
 * the end of n8n's log
 */
export async function startN8n(options: StartOptions): Promise<N8nServer> {
	const { report, runtime, tarball } = options;
	const temporary = options.userFolder === undefined;
	const userFolder = resolve(options.userFolder ?? (await mkdtemp(join(tmpdir(), 'n8n-local-'))));
	const removeTemporary = (): void => {
		if (temporary) rmSync(userFolder, { recursive: true, force: true, maxRetries: 3 });
	};
	const forget = atEnd(removeTemporary);
	let postgres: Postgres | undefined;
	const leave = async (): Promise<void> => {
		await postgres?.stop();
		forget();
		removeTemporary();
	};
	const query = async (sql: string): Promise<string[][]> => {
		if (postgres === undefined) throw new Error('This n8n has no PostgreSQL of its own.');
		return await postgres.query(DATABASE, sql);
	};
	const databaseSettings = async (): Promise<Record<string, string>> => {
		if (options.database === 'sqlite') return {};
		if (options.database !== undefined) return postgresEnvironment(options.database);
		report('starting PostgreSQL');
		postgres = await startPostgres(userFolder, report);
		if (!(await hasDatabase(postgres, DATABASE))) await postgres.create(DATABASE);
		return postgresEnvironment({ ...postgres, database: DATABASE });
	};
	const start = async (): Promise<N8nServer> => {
		await mkdir(userFolder, { recursive: true });
		if (tarball !== undefined) {
			report('installing the package into n8n');
			await installCommunityPackage(userFolder, tarball);
		}
		const password = `${randomBytes(12).toString('base64url')}A1`;
		const passwordHash = hashPassword(runtime, password);
		const extraEnv = { ...(await databaseSettings()), ...options.extraEnv };
		const n8n = await startOnFreePorts({ ...options, extraEnv, userFolder }, passwordHash);
		const stop = async (): Promise<void> => await n8n.process.stop().finally(leave);
		const { url, logFile } = n8n;
		if (!n8nVersions[runtime.version].ownerFromEnvironment) {
			await new N8nClient(url).setUpOwner({ email: EMAIL, password }).catch(async (error: Error) => {
				await stop();
				return await Promise.reject(error);
			});
		}
		return { url, email: EMAIL, password, stop, logFile, pid: n8n.process.pid, userFolder, query };
	};
	return await start().catch(async (error: unknown) => {
		await leave();
		throw error;
	});
}

async function hasDatabase(postgres: Postgres, database: string): Promise<boolean> {
	const rows = await postgres.query('postgres', `SELECT 1 FROM pg_database WHERE datname = '${database}'`);
	return rows.length > 0;
}

async function startOnFreePorts(
	options: StartOptions & { userFolder: string },
	passwordHash: string,
): Promise<{ url: string; logFile: string; process: OwnedProcess }> {
	const { runtime, userFolder, report, extraEnv } = options;
	const logFile = join(userFolder, 'n8n.log');
	const env = inheritedEnvironment(process.env);
	// n8n starts its task runner with the first `node` on the path, which must be the one n8n itself runs on.
	const path = [dirname(runtime.node), env.PATH].join(delimiter);

	for (let attempt = 1; ; attempt++) {
		const [port, brokerPort] = await freePorts(2);
		const url = `http://127.0.0.1:${port}`;
		const owner = { email: EMAIL, passwordHash };
		const settings = { version: runtime.version, userFolder, port, brokerPort, owner };
		await writeFile(logFile, '');
		const n8n = startOwned({
			node: runtime.node,
			args: [runtime.bin, 'start'],
			cwd: userFolder,
			env: { ...env, PATH: path, ...n8nEnvironment(settings), ...extraEnv },
			logFile,
		});
		const trouble = await waitUntilReady(n8n, url, report);
		if (trouble === '') return { url, logFile, process: n8n };
		await n8n.stop();
		const tail = tailOf(logFile, 30);
		// Between finding a free port and n8n's taking it, somebody else may have come first.
		if (!/already in use|EADDRINUSE/.test(tail) || attempt === PORT_ATTEMPTS) {
			throw new Error(`${trouble}. The end of its log:\n${tail}`);
		}
	}
}

/**
 * Fulfilled with what went wrong, or with nothing when n8n is ready, which is later than its plain health check: the
 * database is as it should be, and the editor's calls are there (in n8n 2.8 some time after the former).
 */
async function waitUntilReady(
	n8n: OwnedProcess,
	url: string,
	report: (text: string) => void,
): Promise<string> {
	const startedAt = Date.now();
	const elapsed = (): number => Date.now() - startedAt;
	let ended: string | undefined;
	void n8n.ended.then((how) => (ended = how));
	for (let reported = 0; elapsed() < READY_LIMIT_MS; ) {
		if (ended !== undefined) return `n8n ended while it was starting (${ended})`;
		if ((await answers(`${url}/healthz/readiness`)) && (await answers(`${url}/rest/settings`))) return '';
		if (elapsed() >= reported) {
			report(`starting n8n … ${Math.round(elapsed() / 1_000)} s`);
			reported = elapsed() + REPORT_EVERY_MS;
		}
		await sleep(POLL_MS);
	}
	return `n8n was not ready within ${READY_LIMIT_MS / 1_000} seconds`;
}

async function answers(url: string): Promise<boolean> {
	const { status } = await axios
		.get(url, { timeout: 5_000, proxy: false, validateStatus: () => true })
		.catch(() => ({ status: 0 }));
	return status === 200;
}

function hashPassword(runtime: N8nRuntime, password: string): string {
	const bcrypt = createRequire(runtime.bin)('bcryptjs') as {
		hashSync: (text: string, rounds: number) => string;
	};
	return bcrypt.hashSync(password, BCRYPT_ROUNDS);
}
