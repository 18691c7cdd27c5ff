/*
 * Writes the address of our documentation into the Docs links of nodes and credentials, from `repository` in package.json. Run it after
 * that value has changed; test/unit/docsLinks.test.ts fails until then.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** HEAD is the main branch of the repository on GitHub, whatever its name. */
const FOLDER = '/blob/HEAD/docs/';
const LINK = /https?:\/\/[^\s"']+?\/blob\/HEAD\/docs\//g;

const { repository } = JSON.parse(readFileSync('package.json', 'utf8'));
const base = repository.url.replace(/^git\+/, '').replace(/\.git$/, '') + FOLDER;

for (const file of [...files('nodes', '.node.json'), ...files('credentials', '.credentials.ts')]) {
	const text = readFileSync(file, 'utf8');
	const changed = text.replace(LINK, base);
	if (changed !== text) writeFileSync(file, changed);
}

function files(folder, ending) {
	return readdirSync(folder, { recursive: true })
		.filter((name) => name.endsWith(ending))
		.map((name) => join(folder, name));
}
