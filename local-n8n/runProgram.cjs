'use strict';

/*
 * Runs a program that is not Node as a child in this process group, so that `ownedProcess` can start and end it like
 * any other. A signal to the group reaches the program by itself; this process stays until the program is gone.
 *
 * Arguments: the user and the group to run it as (`uid:gid`, or `-` for those of this process), the program, its own.
 */
const { spawn } = require('node:child_process');

const [owner, program, ...args] = process.argv.slice(2);
const [uid, gid] = owner === '-' ? [] : owner.split(':').map(Number);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
const child = spawn(program, args, { uid, gid, stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));
