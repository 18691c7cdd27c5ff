/* A step of the publishing workflow: refuses what only the owner can set, and a version that the changelog does not tell of. */
import { existsSync, readFileSync } from 'node:fs';

/** Keys of package.json that come with a neutral value, and what the owner puts there. */
const OWNER_SETS = {
	author: "the publisher's name and e-mail address",
	repository: 'the address of the public repository (npm provenance needs it)',
	homepage: 'the address of the page that tells about the package',
	bugs: 'the address where problems are reported',
};
const PLACEHOLDER = /example\.invalid|owner-must-set/;
const REQUIRED = ['author', 'repository'];

const project = JSON.parse(readFileSync('package.json', 'utf8'));
const findings = [...unsetValues(project), ...missingChangelogEntry(project.version)];
if (findings.length > 0) {
	process.stderr.write(`Not ready to publish:\n${findings.map((finding) => `  - ${finding}\n`).join('')}`);
	process.exitCode = 1;
}

function unsetValues(values) {
	return Object.entries(OWNER_SETS)
		.filter(([key]) => (values[key] ? PLACEHOLDER.test(JSON.stringify(values[key])) : REQUIRED.includes(key)))
		.map(([key, what]) => `package.json: "${key}" must be set by the owner: ${what}`);
}

function missingChangelogEntry(version) {
	const file = 'CHANGELOG.md';
	if (!existsSync(file)) return [];
	const headings = readFileSync(file, 'utf8').match(/^#+ .*$/gm) ?? [];
	const isThere = headings.some((heading) =>
		heading.split(/[\s[\]()]+/).some((word) => word.replace(/^v/, '') === version),
	);
	return isThere ? [] : [`CHANGELOG.md: there is no heading for version ${version}`];
}
