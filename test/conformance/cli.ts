/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conformanceDocument, DOCUMENT, LINE_TEST_NAME, lineTests, type Results } from './document';

const ROOT = join(__dirname, '..', '..');

interface JestReport {
	testResults: Array<{ assertionResults: Array<{ title: string; status: string }> }>;
}

/** What came of the tests of the lines, by jest's own report. */
function resultsOf({ testResults }: JestReport): Results {
	const all = testResults.flatMap(({ assertionResults }) => assertionResults);
	return Object.fromEntries(
		all.flatMap(({ title, status }) => {
			const [, key] = LINE_TEST_NAME.exec(title) ?? [];
			return key === undefined ? [] : [[key, status === 'passed' ? 'passed' : 'failed']];
		}),
	) as Results;
}

const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
const report = join(folder, 'report.json');
const jest = [
	require.resolve('jest/bin/jest'),
	'--selectProjects',
	'conformance',
	'--json',
	`--outputFile=${report}`,
];
const { status } = spawnSync(process.execPath, jest, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
const results = resultsOf(JSON.parse(readFileSync(report, 'utf8')) as JestReport);
rmSync(folder, { recursive: true });
writeFileSync(join(ROOT, DOCUMENT), conformanceDocument(lineTests(), results));
process.stdout.write(`${DOCUMENT} is written.\n`);
process.exitCode = status ?? 1;
