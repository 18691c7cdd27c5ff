/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 2_000;
const WAIT_LIMIT_MS = 40 * 60_000;
/** Between making the folder and writing the owner's id into it a lock has no owner for an instant. */
const OWNERLESS_MS = 30_000;

/**
 * Does the work while holding a lock, which is a folder. Whoever finds it waits and says so; a lock whose process is
 * gone is taken away.
 *
 * @param folder the lock; its parent must exist
 * @param what is installed meanwhile, in words
 * @throws what the work throws, or when the lock is not free within 40 minutes
 */
export async function withLock<T>(
	folder: string,
	what: string,
	report: (text: string) => void,
	work: () => Promise<T>,
): Promise<T> {
	const giveUpAt = Date.now() + WAIT_LIMIT_MS;
	while (!(await taken(folder))) {
		if (await isStale(folder)) {
			await takeAway(folder);
			continue;
		}
		if (Date.now() > giveUpAt) {
			throw new Error(`Another process has held ${folder} for 40 minutes. End it, or remove that folder.`);
		}
		report(`another process is installing ${what}; waiting for it`);
		await sleep(POLL_MS);
	}
	const release = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', release);
	return await work().finally(async () => {
		process.off('exit', release);
		await rm(folder, { recursive: true, force: true });
	});
}

async function taken(folder: string): Promise<boolean> {
	const made = await mkdir(folder).then(
		() => true,
		(error: NodeJS.ErrnoException) => {
			if (error.code === 'EEXIST') return false;
			throw error;
		},
	);
	if (made) await writeFile(ownerFile(folder), String(process.pid));
	return made;
}

async function isStale(folder: string): Promise<boolean> {
	const owner = await readFile(ownerFile(folder), 'utf8').catch(() => '');
	if (owner !== '') return !isAlive(Number(owner));
	const age = await stat(folder).then(
		(stats) => Date.now() - stats.mtimeMs,
		() => 0,
	);
	return age > OWNERLESS_MS;
}

/** Renamed first, so that of two processes that find it stale only one removes it; a lock taken meanwhile goes back. */
async function takeAway(folder: string): Promise<void> {
	const aside = `${folder}.${randomUUID()}`;
	const moved = await rename(folder, aside).then(
		() => true,
		() => false,
	);
	if (!moved) return;
	if (await isStale(aside)) await rm(aside, { recursive: true, force: true });
	else await rename(aside, folder);
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

function ownerFile(folder: string): string {
	return join(folder, 'pid');
}
