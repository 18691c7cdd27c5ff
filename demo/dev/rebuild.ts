/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { startOwned, tailOf } from '../../local-n8n/ownedProcess';

/** What to build, where to, and whom to tell. */
export interface RebuildOptions {
	/** The project's folder. */
	root: string;
	/** Becomes the package: `package.json` and `dist`. What is in it goes. */
	packageFolder: string;
	/** Takes what gulp prints. */
	logFile: string;
	/** Called with the compiler's complaints and after each build. */
	report: (text: string) => void;
}

/** A build that goes on. */
export interface Rebuild {
	stop: () => Promise<void>;
}

/**
 * Builds the package into a folder, and again after each change of the code, an icon, a codex file or a schema, until it is
 * stopped. As `npm run build` does, with a compiler that stays and compiles what changed only. A type error is told and
 * does not keep the code from being built.
 *
 * @throws when the assets cannot be copied; the message has the end of gulp's output
 */
export async function rebuildOnChange(options: RebuildOptions): Promise<Rebuild> {
	const { root, packageFolder, logFile, report } = options;
	const dist = join(packageFolder, 'dist');
	await rm(packageFolder, { recursive: true, force: true });
	await mkdir(packageFolder, { recursive: true });
	await copyFile(join(root, 'package.json'), join(packageFolder, 'package.json'));

	const gulp = (task: string) =>
		startOwned({
			node: process.execPath,
			args: [join(root, 'node_modules', 'gulp', 'bin', 'gulp.js'), task],
			cwd: root,
			env: { ...process.env, BUILD_FOLDER: dist },
			logFile,
		});
	const how = await gulp('assets').ended;
	if (how !== 'code 0' || !existsSync(dist)) {
		throw new Error(
			`The icons could not be copied: gulp ended with ${how}. The end of ${logFile}:\n${tailOf(logFile, 15)}`,
		);
	}
	const assets = gulp('watch');
	const code = ts.createWatchProgram(watchHost(root, dist, report));
	return {
		stop: async () => {
			code.close();
			await assets.stop();
		},
	};
}

function watchHost(root: string, dist: string, report: (text: string) => void) {
	const show: ts.FormatDiagnosticsHost = {
		getCurrentDirectory: () => root,
		getCanonicalFileName: (name) => name,
		getNewLine: () => '\n',
	};
	return ts.createWatchCompilerHost(
		join(root, 'tsconfig.json'),
		{ outDir: dist },
		ts.sys,
		ts.createEmitAndSemanticDiagnosticsBuilderProgram,
		(complaint) => report(ts.formatDiagnostic(complaint, show).trimEnd()),
		(state) => report(ts.flattenDiagnosticMessageText(state.messageText, '\n')),
	);
}
