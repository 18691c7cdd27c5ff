/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { statfs } from 'node:fs/promises';
import { canRun } from './ownedProcess';

const GIGABYTE = 1e9;

/** A tool that building sqlite3 needs; any one of the commands will do. */
interface BuildTool {
	name: string;
	commands: string[];
}

const BUILD_TOOLS: BuildTool[] = [
	{ name: 'python3', commands: ['python3'] },
	{ name: 'make', commands: ['make', 'gmake'] },
	{ name: 'a C++ compiler', commands: ['g++', 'c++', 'clang++'] },
];

/** The names of the build tools for which no command answers. */
export function missingTools(answers: (command: string) => boolean): string[] {
	return BUILD_TOOLS.filter((tool) => !tool.commands.some(answers)).map((tool) => tool.name);
}

/** The one command that installs the build tools. */
export function installHint(platform: NodeJS.Platform): string {
	return platform === 'darwin' ? 'xcode-select --install' : 'sudo apt-get install -y python3 make g++';
}

/**
 * Looks for what building n8n's database driver needs, before anything is downloaded. Not checked on Windows, where
 * the driver normally comes ready built.
 *
 * @throws when a tool is missing; the message has the command that installs it
 */
export function checkBuildTools(): void {
	if (process.platform === 'win32') return;
	const missing = missingTools((command) => canRun(command, ['--version']));
	if (missing.length === 0) return;
	throw new Error(
		`n8n's database driver is built on this computer, and ${missing.join(', ')} cannot be run. Install with: ${installHint(process.platform)}`,
	);
}

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
