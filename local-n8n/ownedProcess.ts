/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const GRACE_MS = 10_000;
const PRELOAD = join(__dirname, 'endWithParent.cjs');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A Node program to start as a child that never outlives this process. */
export interface OwnedProcessOptions {
	/** The Node binary that runs it. */
	node: string;
	/** The script, then its arguments. */
	args: string[];
	cwd: string;
	env: NodeJS.ProcessEnv;
	/** Takes everything the child prints; appended to. */
	logFile: string;
}

/** A running child. */
export interface OwnedProcess {
	pid: number;
	/** Fulfilled, never rejected, when the child is gone: `code 1`, `signal SIGTERM`. */
	ended: Promise<string>;
	/** Asks it and its children to end, kills them after 10 seconds. May be called more than once. */
	stop: () => Promise<void>;
}

interface Registered {
	stop: () => Promise<void>;
	killNow: () => void;
}

const running = new Set<Registered>();
const cleanUps = new Set<() => void>();

/**
 * The last lines of a text file, for an error message.
 *
 * @param lines how many
 */
export function tailOf(file: string, lines: number): string {
	return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/** Whether a command exists and ends well within 10 seconds. */
export function canRun(command: string, args: string[]): boolean {
	return spawnSync(command, args, { timeout: GRACE_MS, stdio: 'ignore', windowsHide: true }).status === 0;
}

/**
 * Synchronous work to do when this process ends or is told to by a signal, once its children are gone.
 *
 * @returns takes the work back
 */
export function atEnd(work: () => void): () => void {
	cleanUps.add(work);
	listenWhileNeeded();
	return () => {
		cleanUps.delete(work);
		listenWhileNeeded();
	};
}

/**
 * Starts a Node program in a process group of its own.
 *
 * It ends with `stop()`, with this process, and on SIGINT, SIGTERM or SIGHUP. A signal is passed on to this process
 * once the children are gone, unless somebody else listens for it too.
 */
export function startOwned(options: OwnedProcessOptions): OwnedProcess {
	const log = openSync(options.logFile, 'a');
	const child = spawn(options.node, ['--require', PRELOAD, ...options.args], {
		cwd: options.cwd,
		env: options.env,
		detached: process.platform !== 'win32',
		windowsHide: true,
		stdio: ['pipe', log, log],
	});
	closeSync(log);

	let gone = false;
	let stopping: Promise<void> | undefined;
	const finish = (): void => {
		if (gone) return;
		gone = true;
		// The leader is gone; what it started (n8n's task runner) may still be ending.
		signalGroup(child.pid, 'SIGKILL');
		running.delete(registered);
		listenWhileNeeded();
	};
	const ended = new Promise<string>((resolve) => {
		const end = (how: string): void => {
			finish();
			resolve(how);
		};
		child.once('error', (error) => end(error.message));
		child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `code ${code}`));
	});
	const registered: Registered = {
		stop: async () => await (stopping ??= stopGroup(child.pid, ended, () => gone)),
		killNow: () => {
			signalGroup(child.pid, 'SIGKILL');
			finish();
		},
	};
	running.add(registered);
	listenWhileNeeded();
	return { pid: child.pid ?? 0, ended, stop: registered.stop };
}

async function stopGroup(
	pid: number | undefined,
	ended: Promise<string>,
	gone: () => boolean,
): Promise<void> {
	if (gone()) return;
	signalGroup(pid, 'SIGTERM');
	const killer = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
	await ended;
	clearTimeout(killer);
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
	if (pid === undefined) return;
	if (process.platform === 'win32') {
		canRun('taskkill', ['/pid', String(pid), '/T', '/F']);
		return;
	}
	try {
		process.kill(-pid, signal);
	} catch {
		// The group is gone already, which is what was wanted.
	}
}

let listening = false;

function listenWhileNeeded(): void {
	const needed = running.size > 0 || cleanUps.size > 0;
	if (needed === listening) return;
	listening = needed;
	const change = needed ? 'on' : 'off';
	process[change]('exit', killAll);
	for (const signal of SIGNALS) process[change](signal, stopAllThenPassOn);
}

function killAll(): void {
	for (const entry of [...running]) entry.killNow();
	cleanUp();
}

async function stopAllThenPassOn(signal: NodeJS.Signals): Promise<void> {
	await Promise.all([...running].map(async (entry) => await entry.stop()));
	cleanUp();
	// With no other listener the signal has its ordinary meaning again: end this process.
	if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function cleanUp(): void {
	for (const work of cleanUps) work();
	cleanUps.clear();
	listenWhileNeeded();
}
