/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { join } from 'node:path';
import { chooseNode, hostNode, installNode } from './nodeForN8n';
import { installPackages, type PackageOptions, type PackageSet } from './npmPackages';
import { postgresPrograms } from './postgresPrograms';
import { standInForSqliteDriver } from './sqlite';
import { N8N_VERSION, n8nVersions, type N8nVersion } from './versions';

/** An installed n8n. */
export interface N8nRuntime {
	/** Path of the Node binary to run it with. */
	node: string;
	/** Path of n8n's own start script. */
	bin: string;
	version: N8nVersion;
}

/** What to install, where, and whom to tell. */
export interface InstallOptions extends PackageOptions {
	/** Default: `N8N_VERSION`. */
	version?: N8nVersion;
}

/**
 * Installs n8n from the npm registry with what it runs on, unless that was done before: 3 GB and a few minutes. Nothing
 * is compiled: n8n keeps its data in PostgreSQL, and where this computer has none, or no Node that serves, they come from
 * npm too.
 *
 * @throws within seconds where something is missing that npm does not have, and later when npm fails; the message says
 * what to do or names npm's log
 */
export async function installN8n(options: InstallOptions): Promise<N8nRuntime> {
	const { version = N8N_VERSION, folder, report } = options;
	const node = chooseNode(hostNode(), folder, n8nVersions[version].oldestNode);
	const [target] = await Promise.all([
		installPackages(packagesOf(version), options),
		installNode(node, folder, report),
		postgresPrograms({ folder, report }),
	]);
	return { node: node.binary, bin: join(target, 'node_modules', 'n8n', 'bin', 'n8n'), version };
}

function packagesOf(version: N8nVersion): PackageSet {
	return {
		name: `n8n-${version}`,
		title: `n8n ${version}`,
		gigabytes: 3.5,
		finish: standInForSqliteDriver,
	};
}
