/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { InvalidArgumentError, Option } from 'commander';
import type { Setting } from './settings';

/** A setting as a flag of a command line: `runningPolls` is `--running-polls`. */
export function settingFlag(name: string, { about, allowed, initial, read }: Setting<unknown>): Option {
	const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
	const option = new Option(`--${flag} <value>`, `${about} (${allowed})`).default(initial);
	// Commander takes --no-match-answer for the opposite of a flag --match-answer.
	option.negate = false;
	return option.argParser((text: string) => {
		const value = read(text);
		if (value === undefined) throw new InvalidArgumentError(`It can only be ${allowed}.`);
		return value;
	});
}

/** A port on a command line. @throws InvalidArgumentError */
export function readPort(value: string): number {
	const port = Number(value);
	if (/^\d+$/.test(value) && port <= 65_535) return port;
	throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

/** Says why a sandbox did not start, and what to do. */
export function sayNotStarted(error: Error & { code?: string }): void {
	const hint =
		error.code === 'EADDRINUSE' ? '. Choose another port with --port, or --port 0 for any free one' : '';
	process.stderr.write(`The sandbox did not start: ${error.message}${hint}\n`);
	process.exitCode = 1;
}
