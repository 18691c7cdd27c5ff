/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installPackages, packageFolder, packagesFor, type PackageSet } from './npmPackages';
import { n8nVersions, type N8nVersion } from './versions';

/** The Node that n8n runs on. */
export interface NodeForN8n {
	/** Path of the binary. */
	binary: string;
	/** Whether it comes from npm; else it is the computer's own. */
	fromNpm: boolean;
	/** A folder that has Node's headers in `include/node`, or would have them. */
	prefix: string;
}

/** What is known about a computer and its own Node. */
export interface HostNode {
	platform: string;
	arch: string;
	/** As in `process.versions.node`. */
	version: string;
	/** As in `process.execPath`. */
	binary: string;
}

const NEWEST_MAJOR = 24;

/** npm packages that hold a Node 24 binary, by platform and processor. */
const NODE: PackageSet = { name: 'node', title: `Node ${NEWEST_MAJOR}`, gigabytes: 0.3 };

/** This computer and the Node that runs this. */
export function hostNode(): HostNode {
	const { platform, arch, versions, execPath } = process;
	return { platform, arch, version: versions.node, binary: execPath };
}

/**
 * Chooses the Node to run n8n with. The computer's own is used only where it is neither too old nor newer than 24:
 * n8n's ready-built parts exist for some Node versions only, not for every newer one.
 *
 * @param folder where the packages of `installPackages` are
 * @param oldest the oldest Node version that this n8n runs on
 * @throws where the computer's Node is another version and npm has no Node 24 for this platform
 */
export function chooseNode(host: HostNode, folder: string | undefined, oldest: string): NodeForN8n {
	if (isUsable(host.version, oldest)) {
		return { binary: host.binary, fromNpm: false, prefix: join(dirname(host.binary), '..') };
	}
	const name = packageName(host);
	if (name === undefined) {
		throw new Error(
			`n8n needs Node ${NEWEST_MAJOR}. This is Node ${host.version}, and npm has no Node ${NEWEST_MAJOR} for ${host.platform}-${host.arch}. Install Node ${NEWEST_MAJOR} and start again.`,
		);
	}
	const prefix = join(packageFolder(NODE, folder), 'node_modules', name);
	const binary = join(prefix, 'bin', host.platform === 'win32' ? 'node.exe' : 'node');
	return { binary, fromNpm: true, prefix };
}

/** Whether there is a Node for this n8n, on this computer or in npm. */
export function hasNode(version: N8nVersion): boolean {
	const host = hostNode();
	return isUsable(host.version, n8nVersions[version].oldestNode) || packageName(host) !== undefined;
}

/** Takes the Node from npm where n8n is to run on that one. */
export async function installNode(
	node: NodeForN8n,
	folder: string | undefined,
	report: (text: string) => void,
): Promise<void> {
	if (!node.fromNpm) return;
	await installPackages(NODE, { folder, report });
	if (!existsSync(node.binary))
		throw new Error(`npm said that Node was installed, but not as ${node.binary}`);
}

function packageName({ platform, arch }: HostNode): string | undefined {
	return packagesFor(NODE, platform, arch)[0];
}

/** Whether n8n runs on this version of Node. */
function isUsable(version: string, oldest: string): boolean {
	const [[major, minor], [oldestMajor, oldestMinor]] = [version, oldest].map((text) =>
		text.split('.').map(Number),
	);
	if (major === oldestMajor) return minor >= oldestMinor;
	return major > oldestMajor && major <= NEWEST_MAJOR;
}
