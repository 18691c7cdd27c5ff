/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** The pages that people read, from the project's folder. */
export const PEOPLE_READ = ['', 'docs', 'docs/nodes', 'examples', 'sandbox', 'benchmarks'].flatMap((folder) =>
	readdirSync(join(ROOT, folder))
		.filter((name) => name.endsWith('.md'))
		.map((name) => (folder === '' ? name : `${folder}/${name}`)),
);

/** The headings of a page as GitHub makes links of them. */
export function anchorsOf(page: string): string[] {
	return [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
}
