/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { N8nRuntime } from './install';
import { withLock } from './lock';
import { chooseNode, hostNode } from './nodeForN8n';
import { runNpm } from './npm';
import { reporting } from './npmPackages';
import { canRun } from './ownedProcess';
import { n8nVersions } from './versions';

const STAND_IN = join(__dirname, 'sqliteStandIn.cjs');
const LIMIT_MS = 15 * 60_000;
/** What building needs; any one of the commands will do. */
const BUILD_TOOLS = [
	{ name: 'python3', commands: ['python3'] },
	{ name: 'make', commands: ['make', 'gmake'] },
	{ name: 'a C++ compiler', commands: ['g++', 'c++', 'clang++'] },
];

/** The tools that are missing for building n8n's driver of SQLite here; none are needed on Windows, where it comes built. */
export function missingBuildTools(): string[] {
	if (process.platform === 'win32') return [];
	const answers = (command: string): boolean => canRun(command, ['--version']);
	return BUILD_TOOLS.filter(({ commands }) => !commands.some(answers)).map(({ name }) => name);
}

/**
 * Puts something in the place of the driver that can be loaded and does nothing, so that nothing has to be built.
 *
 * @param target where n8n's `node_modules` is
 */
export async function standInForSqliteDriver(target: string): Promise<void> {
	// One of the places where `bindings`, by which sqlite3 loads it, looks after that of the true one; outside of `build`,
	// which a build empties.
	const folder = join(driverIn(target), 'addon-build', 'default', 'install-root', 'node_sqlite3.node');
	await mkdir(folder, { recursive: true });
	await copyFile(STAND_IN, join(folder, 'index.js'));
}

/**
 * Builds the driver (sqlite3) that an n8n on SQLite needs, unless that was done before: two minutes. n8n on PostgreSQL
 * runs without.
 *
 * @throws where it cannot be built; the message names the log
 */
export async function buildSqliteDriver(runtime: N8nRuntime, report: (text: string) => void): Promise<void> {
	const target = join(runtime.bin, '..', '..', '..', '..');
	const binding = join(driverIn(target), 'build', 'Release', 'node_sqlite3.node');
	if (existsSync(binding)) return;
	const { prefix } = chooseNode(hostNode(), join(target, '..'), n8nVersions[runtime.version].oldestNode);
	const headers = existsSync(join(prefix, 'include', 'node', 'node.h')) ? { npm_config_nodedir: prefix } : {};
	const logFile = join(target, 'build.log');
	await withLock(`${target}.lock`, "n8n's driver of SQLite", report, async () => {
		if (existsSync(binding)) return;
		await reporting(
			(seconds) => report(`building n8n's driver of SQLite (sqlite3) … ${seconds} s`),
			runNpm({
				purpose: 'Building sqlite3',
				args: ['rebuild', 'sqlite3', '--ignore-scripts=false', '--global=false', '--foreground-scripts=true'],
				cwd: target,
				logFile,
				timeLimitMs: LIMIT_MS,
				// As a variable and not as a flag: npm 11 warns that it will refuse flags it does not know itself.
				env: headers,
			}),
		);
	});
	if (existsSync(binding)) return;
	throw new Error(`npm said that sqlite3 was built, but ${binding} is not there. Log: ${logFile}`);
}

const driverIn = (target: string): string => join(target, 'node_modules', 'sqlite3');
