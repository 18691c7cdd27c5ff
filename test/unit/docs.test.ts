/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PAGES = [
	...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
	...readdirSync(join(ROOT, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
];

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
