/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { PEOPLE_READ } from '../support/pages';

const ROOT = join(__dirname, '..', '..');
/** Words that n8n has no more, or that only the people of this project use, and what to write. */
const FORBIDDEN: Array<[words: RegExp, instead: string]> = [
	[/\b(?:de|re)?activat(?:e|es|ed|ing|ion)\b/i, 'publish: a workflow is published in n8n'],
	[/\bImport from File\b/, 'Import from file'],
	[/\bWhen clicking\b|\bTest workflow\b/i, 'Execute workflow'],
	[/\brooms?\b/i, 'folder, page'],
	[/\btold\b/i, 'said, shown, reported, recognized'],
	[/\b(?:leads?|led|leading) (?:to|into|through|off|back|it|this|that|those|the)\b/i, 'connect, open, cause'],
	[/(?<!\bvital[ -])\bsigns\b(?! (?:in|by|each|with|for|up)\b|, on\b|[.;])/i, 'characters'],
];

function found(text: string): string[] {
	return FORBIDDEN.flatMap(([words, instead]) => {
		const hit = words.exec(text);
		if (hit === null) return [];
		const around = text.slice(Math.max(0, hit.index - 30), hit.index + 50).replace(/\s+/g, ' ');
		return [`"${around}": ${instead}`];
	});
}

/** A page without what is not its own words: quoted titles of tests, code, and addresses. */
function proseOf(page: string): string {
	return readFileSync(join(ROOT, page), 'utf8')
		.replace(/^```[^]*?^```$/gm, '')
		.replace(
			/`(?:test\/)?(?:unit|nodes|e2e|conformance|browser)\/[^`]*`[:,]?\s+(?:"[^"]+"(?:[,;]\s+)?)+/g,
			'',
		)
		.replace(/\("D9[^"]*"\)|"[^"]*"(?=[;)])/g, '')
		.replace(/`[^`\n]*`/g, '')
		.replace(/\]\([^)]*\)/g, ']');
}

// Its lines are the titles of tests, gathered by npm run conformance.
test.each(PEOPLE_READ.filter((page) => page !== 'docs/conformance.md'))('F8 the words of %s', (page) => {
	expect(found(proseOf(page))).toEqual([]);
});

function sourcesOf(folder: string): string[] {
	return (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
		.filter((name) => name.endsWith('.ts'))
		.map((name) => `${folder}/${name}`);
}

/** The texts of a source file: what its string literals and templates say. */
function textsOf(file: string): string[] {
	const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest);
	const texts: string[] = [];
	const visit = (node: ts.Node): void => {
		if (
			ts.isStringLiteralLike(node) ||
			ts.isTemplateHead(node) ||
			ts.isTemplateMiddle(node) ||
			ts.isTemplateTail(node)
		) {
			texts.push(node.text);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return texts;
}

test('F8 the words of forms, errors and hints', () => {
	const files = [...sourcesOf('nodes'), ...sourcesOf('credentials')];
	const texts = files.flatMap((file) => textsOf(file).map((text): [string, string] => [file, text]));
	expect(texts.length).toBeGreaterThan(3000);
	expect(texts.flatMap(([file, text]) => found(text).map((each) => `${file}: ${each}`))).toEqual([]);
});

test('F8 the words of the notes in the examples', () => {
	const files = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.json'));
	const notes = files.flatMap((file) => {
		const { nodes } = JSON.parse(readFileSync(join(ROOT, 'examples', file), 'utf8')) as {
			nodes: Array<{ type: string; parameters: { content?: string } }>;
		};
		return nodes
			.filter(({ type }) => type.endsWith('.stickyNote'))
			.map(({ parameters }): [string, string] => [file, String(parameters.content)]);
	});
	expect(notes.length).toBeGreaterThan(files.length);
	expect(notes.flatMap(([file, text]) => found(text).map((each) => `${file}: ${each}`))).toEqual([]);
});
