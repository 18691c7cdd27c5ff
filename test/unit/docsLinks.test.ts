/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { anchorsOf } from '../support/pages';

const ROOT = join(__dirname, '..', '..');
const { repository, n8n } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
	repository: { url: string };
	n8n: { nodes: string[]; credentials: string[] };
};
/** Where GitHub shows the files of the main branch. */
const BASE = `${repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/blob/HEAD/`;

interface Codex {
	resources: Record<string, Array<{ url: string }>>;
}

/** The source that package.json names by its place in the build. */
const sourceOf = (path: string) => join(ROOT, path.replace(/^dist\//, '').replace(/\.js$/, ''));

const nodes = n8n.nodes.map((path): [string, Codex, INodeType] => {
	const name = basename(path, '.node.js');
	const codex = JSON.parse(readFileSync(`${sourceOf(path)}.json`, 'utf8')) as Codex;
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- by the names in package.json
	const exported = require(`${sourceOf(path)}.ts`) as Record<string, new () => INodeType>;
	return [name, codex, new exported[name]()];
});

const credentials = n8n.credentials.map((path): [string, ICredentialType] => {
	const name = basename(path, '.credentials.js');
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
	const exported = require(`${sourceOf(path)}.ts`) as Record<string, new () => ICredentialType>;
	return [name, new exported[name]()];
});

/** What is wrong with a link to our documentation: nothing, if it names a file of this checkout and a heading in it. */
function faultOf(link: string): string | undefined {
	if (!link.startsWith(BASE)) return `${link} is not of the repository in package.json: npm run docs:links`;
	const [file, heading] = link.slice(BASE.length).split('#');
	if (!existsSync(join(ROOT, file))) return `${file} is not there`;
	if (heading !== undefined && !anchorsOf(file).includes(heading)) return `${file} has no heading ${heading}`;
	return undefined;
}

test.each(nodes)('F8 the Docs link of %s opens its page', (_, { resources }, { description }) => {
	const [page, ...others] = resources.primaryDocumentation.map(({ url }) => url);
	expect([faultOf(page), others]).toEqual([undefined, []]);
	const file = page.slice(BASE.length);
	// n8n puts its own query behind the link, where a heading would swallow it.
	expect(file).toMatch(/^docs\/nodes\/[a-z-]+\.md$/);
	expect(readFileSync(join(ROOT, file), 'utf8')).toMatch(new RegExp(`^# ${description.displayName}\n`));
	expect(description.documentationUrl).toBeUndefined();
	expect((resources.credentialDocumentation ?? []).map(({ url }) => faultOf(url)).filter(Boolean)).toEqual(
		[],
	);
});

test.each(credentials)('F8 the Docs link of %s opens its section', (_, { documentationUrl }) => {
	expect(faultOf(String(documentationUrl))).toBeUndefined();
	expect(documentationUrl).toMatch(/getting-credentials\.md#/);
});

test('every node has a page and every page of docs/nodes is of a node, or about all of them', () => {
	const linked = nodes.map(([, { resources }]) => basename(resources.primaryDocumentation[0].url));
	expect(readdirSync(join(ROOT, 'docs', 'nodes')).sort()).toEqual([...linked, 'consent.md'].sort());
});
