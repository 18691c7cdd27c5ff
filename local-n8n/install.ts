/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from './lock';
import { chooseNode, type NodeForN8n } from './nodeForN8n';
import { QUIET_INSTALL, runNpm } from './npm';
import { checkBuildTools, checkDiskSpace } from './preflight';
import { N8N_VERSION, n8nVersions, type N8nVersion } from './versions';

const GIGABYTES_NEEDED = 4;
const REPORT_EVERY_MS = 5_000;
const INSTALL_LIMIT_MS = 25 * 60_000;
const BUILD_LIMIT_MS = 15 * 60_000;

/** An installed n8n. */
export interface N8nRuntime {
	/** Path of the Node binary to run it with. */
	node: string;
	/** Path of n8n's own start script. */
	bin: string;
	version: N8nVersion;
}

/** Where to install, and whom to tell. */
export interface InstallOptions {
	/** Default: `N8N_VERSION`. */
	version?: N8nVersion;
	/** Default: `N8N_LOCAL_FOLDER`, else `.n8n-local` in the project; n8n goes into a subfolder named by version. */
	folder?: string;
	/** Called every few seconds with a short line of what is going on. */
	report: (text: string) => void;
}

/**
 * The project that n8n is installed in. n8n itself is pinned, and its package pins most of what it uses; what those
 * packages use in turn is resolved by npm within their ranges, so two installs may differ there.
 *
 * node-gyp: sqlite3 asks for version 8, which no longer works with Python 3.12.
 */
export function runtimeProject(version: N8nVersion, node: NodeForN8n): object {
	const nodeDependency = node.dependency ? { [node.dependency.name]: node.dependency.version } : {};
	return {
		name: 'n8n-runtime',
		version: '0.0.0',
		private: true,
		dependencies: { n8n: version, ...nodeDependency },
		overrides: { ...n8nVersions[version].overrides, sqlite3: { 'node-gyp': '11.4.2' } },
		allowScripts: { sqlite3: true },
	};
}

/**
 * Installs n8n from the npm registry, unless that was done before: 3 GB and a few minutes. An install that was
 * interrupted starts again. Safe to call from several processes at once: one installs, the others wait.
 *
 * @throws within seconds where a build tool or disk space is missing, and later when npm fails; the message says what to
 * do or names npm's log
 */
export async function installN8n(options: InstallOptions): Promise<N8nRuntime> {
	const { version = N8N_VERSION, folder, report } = options;
	const base = folder ?? process.env.N8N_LOCAL_FOLDER ?? join(__dirname, '..', '.n8n-local');
	const target = join(base, `runtime-${version}`);
	const node = chooseNode(hostNode(), target, n8nVersions[version].oldestNode);
	const runtime: N8nRuntime = { node: node.binary, bin: binIn(target), version };
	if (isComplete(target, node)) return runtime;
	await mkdir(base, { recursive: true });
	return await withLock(`${target}.lock`, report, async () => {
		if (!isComplete(target, node)) await installFromNothing(version, target, node, report);
		return runtime;
	});
}

async function installFromNothing(
	version: N8nVersion,
	target: string,
	node: NodeForN8n,
	report: (text: string) => void,
): Promise<void> {
	checkBuildTools();
	const modules = join(target, 'node_modules');
	if (existsSync(target)) {
		report('removing an n8n install that was not finished');
		await rm(target, { recursive: true, force: true });
	}
	await checkDiskSpace(dirname(target), GIGABYTES_NEEDED);
	await mkdir(target, { recursive: true });
	await writeFile(join(target, 'package.json'), JSON.stringify(runtimeProject(version, node), null, 2));

	await reporting(
		(seconds) =>
			report(
				`installing n8n ${version} … ${countPackages(modules).toLocaleString('en-US')} packages, ${seconds} s`,
			),
		runNpm({
			purpose: `Installing n8n ${version}`,
			// Peers as npm treats them by default: n8n needs them installed, and needs their conflicts tolerated.
			args: [...QUIET_INSTALL, '--legacy-peer-deps=false', '--strict-peer-deps=false'],
			cwd: target,
			logFile: join(target, 'install.log'),
			timeLimitMs: INSTALL_LIMIT_MS,
		}),
	);
	await buildDatabaseDriver(target, node, report);
	await writeFile(markerIn(target), JSON.stringify({ n8n: version, node: node.binary }));
}

async function buildDatabaseDriver(
	target: string,
	node: NodeForN8n,
	report: (text: string) => void,
): Promise<void> {
	const logFile = join(target, 'build.log');
	const headers = existsSync(headersIn(node.prefix)) ? { npm_config_nodedir: node.prefix } : {};
	await reporting(
		(seconds) => report(`building n8n's database driver (sqlite3) … ${seconds} s`),
		runNpm({
			purpose: 'Building sqlite3',
			args: ['rebuild', 'sqlite3', '--ignore-scripts=false', '--global=false', '--foreground-scripts=true'],
			cwd: target,
			logFile,
			timeLimitMs: BUILD_LIMIT_MS,
			// As a variable and not as a flag: npm 11 warns that it will refuse flags it does not know itself.
			env: headers,
		}),
	);
	if (existsSync(bindingIn(target))) return;
	throw new Error(`npm said that sqlite3 was built, but ${bindingIn(target)} is not there. Log: ${logFile}`);
}

/** Tells about a piece of work every few seconds until it is over, however it ends. */
async function reporting(tell: (seconds: number) => void, work: Promise<void>): Promise<void> {
	const startedAt = Date.now();
	const now = (): void => tell(Math.round((Date.now() - startedAt) / 1_000));
	now();
	const timer = setInterval(now, REPORT_EVERY_MS);
	await work.finally(() => clearInterval(timer));
}

function countPackages(modules: string): number {
	if (!existsSync(modules)) return 0;
	return readdirSync(modules)
		.filter((name) => !name.startsWith('.'))
		.reduce((sum, name) => sum + (name.startsWith('@') ? readdirSync(join(modules, name)).length : 1), 0);
}

function hostNode() {
	const prefix = join(dirname(process.execPath), '..');
	return {
		platform: process.platform,
		arch: process.arch,
		version: process.versions.node,
		binary: process.execPath,
		prefixWithHeaders: existsSync(headersIn(prefix)) ? prefix : undefined,
	};
}

function isComplete(target: string, node: NodeForN8n): boolean {
	return [markerIn(target), node.binary, binIn(target), bindingIn(target)].every((path) => existsSync(path));
}

const markerIn = (target: string): string => join(target, 'installed.json');
const binIn = (target: string): string => join(target, 'node_modules', 'n8n', 'bin', 'n8n');
const bindingIn = (target: string): string =>
	join(target, 'node_modules', 'sqlite3', 'build', 'Release', 'node_sqlite3.node');
const headersIn = (prefix: string): string => join(prefix, 'include', 'node', 'node_api.h');
