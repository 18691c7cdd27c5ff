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
