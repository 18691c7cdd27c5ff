/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../sandbox/standard/checks';
import {
	conformanceDocument,
	DOCUMENT,
	LINE_TEST_NAME,
	lineTests,
	resultsIn,
	testNamesIn,
} from '../conformance/document';
import { LINES, SECTIONS, WITHOUT_TEST, type LineKey } from '../conformance/lines';

const keys = Object.keys(LINES) as LineKey[];
const tests = lineTests();
const ROOT = join(__dirname, '..', '..');

test('every line has exactly one test, or says why it has none', () => {
	const tested = tests.map(({ key }) => key);
	expect([...tested].sort()).toEqual([...new Set(tested)].sort());
	expect([...tested, ...Object.keys(WITHOUT_TEST)].sort()).toEqual([...keys].sort());
});

test('every test of a file of lines is the test of a line', () => {
	for (const file of new Set(tests.map((each) => each.file))) {
		const source = readFileSync(join(ROOT, 'test', 'conformance', file), 'utf8');
		const names = testNamesIn(source);
		expect(names.filter((name) => !LINE_TEST_NAME.test(name))).toEqual([]);
		// As many as there are calls, so that none has a name that is made at run time.
		expect(names).toHaveLength([...source.matchAll(/^\s*(?:test|it)[.(]/gm)].length);
	}
});

test('the lines of a letter are numbered through', () => {
	for (const letter of Object.keys(SECTIONS)) {
		const own = keys.filter((key) => key.startsWith(letter));
		expect(own).toEqual(own.map((_, index) => `${letter}${index + 1}`));
		expect(own.length).toBeGreaterThan(0);
	}
	expect(keys.every((key) => key[0] in SECTIONS)).toBe(true);
});

test('the payers of the sandbox judge a line by the same level', () => {
	for (const [key, [level]] of Object.entries(CHECKS))
		expect([key, LINES[key as LineKey][0]]).toEqual([key, level]);
});

test(`${DOCUMENT} has these lines and these tests`, () => {
	const document = readFileSync(join(ROOT, DOCUMENT), 'utf8');
	// What came of the tests, only a run can tell.
	expect(document).toBe(conformanceDocument(tests, resultsIn(document)));
});
