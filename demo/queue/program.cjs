'use strict';

/*
 * Runs a program that is not Node as a child in this process group, so that `ownedProcess` can start and end it like
 * any other. A signal to the group reaches the program by itself; this process stays until the program is gone.
 */
const { spawn } = require('node:child_process');

const [program, ...args] = process.argv.slice(2);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));
