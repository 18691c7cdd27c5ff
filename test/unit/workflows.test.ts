/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', '.github', 'workflows');
const FILES = readdirSync(FOLDER);
const linesOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8').split('\n');

/** The lines of each job, by its name, without comments. */
function jobsOf(file: string): Map<string, string[]> {
	const lines = linesOf(file).filter((line) => !/^\s*#/.test(line));
	const jobs = new Map<string, string[]>();
	for (const line of lines.slice(lines.indexOf('jobs:') + 1)) {
		const [, name] = /^ {2}([\w-]+):$/.exec(line) ?? [];
		if (name !== undefined) jobs.set(name, []);
		else [...jobs.values()].at(-1)?.push(line);
	}
	return jobs;
}

/** The job that a right belongs to; the workflow itself gives none but to read. */
const jobsWith = (file: string, pattern: RegExp) =>
	[...jobsOf(file)].filter(([, lines]) => lines.some((line) => pattern.test(line))).map(([name]) => name);

test('there are workflows', () => {
	expect(FILES.sort()).toEqual(['ci.yml', 'codeql.yml', 'publish.yml']);
	expect([...jobsOf('publish.yml').keys()]).toEqual(['check', 'pack', 'publish']);
});

test.each(FILES)('D8 %s names every action by the hash of a commit, with its version beside it', (file) => {
	const uses = linesOf(file).filter((line) => /\buses:/.test(line));
	expect(uses.length).toBeGreaterThan(0);
	for (const line of uses) {
		expect(line).toMatch(/uses: [\w-]+\/[\w-]+(?:\/[\w-]+)*@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
	}
});

test('D8 one action has one hash everywhere', () => {
	const all = FILES.flatMap((file) =>
		linesOf(file).flatMap((line) => /uses: (\S+)@(\w+) # (\S+)/.exec(line) ?? []),
	);
	const hashes = new Map<string, Set<string>>();
	for (let at = 0; at < all.length; at += 4) {
		const [, name, hash, version] = all.slice(at, at + 4);
		const repository = name.split('/').slice(0, 2).join('/');
		hashes.set(repository, (hashes.get(repository) ?? new Set()).add(`${hash} ${version}`));
	}
	for (const known of hashes.values()) expect([...known]).toHaveLength(1);
});

test.each(FILES)('D8 %s gives no right but to read, to the workflow as a whole', (file) => {
	const lines = linesOf(file);
	const at = lines.findIndex((line) => line.startsWith('permissions:'));
	const rights = [lines[at], ...lines.slice(at + 1, lines.indexOf('', at))].join('\n');
	expect(rights).toMatch(/^permissions:(?: \{\}|\n {2}contents: read)$/);
});

test('D8 the job that publishes alone can sign in, and runs no code of the project or of its dependencies', () => {
	expect(FILES.flatMap((file) => jobsWith(file, /id-token/))).toEqual(['publish']);
	expect(FILES.flatMap((file) => jobsWith(file, /secrets\.|NPM_TOKEN/))).toEqual(['publish']);
	expect(FILES.flatMap((file) => jobsWith(file, /: write/)).sort()).toEqual(['analyze', 'publish']);
	const publish = (jobsOf('publish.yml').get('publish') ?? []).join('\n');
	expect(publish).not.toMatch(/checkout|npm (?:ci|i|install|run|test|exec)|npx|node |bash|\.ci\//);
	expect(publish).toMatch(/download-artifact/);
	expect(publish).toMatch(/sha256sum --check/);
	expect(publish).toMatch(/npm publish \.\/package\.tgz --ignore-scripts --provenance/);
});

test('D8 jobs that run code of dependencies leave no token behind in the folder', () => {
	for (const file of FILES) {
		const text = linesOf(file).join('\n');
		const checkouts = text.match(/actions\/checkout@/g) ?? [];
		const without = text.match(/actions\/checkout@\w+ # \S+\n\s+with:\n\s+persist-credentials: false/g) ?? [];
		expect(without).toHaveLength(checkouts.length);
	}
});

test('D8 known weaknesses of dependencies are looked up, and the code is searched for weaknesses', () => {
	expect(FILES.flatMap((file) => jobsWith(file, /npm audit/))).toEqual(['check', 'pack']);
	expect(jobsWith('codeql.yml', /codeql-action\/analyze/)).toEqual(['analyze']);
});
