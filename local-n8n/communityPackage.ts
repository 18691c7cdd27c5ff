/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { QUIET_INSTALL, runNpm } from './npm';

const LIMIT_MS = 3 * 60_000;

interface NodesProject {
	name: string;
	private: boolean;
	dependencies: Record<string, string>;
}

/**
 * Installs a packed community package where n8n looks for them, as n8n does it from its own settings page: without
 * scripts and without the `n8n-workflow` peer, which n8n brings. A tarball installed before is replaced, also where
 * its version is the same.
 *
 * @param userFolder the folder that holds `.n8n`
 * @param tarball path of the file that `npm pack` wrote
 * @throws when npm fails
 */
export async function installCommunityPackage(userFolder: string, tarball: string): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes');
	const modules = join(folder, 'node_modules');
	await mkdir(folder, { recursive: true });
	const project = await readProject(join(folder, 'package.json'));
	const packed = Object.keys(project.dependencies).filter((name) =>
		project.dependencies[name].startsWith('file:'),
	);
	for (const name of packed) {
		delete project.dependencies[name];
		await rm(join(modules, name), { recursive: true, force: true });
	}
	await writeFile(join(folder, 'package.json'), JSON.stringify(project, null, 2));
	await runNpm({
		purpose: `Installing ${tarball} into n8n`,
		args: [
			...QUIET_INSTALL,
			'--legacy-peer-deps=true',
			'--bin-links=false',
			'--install-strategy=shallow',
			'--package-lock=false',
			resolve(tarball),
		],
		cwd: folder,
		logFile: join(userFolder, 'npm.log'),
		timeLimitMs: LIMIT_MS,
	});
}

async function readProject(file: string): Promise<NodesProject> {
	const text = await readFile(file, 'utf8').catch(() => '{}');
	const dependencies = (JSON.parse(text) as Partial<NodesProject>).dependencies ?? {};
	return { name: 'installed-nodes', private: true, dependencies };
}
