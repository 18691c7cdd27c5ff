/* Runs n8n's own check of community packages (the gate of a verified package) on the source and on the packed tarball. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

// Not an entry point of its package, so it is loaded by its path.
const { analyzePackage, SOURCE_FILE_PATTERNS } = await import(
	pathToFileURL(join(ROOT, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs')).href
);

/** What the gate checks of a published package: its attested source, and the tarball's compiled code. */
const CHECKS = [
	{ what: 'source', folder: () => ROOT, patterns: SOURCE_FILE_PATTERNS },
	{ what: 'tarball', folder: unpackedTarball, patterns: ['**/*.js', 'package.json'] },
];

const temporary = mkdtempSync(join(tmpdir(), 'scan-'));
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));

for (const { what, folder, patterns } of CHECKS) {
	const { passed, message, details } = await analyzePackage(folder(), patterns);
	// A scan of nothing passes too, with a message.
	const isClean = passed && message === undefined;
	process.stdout.write(`n8n's scanner on the ${what}: ${isClean ? 'passed' : message}\n${details ?? ''}`);
	if (!isClean) process.exitCode = 1;
}

/** The package as `npm publish` would send it, unpacked. */
function unpackedTarball() {
	execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', temporary], {
		cwd: ROOT,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const tarball = readdirSync(temporary).find((name) => name.endsWith('.tgz'));
	execFileSync('tar', ['-xzf', join(temporary, tarball), '-C', temporary]);
	const folder = join(temporary, 'package');
	const { n8n } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const missing = [...n8n.nodes, ...n8n.credentials].filter((path) => !existsSync(join(folder, path)));
	// Where nothing is built there is nothing to find fault with.
	if (missing.length > 0)
		throw new Error(`Not in the tarball: ${missing.join(', ')}. Run npm run build first.`);
	return folder;
}
