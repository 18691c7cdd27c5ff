import {
	payerMessage,
	payerMessageForError,
	readIssues,
} from '../../../../nodes/shared/fhir/operationOutcome';
import { outcome } from '../../../support/helpers';

const issues = (...issue: object[]) => ({ resourceType: 'OperationOutcome', issue });

describe('what the payer says', () => {
	test.each<[string, unknown, string | undefined]>([
		['is the text of the details', outcome('processing', 'No match'), 'No match'],
		['is the diagnostics where there is no text', issues({ diagnostics: 'No match' }), 'No match'],
		['is the text before the diagnostics', issues({ details: { text: 'A' }, diagnostics: 'B' }), 'A'],
		[
			'is the display of a coding',
			issues({ details: { coding: [{ code: 'x' }, { display: 'No match' }] } }),
			'No match',
		],
		['is the code where there are no words', issues({ severity: 'error', code: 'not-found' }), 'not-found'],
		['is all issues in order', issues({ details: { text: 'A.' } }, { diagnostics: 'B.' }), 'A. B.'],
		['is no issue twice', issues({ diagnostics: 'A.' }, { diagnostics: 'A.' }), 'A.'],
		['is the message of plain JSON', { message: 'Route not found', error: 'Not Found' }, 'Route not found'],
		[
			'is the description of an OAuth error',
			{ error: 'invalid_scope', error_description: 'Bad scope' },
			'Bad scope',
		],
		['is the word of an OAuth error', { error: 'invalid_scope' }, 'invalid_scope'],
		['is one line', outcome('x', 'A\r\n\tB\u0000\u2028C'), 'A B C'],
		['has no escapes for a terminal', outcome('x', '\u001b[31mred\u009b'), '[31mred'],
		['is nothing where there are no issues', issues(), undefined],
		[
			'is nothing where the issues are odd',
			{ resourceType: 'OperationOutcome', issue: [null, 'x', 7] },
			undefined,
		],
		['is nothing where the details are odd', issues({ details: 'x', diagnostics: 7 }), undefined],
		[
			'is nothing for another resource',
			{ resourceType: 'Patient', issue: [{ diagnostics: 'x' }] },
			undefined,
		],
		['is nothing for an object as error', { error: { code: 500 } }, undefined],
		['is nothing for text', 'Bad Gateway', undefined],
		['is nothing for a list', [outcome('x', 'y')], undefined],
		['is nothing for null', null, undefined],
	])('%s', (_, body, expected) => {
		expect(payerMessage(body)).toBe(expected);
	});

	it('is cut at 500 characters', () => {
		expect(payerMessage(outcome('x', 'a'.repeat(500)))).toBe('a'.repeat(500));
		expect(payerMessage(outcome('x', 'a'.repeat(501)))).toBe(`${'a'.repeat(500)}…`);
		expect(
			payerMessage(issues({ diagnostics: 'a'.repeat(400) }, { diagnostics: 'b'.repeat(400) })),
		).toHaveLength(501);
	});

	it('has severity and code for each issue', () => {
		expect(readIssues(issues({ code: 'not-found', diagnostics: 'A' }, { severity: 'fatal' }))).toEqual([
			{ severity: 'error', code: 'not-found', text: 'A' },
			{ severity: 'fatal', code: '', text: '' },
		]);
	});
});

describe('what the payer says, fit for an error', () => {
	const masked = (text: string, ...known: unknown[]) => payerMessageForError(outcome('x', text), known);

	test.each<[sentence: string, text: string, known: unknown[], expected: string]>([
		['an id', 'Member M-1001 is unknown', ['M-1001'], 'Member [value] is unknown'],
		['an id in a path', 'GET Patient/M-1001/x', ['M-1001'], 'GET Patient/[value]/x'],
		['an id that came as a number', 'Member 1001 is unknown', [1001], 'Member [value] is unknown'],
		['an id with characters of a pattern', 'Coverage A.7(+)* fails', ['A.7(+)*'], 'Coverage [value] fails'],
		['a name with an accent', 'No José here', ['José'], 'No [value] here'],
		['a name in capitals', 'No JOSÉ here', ['José'], 'No [value] here'],
		['a name with its accent written apart', 'No Jose\u0301 here', ['José'], 'No [value] here'],
		['a name whose accent was lost', 'No JOSE here', ['José'], 'No [value] here'],
		['a name with an apostrophe', "No O'Connor, no", ["O'Connor"], 'No [value], no'],
		['a name in Vietnamese', 'No Nguyễn.', ['Nguyễn'], 'No [value].'],
		['a name of one Chinese letter', 'No 李 明 here', ['李', ['明']], 'No [value] [value] here'],
		[
			'a name of Chinese letters side by side',
			'No 李明。',
			[{ family: '李', given: ['明'] }],
			'No [value][value]。',
		],
		['the longer value first', 'No Anna Maria here', ['Anna', 'Anna Maria'], 'No [value] here'],
		['one word of a name of two', 'No MARY here', ['Mary Ann'], 'No [value] here'],
		['each time it is repeated', 'CV-77, CV-77', ['CV-77'], '[value], [value]'],
		[
			'values deep in the request',
			"x O'Brien y",
			[{ parameter: [{ resource: { name: [{ family: "O'Brien" }] } }] }],
			'x [value] y',
		],
		['a date that was sent', 'born 1980-05-01', ['1980-05-01'], 'born [value]'],
		['a date nobody sent', 'born 1980-05-02', [], 'born [date]'],
		['a date with a time', 'born 1980-05-01T00:00:00Z.', ['1980-05-01'], 'born [date].'],
		['a date in American writing', 'born 5/1/1980', [], 'born [date]'],
		['a date of two-digit year', 'born 05/01/80', [], 'born [date]'],
		['a date without hyphens', 'born 19800501', ['1980-05-01'], 'born [date]'],
		['a date in European writing', 'born 01.05.1980', ['1980-05-01'], 'born [date]'],
		['nothing of a word that holds the value', 'Annapolis is fine', ['Anna'], 'Annapolis is fine'],
		['nothing of one Latin letter', 'A plan', ['A'], 'A plan'],
		['nothing where nothing is known', 'No match', [], 'No match'],
		['nothing of blanks', 'No match', ['', ' ', null, undefined, true], 'No match'],
	])('has no %s', (_, text, known, expected) => {
		// What stands in the place of a value does not matter; that it is gone does.
		const plain = (words: string | undefined) =>
			words?.replace(/(?:\[(?:value|date)\])(?:T[\d:.]+Z?)?/g, '[…]');
		expect(plain(masked(text, ...known))).toBe(plain(expected));
	});

	it('has no part of a value that the cut goes through', () => {
		const words = masked(`${'x'.repeat(489)} Featherstonehaugh`, 'Featherstonehaugh');
		expect(words).not.toContain('Feather');
	});

	it('is nothing where the payer says nothing', () => {
		expect(payerMessageForError('<html>M-1001</html>', ['M-1001'])).toBeUndefined();
	});
});
