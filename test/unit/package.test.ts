/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const KILOBYTE = 1_000;

interface Manifest {
	[key: string]: unknown;
	version: string;
	n8n: { nodes: string[]; credentials: string[]; strict: boolean };
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

describe('the packed package', () => {
	let paths: string[];
	let size: number;
	beforeAll(() => {
		const entries = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
		if (!entries.every((path) => existsSync(join(ROOT, path)))) {
			execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'ignore' });
		}
		const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
		const [packed] = JSON.parse(told.toString()) as [{ size: number; files: Array<{ path: string }> }];
		paths = packed.files.map(({ path }) => path);
		size = packed.size;
	}, 120_000);

	test('holds what is published and nothing else', () => {
		const beside = paths.filter((path) => !path.startsWith('dist/'));
		expect(beside.sort()).toEqual(['LICENSE.md', 'README.md', 'index.js', 'package.json']);
		const built = paths.filter((path) => path.startsWith('dist/'));
		expect(built.filter((path) => !/^dist\/(nodes|credentials)\//.test(path))).toEqual([]);
		expect(built.filter((path) => !/\.(js|js\.map|d\.ts|json|svg)$/.test(path))).toEqual([]);
	});

	test('is small', () => expect(size).toBeLessThan(300 * KILOBYTE));

	test('holds every node and credential that n8n is told of, with codex file, schema and icons', () => {
		expect(manifest.n8n.nodes).toHaveLength(5);
		for (const path of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) expect(paths).toContain(path);
		for (const path of manifest.n8n.nodes) {
			const folder = path.slice(0, path.lastIndexOf('/'));
			expect(paths).toContain(path.replace(/\.js$/, '.json'));
			expect(paths).toContain(`${folder}/__schema__/v1.0.0/output.json`);
			const icons = paths.filter((each) => each.startsWith(`${folder}/`) && each.endsWith('.svg'));
			expect(icons).toHaveLength(2);
		}
		expect(paths.filter((path) => /^dist\/credentials\/.*\.svg$/.test(path))).toHaveLength(2);
	});
});

test('the package brings no dependency of its own and takes n8n-workflow from n8n', () => {
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	for (const kind of [
		'dependencies',
		'optionalDependencies',
		'bundleDependencies',
		'bundledDependencies',
		'overrides',
	]) {
		expect(manifest).not.toHaveProperty(kind);
	}
	expect(manifest).toMatchObject({ name: 'n8n-nodes-payer-to-payer', license: 'MIT', n8n: { strict: true } });
	expect(manifest.keywords).toContain('n8n-community-node-package');
	for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
		expect(manifest.scripts).not.toHaveProperty(script);
	}
});

describe('the release check', () => {
	const owned = {
		version: '1.2.0',
		author: { name: 'An Owner', email: 'owner@example.com' },
		repository: { type: 'git', url: 'https://github.com/an-owner/n8n-nodes-payer-to-payer.git' },
		homepage: 'https://github.com/an-owner/n8n-nodes-payer-to-payer',
	};
	let folder: string;
	beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'release-'))));
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	function check(changes: object, changelog?: string): { status: number | null; says: string } {
		writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...changes }));
		if (changelog !== undefined) writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
		const script = join(ROOT, 'scripts', 'release-check.mjs');
		const { status, stderr } = spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
		return { status, says: stderr };
	}

	test('is run by npm before it publishes', () => {
		expect(manifest.scripts).toMatchObject({
			prepublishOnly: expect.stringContaining('scripts/release-check.mjs'),
		});
	});

	test.each([
		['nothing to complain about', {}, undefined],
		['a version that the changelog tells of', {}, '# Changelog\n\n## [1.2.0] - 2026-11-25\n'],
		['author as one text', { author: 'An Owner <owner@example.com>' }, undefined],
	])('accepts %s', (_, changes, changelog) => {
		expect(check({ ...owned, ...changes }, changelog)).toEqual({ status: 0, says: '' });
	});

	const neutral = 'https://example.invalid/x';
	test.each([
		[
			'a neutral author',
			{ author: { name: 'x', email: 'owner-must-set@example.invalid' } },
			undefined,
			/"author"/,
		],
		['no author', { author: undefined }, undefined, /"author"/],
		['a neutral repository', { repository: { type: 'git', url: neutral } }, undefined, /"repository"/],
		['no repository', { repository: undefined }, undefined, /"repository"/],
		['a neutral homepage', { homepage: neutral }, undefined, /"homepage"/],
		['a neutral address for problems', { bugs: { url: neutral } }, undefined, /"bugs"/],
		['a version that the changelog does not tell of', {}, '## 1.1.0\n\nBefore 1.2.0\n', /CHANGELOG.*1\.2\.0/],
		['a longer version in the changelog', {}, '## 1.2.0-beta\n', /CHANGELOG.*1\.2\.0/],
	])('refuses %s', (_, changes, changelog, says) => {
		expect(check({ ...owned, ...changes }, changelog)).toEqual({
			status: 1,
			says: expect.stringMatching(says),
		});
	});

	test('names everything that the owner must set at once', () => {
		const { says } = check({ author: neutral, repository: neutral, homepage: neutral });
		expect(says.match(/must be set by the owner/g)).toHaveLength(3);
	});
});
