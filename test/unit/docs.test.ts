/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEOPLE_READ } from '../support/pages';

const ROOT = join(__dirname, '..', '..');
const PAGES = PEOPLE_READ.filter((name) => !/^(?:sandbox|benchmarks|examples)\//.test(name));

/** Where a path in the text of a page can begin. */
const BEGINNINGS = ['', 'nodes/', 'nodes/shared/', 'test/', 'docs/'];
/** A test can be named without its ending, as the tables of docs/reliability.md do. */
const ENDINGS = ['', '.ts', '.test.ts'];
const CODE_FILE = /^[\w.-]+(?:\/[\w.-]+)+\.(?:ts|mjs|cjs|json)$/;
const TEST = /^(?:unit|nodes|e2e|conformance|browser)\/[\w/-]+$/;
/** Of n8n, of a person's own computer, or of what a build makes. */
const ELSEWHERE = /^(?:\.n8n|~|dist|node_modules|n8n|demo-output|\.n8n-local)|meadow|Meadow|__schema__/;

/** The files that a page names in code spans and commands, without what follows them (`matrix 1 ·`). */
function filesNamed(page: string): string[] {
	const spans = [...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, span]) => span.split(/\s+/));
	const names = spans.map((word) => word.replace(/[,;:.]+$/, ''));
	return [...new Set(names.filter((name) => CODE_FILE.test(name) || TEST.test(name)))].filter(
		(name) => !ELSEWHERE.test(name),
	);
}

const named = PAGES.map((page): [string, string[]] => [
	page,
	filesNamed(readFileSync(join(ROOT, page), 'utf8')),
]);

test.each(named)('%s names files that exist', (_, files) => {
	const missing = files.filter(
		(file) =>
			!BEGINNINGS.some((start) => ENDINGS.some((end) => existsSync(join(ROOT, `${start}${file}${end}`)))),
	);
	expect(missing).toEqual([]);
});

test('the pages name files at all', () => {
	expect(named.flatMap(([, files]) => files).length).toBeGreaterThan(60);
});

/** A test that a page names: its file, and words of its title in quotation marks. */
const NAMED_TEST =
	/`((?:test\/)?(?:unit|nodes|e2e|conformance|browser)\/[\w/.-]+)`[:,]?\s+((?:"[^"]+"(?:,\s+)?)+)/g;

function testsNamed(text: string): Array<[file: string, title: string]> {
	return [...text.matchAll(NAMED_TEST)].flatMap(([, file, titles]) =>
		[...titles.matchAll(/"([^"]+)"/g)].map(([, title]): [string, string] => [
			file,
			title.replace(/\s+/g, ' '),
		]),
	);
}

/** The text of a test file, as titles read: without escapes and line ends. */
function testFile(name: string): string {
	const paths = BEGINNINGS.flatMap((start) => ENDINGS.map((end) => join(ROOT, `${start}${name}${end}`)));
	const path = paths.find((each) => existsSync(each) && each.endsWith('.ts'));
	return path === undefined ? '' : readFileSync(path, 'utf8').replaceAll("\\'", "'").replace(/\s+/g, ' ');
}

const withTests = PAGES.map((page): [string, Array<[string, string]>] => [
	page,
	testsNamed(readFileSync(join(ROOT, page), 'utf8')),
]);

test.each(withTests)('%s names tests that exist', (_, tests) => {
	expect(tests.filter(([file, title]) => !testFile(file).includes(title))).toEqual([]);
});

test.each([
	['SECURITY.md', 18],
	['README.md', 3],
	['docs/nodes.md', 4],
	['docs/verification.md', 4],
	['docs/reliability.md', 1],
])('%s names tests behind its promises', (page, least) => {
	expect(withTests.find(([name]) => name === page)?.[1].length).toBeGreaterThanOrEqual(least);
});

test('in SECURITY.md each promise about what leaves n8n is followed by a test', () => {
	const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
	const sections = text
		.split(/^## /m)
		.filter((each) => /^(?:Where the token|What an error|Dependencies)/.test(each));
	expect(sections).toHaveLength(3);
	const promises = sections.flatMap((each) => each.split(/^- /m).slice(1));
	expect(promises.length).toBeGreaterThan(12);
	expect(promises.filter((each) => testsNamed(each).length === 0)).toEqual([]);
});
