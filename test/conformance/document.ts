/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LINES, SECTIONS, WITHOUT_TEST, type Line, type LineKey, type LineLevel } from './lines';

/** A test of a line, as its source names it. */
export interface LineTest {
	/** What its name begins with: the key of a line. */
	key: string;
	/** The rest of its name. */
	does: string;
	/** Name of its file in this folder. */
	file: string;
}

/** What came of a line. */
export type Result = 'passed' | 'failed' | 'open' | 'does not apply';

/** What came of the tests, by the keys of their lines. */
export type Results = Partial<Record<string, 'passed' | 'failed'>>;

/** Where the document is, from the project's folder. */
export const DOCUMENT = 'docs/conformance.md';

/** The name of a line's test: its key, then what it does. */
export const LINE_TEST_NAME = /^([A-Z]\d+) (.+)$/;

const TEST = /^\s*(?:test|it)\S*\(\s*(['"])((?:(?!\1).)*)\1/gm;

/** The tests in the source of a file, whatever their names. */
export function testNamesIn(source: string): string[] {
	return [...source.matchAll(TEST)].map(([, , name]) => name);
}

/** The tests of all lines, in the order of their files and places. */
export function lineTests(): LineTest[] {
	return readdirSync(__dirname)
		.filter((file) => file.endsWith('.test.ts'))
		.flatMap((file) =>
			testNamesIn(readFileSync(join(__dirname, file), 'utf8')).flatMap((name) => {
				const [, key, does] = LINE_TEST_NAME.exec(name) ?? [];
				return key === undefined ? [] : [{ key, does, file }];
			}),
		);
}

const KEYS = Object.keys(LINES) as LineKey[];
const LEVELS: LineLevel[] = ['SHALL', 'SHOULD', 'MAY', 'ROBUST', '-'];
const RESULTS: Result[] = ['passed', 'failed', 'open', 'does not apply'];

/** What came of a line, and why where it has no test; a test that was not run counts as failed. */
function resultOf(key: LineKey, results: Results): [result: Result, why?: string] {
	const without = WITHOUT_TEST[key];
	if (!without) return [results[key] ?? 'failed'];
	return 'open' in without ? ['open', without.open] : ['does not apply', without.doesNotApply];
}

function tableOf(head: string[], rows: string[][]): string {
	const all = [head, head.map(() => '---'), ...rows];
	return all.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function summary(results: Results): string {
	const count = (level: LineLevel, wanted: Result) =>
		KEYS.filter((key) => LINES[key][0] === level && resultOf(key, results)[0] === wanted).length;
	const rows = RESULTS.map((result) => [result, ...LEVELS.map((level) => String(count(level, result)))]);
	const open = KEYS.filter((key) => LINES[key][0] === 'SHALL' && resultOf(key, results)[0] === 'open');
	const says = open.length === 0 ? 'No SHALL is open.' : `Open SHALL: ${open.join(', ')}.`;
	return `${tableOf(['', ...LEVELS], rows)}\n\n${says}`;
}

function rowOf(key: LineKey, tests: readonly LineTest[], results: Results): string[] {
	const [level, asks, where = ''] = LINES[key] as Line;
	const test = tests.find((each) => each.key === key);
	const [result, why] = resultOf(key, results);
	return [
		key,
		level,
		where,
		asks,
		test ? `[${test.file.replace('.test.ts', '')}](../test/conformance/${test.file}): ${test.does}` : '',
		why === undefined ? result : `${result}: ${why}`,
	];
}

/** The document: every line with its test and what came of it. */
export function conformanceDocument(tests: readonly LineTest[], results: Results): string {
	const head = ['line', 'level', 'where', 'what is asked', 'test', 'result'];
	const sections = Object.entries(SECTIONS).map(([letter, title]) => {
		const rows = KEYS.filter((key) => key.startsWith(letter)).map((key) => rowOf(key, tests, results));
		return `## ${letter}. ${title}\n\n${tableOf(head, rows)}`;
	});
	return (
		[`${INTRODUCTION}\n\n${summary(results)}`, ...sections, '<!-- prettier-ignore-end -->', '']
			.join('\n\n')
			.trimEnd() + '\n'
	);
}

/** What a document says came of the tests. */
export function resultsIn(document: string): Results {
	const rows = [...document.matchAll(/^\| ([A-Z]\d+) \|.*\| (passed|failed) \|$/gm)];
	return Object.fromEntries(rows.map(([, key, result]) => [key, result])) as Results;
}

const INTRODUCTION = `# Conformance

What the standards of payer-to-payer exchange ask of a client, line by line, and the test that shows it: Da Vinci HRex 1.0 to 1.2,
PDex 2.0 to 2.2, FHIR Bulk Data Access 1 to 4 (4 is a ballot), SMART Backend Services and OAuth 2.0. This page is written by
\`npm run conformance\`, which runs the tests; do not edit it. The lines are in \`test/conformance/lines.ts\`, in words of this project:
what counts is the text of the standards.

- **level**: SHALL, SHOULD and MAY are the standard's words; ROBUST is no rule, but what real servers make wise; - is what this
  project asks of itself, or what follows from a rule for the payer.
- **where**: the guide's own key (mm: HRex member match, pdex: PDex, conf: HRex conformance, sec: HRex security), or the document.
- **test**: each line has one test of its own, whose name begins with the line. It runs the nodes in n8n's own engine, over HTTP,
  against the [payers of the sandbox](../sandbox/README.md), which take down what a client does wrong, or against one that answers as
  the test says; where a line is about a pure function, that function.
- **result**: passed or failed in the run that wrote this page; open: not done yet.

The published example payloads of the guides are read as payers' answers, with their known defects, by
[officialExamples](../test/conformance/officialExamples.test.ts). They are not part of this project: the environment variable
\`PAYER_EXAMPLES\` names their folder. Where it names none, these tests are left out, and one line says so.

<!-- prettier-ignore-start -->`;
