'use strict';

/*
 * Preloaded (node --require) into n8n and npm. Their standard input is a pipe from the process that started them; the
 * operating system closes it whatever way that process ends, kill -9 included, where no handler of ours can run.
 * The child then ends itself and, being the leader of its own process group, everything it started.
 */
const { isMainThread } = require('node:worker_threads');

const GRACE_MS = 10_000;

function signalGroup(signal) {
	try {
		process.kill(process.platform === 'win32' ? process.pid : -process.pid, signal);
	} catch {
		process.exit(1);
	}
}

function end() {
	signalGroup('SIGTERM');
	setTimeout(() => signalGroup('SIGKILL'), GRACE_MS).unref();
}

// Worker threads preload this as well, and have no standard input of their own.
if (isMainThread) {
	process.stdin.once('end', end);
	process.stdin.once('error', end);
	process.stdin.resume();
	process.stdin.unref();
}
