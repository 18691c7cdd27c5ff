import { emptyField, findingsError, type Finding } from '../../../../nodes/shared/n8n/findings';
import { allFindingsError } from '../../../../nodes/shared/n8n/rowFaults';

const GO_ON =
	"To let the other rows go on, set Settings > On Error of this node to 'Continue (using error output)'.";
const HEADER = 'Rows are counted from 1, without a header: in a spreadsheet with a header, row 3 is line 4.';

const odd = (says: string): Finding => ({ says });
/** @param faults by row, from 1 */
const errorOf = (faults: Record<number, Finding[] | Error>, total = 20) =>
	allFindingsError(
		new Map(
			Object.entries(faults).map(([row, found]): [number, Error] => [
				Number(row) - 1,
				found instanceof Error ? found : findingsError('x', found),
			]),
		),
		total,
	);
const linesOf = (...given: Parameters<typeof errorOf>) => errorOf(...given).details.whatToDo.split('\n');
const columns = ['DOB', 'Name'];
const emptyCell = emptyField('Birth Date', 'birthDate', { column: 'DOB', columns });
const noColumn = emptyField('Birth Date', 'birthDate', { column: 'birthDate', columns });
const range = (first: number, last: number, step = 1) =>
	Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
const sameIn = (rows: number[], found: Finding[]) => Object.fromEntries(rows.map((row) => [row, found]));

test('F5 an error of many rows counts them, and says how they are counted and what lets the others go on', () => {
	const error = errorOf({ 3: [odd('A')], 8: new Error('C') }, 10);
	expect(error.message).toBe('2 of 10 rows cannot be sent as they are, so nothing was sent');
	expect(error.details.whatToDo).toBe(`[row 3] A.\n[row 8] C\n${HEADER} ${GO_ON}`);
	expect(error.details.problem).toBe('[row 3] A.\n[row 8] C');
});

test('D2 an agent is told of fields, not of columns', () => {
	const { problem } = errorOf({ 1: [noColumn], 2: [noColumn] }).details;
	expect(problem).toBe("[rows 1, 2] 'Birth Date' is empty.");
	expect(findingsError('x', [noColumn]).details.problem).toBe("'Birth Date' is empty.");
});

test.each<[name: string, faults: Record<number, Finding[] | Error>, lines: string[]]>([
	['the same fault of many rows', sameIn([2, 5, 9], [odd('A')]), ['[rows 2, 5, 9] A.']],
	['two faults of the same rows', sameIn([2, 5], [odd('A'), odd('B')]), ['[rows 2, 5] A · B.']],
	[
		'faults of different rows, each once',
		{ 2: [odd('A')], 5: [odd('A'), odd('B')], 6: [odd('B')] },
		['[rows 2, 5] A.', '[rows 5, 6] B.'],
	],
	['rows one after the other', sameIn([1, 2, 3, 7, 8, 11], [odd('A')]), ['[rows 1-3, 7, 8, 11] A.']],
	[
		'an empty cell',
		sameIn([3, 7], [emptyCell]),
		[`[rows 3, 7] 'Birth Date' is empty. Read from the column "DOB".`],
	],
	[
		'a column that is missing',
		sameIn(range(1, 15), [noColumn]),
		[
			`[rows 1-15] The item has no column for 'Birth Date'. Looked for the column "birthDate"; the item has: DOB, Name.`,
		],
	],
	[
		'both, of rows of two sources',
		{ ...sameIn([1, 2], [emptyCell]), ...sameIn([3, 4], [noColumn]) },
		[
			`[rows 1, 2] 'Birth Date' is empty. Read from the column "DOB".`,
			`[rows 3, 4] The item has no column for 'Birth Date'. Looked for the column "birthDate"; the item has: DOB, Name.`,
		],
	],
	[
		'errors of other kinds',
		{ 1: new Error('C'), 4: new Error('C'), 5: [odd('A')] },
		['[rows 1, 4] C', '[row 5] A.'],
	],
])('F5 %s', (_, faults, lines) => {
	expect(linesOf(faults).slice(0, -1)).toEqual(lines);
});

test('F5 the ten faults that the most rows have are told, and ten of their rows; then all rows are named once more', () => {
	const kinds = Object.fromEntries(range(1, 13).map((row) => [row, [odd(`A${row}`)]]));
	const scattered = sameIn(range(20, 48, 2), [odd('B')]);
	const lines = linesOf({ ...kinds, ...scattered }, 60);
	expect(lines).toHaveLength(13);
	expect(lines.slice(8, 12)).toEqual([
		'[row 9] A9.',
		'[rows 20, 22, 24, 26, 28, 30, 32, 34, 36, 38 and 5 more] B.',
		'… and 4 more.',
		`All rows to correct: 1-13, ${range(20, 48, 2).join(', ')}.`,
	]);
	const few = linesOf(scattered, 60);
	expect(few[0]).toBe('[rows 20, 22, 24, 26, 28, 30, 32, 34, 36, 38 and 5 more] B.');
	expect(few[1]).toBe(`All rows to correct: ${range(20, 48, 2).join(', ')}.`);
});

test('F5 of very many rows the message stays short', () => {
	const faults = Object.fromEntries(
		range(1, 20_000).map((row) => [row, [odd(row % 2 === 0 ? 'A' : 'B'), odd(`C${row % 300}`)]]),
	);
	const { details } = errorOf(faults, 20_000);
	expect(details.whatToDo.length).toBeLessThan(3_000);
	expect(details.whatToDo).toContain('All rows to correct: 1-20000.');
});
