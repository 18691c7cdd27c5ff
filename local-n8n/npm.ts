/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { startOwned, tailOf } from './ownedProcess';

const NPM_SCRIPT = 'npm-cli.js';

/** One npm command. */
export interface NpmCommand {
	/** What it is for, in an error: "Installing n8n". */
	purpose: string;
	args: string[];
	cwd: string;
	/** Takes npm's output. */
	logFile: string;
	timeLimitMs: number;
	/** Added to this process's environment. */
	env?: NodeJS.ProcessEnv;
}

/**
 * Flags for every install here. All are said out loud, because npm hands its settings (the .npmrc of the project
 * it was started in, command line, environment) on to the processes it starts.
 */
const QUIET = [
	'--ignore-scripts=true',
	'--audit=false',
	'--fund=false',
	'--progress=false',
	'--global=false',
	'--dry-run=false',
	'--omit=dev',
	'--include=optional',
];

/** `npm install` with these flags. */
export const QUIET_INSTALL = ['install', ...QUIET];

/** `npm ci`, which installs what a lock file says, with these flags. */
export const QUIET_CI = ['ci', ...QUIET];

/**
 * Runs npm under this process's own Node.
 *
 * @throws when npm is not found, ends with an error (the message has the end of its output and names the log), or is
 * not done within the time limit
 */
export async function runNpm(command: NpmCommand): Promise<void> {
	const npm = startOwned({
		node: process.execPath,
		args: [npmScript(), ...command.args],
		cwd: command.cwd,
		env: { ...process.env, ...command.env },
		logFile: command.logFile,
	});
	let timedOut = false;
	const timer = setTimeout(() => {
		timedOut = true;
		void npm.stop();
	}, command.timeLimitMs);
	const how = await npm.ended;
	clearTimeout(timer);
	if (timedOut) {
		throw new Error(
			`${command.purpose} was not done within ${Math.round(command.timeLimitMs / 60_000)} minutes and was stopped. Log: ${command.logFile}`,
		);
	}
	if (how !== 'code 0') {
		throw new Error(
			`${command.purpose} failed: npm ended with ${how}. The end of ${command.logFile}:\n${tailOf(command.logFile, 15)}`,
		);
	}
}

/** The npm that runs this process, else the one that came with this Node, else the one on the path. */
function npmScript(): string {
	const nodeFolder = dirname(process.execPath);
	const candidates = [
		process.env.npm_execpath ?? '',
		join(nodeFolder, '..', 'lib', 'node_modules', 'npm', 'bin', NPM_SCRIPT),
		join(nodeFolder, 'node_modules', 'npm', 'bin', NPM_SCRIPT),
		...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm')),
	];
	const found = candidates
		.filter((path) => existsSync(path))
		.map((path) => realpathSync(path))
		.find((path) => basename(path) === NPM_SCRIPT);
	if (found === undefined) {
		throw new Error('npm was not found. Start this with npm (npm run demo), or put npm on the PATH.');
	}
	return found;
}
