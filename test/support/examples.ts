/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the official example payloads, which are not part of this project; empty if not available. */
const folder = process.env.PAYER_EXAMPLES ?? '';

/** Tests with the official example payloads; skipped if there are none. */
export function describeExamples(title: string, tests: () => void): void {
	if (folder !== '') return describe(`${title} (official examples)`, tests);
	// A file that makes its tests of the examples would have none.
	describe.skip(`${title} (official examples)`, () => {
		test('PAYER_EXAMPLES names no folder', () => undefined);
		tests();
	});
}

/** Reads an official example. */
export function example<T = object>(name: string): T {
	return JSON.parse(exampleText(name)) as T;
}

/** The text of an official example. */
export function exampleText(name: string): string {
	return readFileSync(join(folder, name), 'utf8');
}

/** The names of all official examples in these folders, e.g. `hrex-1.0.0/Coverage-min.json`; none if they are not available. */
export function exampleNames(...folders: string[]): string[] {
	if (folder === '') return [];
	return folders.flatMap((each) =>
		readdirSync(join(folder, each))
			.filter((name) => name.endsWith('.json'))
			.map((name) => `${each}/${name}`),
	);
}
