/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import axios from 'axios';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { inheritedEnvironment, n8nEnvironment, postgresEnvironment } from '../../local-n8n/environment';
import type { N8nRuntime } from '../../local-n8n/install';
import { atEnd, startOwned, type OwnedProcess } from '../../local-n8n/ownedProcess';
import { freePorts } from '../../local-n8n/ports';
import { startPostgres, type Postgres } from '../../local-n8n/postgres';
import { untilReady } from '../../local-n8n/program';
import { N8nClient } from '../../local-n8n/rest';
import { startN8n, type N8nServer } from '../../local-n8n/server';
import { packProject } from '../stage';
import { startRedis, type Redis } from './servers';

const N8N_DATABASE = 'n8n';
const WORKER_LIMIT_MS = 120_000;
/** Executions that one worker works on at a time. */
export const CONCURRENCY = 5;

/** Where the workflows keep the roster, the outcomes and the resources. */
export const EXCHANGE_DATABASE = 'exchange';

/** A process that runs executions. */
export interface Worker {
	name: string;
	/** Executions that it took, one that came back from a wait once more. */
	started(): number;
	/** Executions that it has not ended. */
	running(): number;
	/** As when the machine loses power. Fulfilled when it is gone. */
	kill(): Promise<void>;
	stop(): Promise<void>;
}

/** n8n in queue mode: a main process, PostgreSQL, Redis; workers are added. */
export interface Cluster {
	n8n: N8nServer;
	client: N8nClient;
	postgres: Postgres;
	addWorker(): Promise<Worker>;
	/** Executions that are queued, at work or waiting. */
	unfinished(): Promise<number>;
	/** Executions that n8n keeps, by the state it gives them. */
	states(): Promise<Record<string, number>>;
	close(): Promise<void>;
}

/** The settings that make an n8n process one of several. */
export function queueEnvironment(
	postgres: Pick<Postgres, 'host' | 'port' | 'user' | 'password'>,
	redis: Pick<Redis, 'host' | 'port' | 'password'>,
	encryptionKey: string,
): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_ENCRYPTION_KEY: encryptionKey,
		QUEUE_BULL_REDIS_HOST: redis.host,
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		QUEUE_BULL_REDIS_PASSWORD: redis.password,
		...postgresEnvironment({ ...postgres, database: N8N_DATABASE }),
		N8N_PAYLOAD_SIZE_MAX: '64',
	};
}

/** Starts all but the workers, in a temporary folder that goes at the end. */
export async function startCluster(runtime: N8nRuntime, report: (text: string) => void): Promise<Cluster> {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-queue-'));
	const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
	const forget = atEnd(remove);
	const closings: Array<() => Promise<void>> = [];
	const close = async (): Promise<void> => {
		for (const step of closings.splice(0).reverse()) await step();
		forget();
		remove();
	};
	const start = async (): Promise<Cluster> => {
		report('starting PostgreSQL and Redis');
		const postgres = await startPostgres(folder, report);
		closings.push(postgres.stop);
		const redis = await startRedis(folder);
		closings.push(redis.stop);
		await postgres.create(N8N_DATABASE);
		await postgres.create(EXCHANGE_DATABASE);
		const shared = queueEnvironment(postgres, redis, randomBytes(24).toString('hex'));
		const pack = await packProject();
		const userFolder = join(folder, 'n8n');
		const n8n = await startN8n({
			runtime,
			tarball: pack.tarball,
			userFolder,
			report,
			database: { ...postgres, database: N8N_DATABASE },
			extraEnv: shared,
		}).finally(pack.remove);
		closings.push(n8n.stop);
		const client = new N8nClient(n8n.url);
		await client.login(n8n);
		let workers = 0;
		const count = async (where: string): Promise<Record<string, number>> => {
			const rows = await postgres.query(
				N8N_DATABASE,
				`SELECT status, count(*) FROM execution_entity WHERE ${where} GROUP BY 1 ORDER BY 1`,
			);
			return Object.fromEntries(rows.map(([status, number]) => [status, Number(number)]));
		};
		return {
			n8n,
			client,
			postgres,
			addWorker: async () => {
				const worker = await startWorker(runtime, n8n, `worker ${++workers}`, shared);
				closings.push(worker.stop);
				return worker;
			},
			unfinished: async () => {
				const states = await count("status IN ('new', 'running', 'waiting')");
				return Object.values(states).reduce((sum, number) => sum + number, 0);
			},
			states: async () => await count('"deletedAt" IS NULL'),
			close,
		};
	};
	return await start().catch(async (error: unknown) => {
		await close();
		return await Promise.reject(error as Error);
	});
}

async function startWorker(
	runtime: N8nRuntime,
	n8n: N8nServer,
	name: string,
	shared: Record<string, string>,
): Promise<Worker> {
	const [port, brokerPort, healthPort] = await freePorts(3);
	const { userFolder } = n8n;
	const logFile = join(userFolder, `${name.replace(' ', '-')}.log`);
	await writeFile(logFile, '');
	const env = inheritedEnvironment(process.env);
	const owner = { email: '', passwordHash: '' };
	const server: OwnedProcess = startOwned({
		node: runtime.node,
		args: [runtime.bin, 'worker', `--concurrency=${CONCURRENCY}`],
		cwd: userFolder,
		env: {
			...env,
			PATH: [dirname(runtime.node), env.PATH].join(delimiter),
			...n8nEnvironment({ version: runtime.version, userFolder, port, brokerPort, owner }),
			...shared,
			// The owner's account is the main process's business.
			N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'false',
			// A worker serves no webhooks, and must know where they are.
			WEBHOOK_URL: n8n.url,
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(healthPort),
		},
		logFile,
	});
	await untilReady(
		`n8n ${name}`,
		server,
		logFile,
		async () => {
			const { status } = await axios
				.get(`http://127.0.0.1:${healthPort}/healthz/readiness`, {
					timeout: 5_000,
					proxy: false,
					validateStatus: () => true,
				})
				.catch(() => ({ status: 0 }));
			return status === 200;
		},
		WORKER_LIMIT_MS,
	);
	const count = (word: string): number =>
		readFileSync(logFile, 'utf8').split(`Worker ${word} execution`).length - 1;
	return {
		name,
		started: () => count('started'),
		running: () => count('started') - count('finished'),
		kill: async () => {
			process.kill(server.pid, 'SIGKILL');
			await server.ended;
		},
		stop: server.stop,
	};
}
