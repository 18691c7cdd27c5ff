/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOwned, tailOf, type OwnedProcess } from './ownedProcess';

const READY_LIMIT_MS = 60_000;
const POLL_MS = 200;

/** A user of this computer, by number. */
export interface Owner {
	uid: number;
	gid: number;
}

/** A program that is not Node, and how to run it. */
export interface Program {
	/** Path or name of the program, then its arguments. */
	command: string[];
	cwd: string;
	/** Takes everything that the program prints. */
	logFile: string;
	/** Whom to run it as; absent: as this process. */
	owner?: Owner;
}

/** Starts a program as a child that never outlives this process. */
export function startProgram({ command, cwd, logFile, owner }: Program): OwnedProcess {
	return startOwned({
		node: process.execPath,
		args: [join(__dirname, 'runProgram.cjs'), owner ? `${owner.uid}:${owner.gid}` : '-', ...command],
		cwd,
		env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, LANG: 'C' },
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

/** The path of a program that the shell would find by one of these names, the first first. */
export function onPath(...names: string[]): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
	const endings = process.platform === 'win32' ? ['.exe'] : [''];
	return names
		.flatMap((name) => endings.flatMap((ending) => folders.map((folder) => join(folder, name + ending))))
		.find((path) => existsSync(path));
}
