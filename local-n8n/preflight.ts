/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { statfs } from 'node:fs/promises';

const GIGABYTE = 1e9;

/**
 * Looks whether a disk has room.
 *
 * @param folder an existing folder on that disk
 * @param needed in gigabytes
 * @throws when less is free
 */
export async function checkDiskSpace(folder: string, needed: number): Promise<void> {
	const { bavail, bsize } = await statfs(folder);
	const free = (bavail * bsize) / GIGABYTE;
	if (free >= needed) return;
	throw new Error(
		`n8n needs about ${needed} GB; ${free.toFixed(1)} GB are free in ${folder}. Make room, or name another folder in N8N_LOCAL_FOLDER.`,
	);
}

/** A program that this project starts and may not find. */
export type NeededProgram = 'PostgreSQL' | 'Chromium' | 'Node 24';

/** How a computer gets what it lacks: the start of a command, and what the programs are called in it. */
interface Installer {
	command: string;
	packages: Partial<Record<NeededProgram, string>>;
}

const DEBIAN: Installer = {
	command: 'sudo apt-get install -y',
	// Debian's Node is not of one version.
	packages: { PostgreSQL: 'postgresql', Chromium: 'chromium' },
};
const INSTALLERS: Partial<Record<NodeJS.Platform, Installer>> = {
	darwin: {
		command: 'brew install',
		packages: { PostgreSQL: 'postgresql@17', Chromium: 'google-chrome', 'Node 24': 'node@24' },
	},
	win32: {
		command: 'winget install',
		packages: {
			PostgreSQL: 'PostgreSQL.PostgreSQL.17',
			Chromium: 'Google.Chrome',
			'Node 24': 'OpenJS.NodeJS.LTS',
		},
	},
};

/** One line on programs that neither this computer nor npm has, with the command that installs them. */
export function missingPrograms(platform: NodeJS.Platform, missing: NeededProgram[]): string {
	const { command, packages } = INSTALLERS[platform] ?? DEBIAN;
	const names = missing.map((name) => (packages[name] === undefined ? `${name} (nodejs.org)` : name));
	const found = missing.flatMap((name) => packages[name] ?? []);
	const line = `Missing, and not to be had from npm for this computer: ${names.join(', ')}.`;
	return found.length === 0 ? line : `${line} Install with: ${[command, ...found].join(' ')}`;
}
