/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePorts } from '../../local-n8n/ports';
import { postgresSource } from '../../local-n8n/postgresPrograms';
import { onPath, startProgram, untilReady } from '../../local-n8n/program';

const REDIS = 'redis-server';

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
	if (postgresSource() === undefined) missing.push('postgresql');
	if (onPath(REDIS) === undefined) missing.push(REDIS);
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
	const server = startProgram({ command: [REDIS, settingsFile], cwd: folder, logFile });
	await untilReady('Redis', server, logFile, async () => await isListening(port));
	return { host: '127.0.0.1', port, password, stop: server.stop };
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
