/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { anchorsOf, PEOPLE_READ } from '../support/pages';

const ROOT = join(__dirname, '..', '..');
const KILOBYTE = 1_000;

interface Manifest {
	[key: string]: unknown;
	version: string;
	n8n: { nodes: string[]; credentials: string[]; strict: boolean };
}

const manifest = JSON.parse(read('package.json')) as Manifest;

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
	}, 300_000);

	test('holds what is published and nothing else', () => {
		const beside = paths.filter((path) => !path.startsWith('dist/'));
		expect(beside.sort()).toEqual(['LICENSE.md', 'README.md', 'index.js', 'package.json']);
		const built = paths.filter((path) => path.startsWith('dist/'));
		expect(built.filter((path) => !/^dist\/(nodes|credentials)\//.test(path))).toEqual([]);
		expect(built.filter((path) => !/\.(js|js\.map|json|svg)$/.test(path))).toEqual([]);
	});

	test('holds no source, test, sandbox or build leftover', () => {
		const wrong =
			/\.ts$|tsbuildinfo|(^|\/)(test|tests|sandbox|demo|benchmarks|examples|docs|local-n8n)\/|\.test\./;
		expect(paths.filter((path) => wrong.test(path))).toEqual([]);
		const maps = paths.filter((path) => path.endsWith('.js.map'));
		expect(maps.filter((path) => 'sourcesContent' in readJson(path))).toEqual([]);
	});

	// Some 750 kB, a third of it source maps: 9 nodes, 5 credentials and the views of 18 tables.
	test('is small', () => expect(size).toBeLessThan(850 * KILOBYTE));

	test('holds every node and credential that there is, and n8n is told of each', () => {
		expect([...manifest.n8n.nodes].sort()).toEqual(built('nodes', '.node.ts'));
		expect([...manifest.n8n.credentials].sort()).toEqual(built('credentials', '.credentials.ts'));
		for (const path of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) expect(paths).toContain(path);
	});

	test.each(manifest.n8n.nodes.map((path) => [basename(path, '.node.js'), path]))(
		'%s comes with search words, fields to drag and icons',
		(name, path) => {
			const folder = dirname(path);
			expect(paths).toContain(path.replace(/\.js$/, '.json'));
			const node = name[0].toLowerCase() + name.slice(1);
			expect(readJson(path.replace(/\.js$/, '.json'))).toEqual({
				node: `n8n-nodes-payer-to-payer.${node}`,
				nodeVersion: '1.0',
				codexVersion: '1.0',
				categories: ['Data & Storage'],
				// n8n's loader fails on a codex file without.
				resources: expect.any(Object) as object,
				alias: expect.arrayContaining(['FHIR']) as string[],
			});
			// n8n's server reads the first, its editor the second.
			for (const schema of ['v1.0.0/output.json', 'v1.0.0.json']) {
				expect(paths).toContain(`${folder}/__schema__/${schema}`);
				expect(readJson(`${folder}/__schema__/${schema}`)).toMatchObject({
					type: 'object',
					properties: expect.any(Object) as object,
				});
			}
			expectIcons(folder);
		},
	);

	test('the credentials come with icons', () => expectIcons('dist/credentials'));

	/** A light and a dark drawing of each icon. */
	function expectIcons(folder: string): void {
		const icons = paths.filter((path) => dirname(path) === folder && path.endsWith('.svg'));
		const light = icons.filter((path) => !path.endsWith('.dark.svg'));
		expect(light.length).toBeGreaterThan(0);
		expect(icons.sort()).toEqual(light.flatMap((path) => [path.replace('.svg', '.dark.svg'), path]).sort());
		const drawings = new Set(icons.map(read));
		expect(drawings.size).toBe(icons.length);
	}
});

/** Where the build puts the sources below a folder whose names end so. */
function built(folder: string, ending: string): string[] {
	return (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
		.filter((path) => path.endsWith(ending))
		.map((path) => `dist/${folder}/${path.replace(/\.ts$/, '.js')}`)
		.sort();
}

function readJson(path: string): object {
	return JSON.parse(read(path)) as object;
}

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

test.each(PEOPLE_READ)('%s links to files and headings that exist', (page) => {
	const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
	const local = links.filter((link) => !/^https?:/.test(link));
	const isThere = (link: string) => {
		const [path, heading] = link.split('#');
		const file = path === '' ? page : join(dirname(page), path);
		return existsSync(join(ROOT, file)) && (!heading || anchorsOf(file).includes(heading));
	};
	expect(local.filter((link) => !isThere(link))).toEqual([]);
});

function read(path: string): string {
	return readFileSync(join(ROOT, path), 'utf8');
}

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

	test('is run before the package is published, by a workflow that signs its provenance', () => {
		// .npmrc keeps npm from running prepublishOnly, so npm alone would publish without the check.
		const workflow = read('.github/workflows/publish.yml');
		const [check, pack, publish] = workflow.split(/^ {2}(?=(?:check|pack|publish):$)/m).slice(1);
		const commandsOf = (job: string) =>
			[...job.matchAll(/(?:run: |^ {10})((?:npm|node) .*)$/gm)].map(([, command]) => command);
		expect(commandsOf(pack)).toEqual([
			'npm ci',
			'npm audit --audit-level=high',
			'npm run build',
			'npm run scan',
			'node scripts/release-check.mjs',
			'npm pack --ignore-scripts --pack-destination tarball',
		]);
		expect(commandsOf(publish)).toEqual([
			'npm publish ./package.tgz --ignore-scripts --provenance --access public',
		]);
		expect(pack).toMatch(/^ {4}needs: check$/m);
		expect(publish).toMatch(/^ {4}needs: pack$/m);
		expect(publish).toMatch(/^ {6}id-token: write$/m);
		expect(check).toMatch(/run: bash \.ci\/run$/m);
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
