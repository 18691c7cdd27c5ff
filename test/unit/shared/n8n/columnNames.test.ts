import { isColumnName, shownColumns } from '../../../../nodes/shared/n8n/columnNames';
import { emptyField, findingsError } from '../../../../nodes/shared/n8n/findings';

test.each([
	['memberId'],
	['Member ID'],
	['MEMBER_ID'],
	['First Name'],
	['DOB'],
	['Date of Birth'],
	['date-of-birth'],
	['Subscriber #'],
	['Coverage ID System'],
	['Address 2'],
	['phone1'],
	['Zip Code'],
	['consent_policy'],
	['Eff. Date'],
	['c12'],
])('D5 %p is the name of a column', (name) => {
	expect(isColumnName(name)).toBe(true);
});

test.each([
	['Ada Whitfield'],
	['Whitfield'],
	['ada'],
	['bison'],
	['male'],
	['Birth Date 1984'],
	['MRN12345'],
	['Member Whitfield'],
	['<b>Member</b>'],
	['name'.repeat(30)],
	[''],
	[' '],
])('D5 %p is none that an error names', (name) => {
	expect(isColumnName(name)).toBe(false);
});

test.each<[sentence: string, columns: string[]]>([
	['a date of birth', ['Ada', 'Whitfield', '1984-03-12', 'bison']],
	['a date the American way', ['Member ID', '03/12/1984']],
	['a date in words', ['Name', 'March 12, 1984']],
	['an e-mail address', ['First Name', 'ada@plan.example']],
	['a member number', ['Name', 'SYN-1001']],
	['a number alone', ['Name', '7']],
	['columns that are numbered only', ['0', '1', '2']],
	['an instant', ['Name', '2026-01-31T10:05:59Z']],
	['a telephone number', ['Name', '(555) 010-1234']],
])('D5 of columns among which is %s none is listed', (_, columns) => {
	const misreadAs = expect.stringMatching(/^named like values/) as string;
	expect(shownColumns(columns)).toEqual({ names: [], others: columns.length, misreadAs });
});

test.each<[sentence: string, columns: string[], says: RegExp]>([
	...[';', '\t', '|', ','].map((sign): [string, string[], RegExp] => [
		`a file divided by ${JSON.stringify(sign)}, read by another sign`,
		[['Member ID', 'First Name', 'DOB'].join(sign)],
		/^which holds all of them: set Options > Delimiter/,
	]),
	[
		'a title above the header',
		['Member Roster', '__EMPTY', '__EMPTY_1'],
		/^half of them or more without a name/,
	],
	['a title with a date', ['As of 11/28/2026', '__EMPTY', '__EMPTY_1'], /Options > Range \(Excel\)/],
	['merged cells above it', ['Member', '', '_1', 'Consent', '_2', '_3'], /Starting Line \(CSV\)/],
	['no header row', ['row'], /Options > Header Row/],
])('F5 of the columns of %s it is told how to read it', (_, columns, says) => {
	const misreadAs = expect.stringMatching(says) as string;
	expect(shownColumns(columns)).toEqual({ names: [], others: columns.length, misreadAs });
});

test('F5 one column without a header is none of these', () => {
	expect(shownColumns(['Member ID', 'DOB', '__EMPTY'])).toEqual({ names: ['Member ID', 'DOB'], others: 1 });
});

test('D5 columns of unknown names are counted, and those of known ones listed', () => {
	expect(shownColumns(['Member ID', 'Whitfield', 'DOB', 'Ada'])).toEqual({
		names: ['Member ID', 'DOB'],
		others: 2,
	});
});

test.each<[sentence: string, column: string, columns: string[], says: RegExp, hides: RegExp]>([
	[
		'of a file without a header row',
		'memberId',
		['SYN-1001', 'Ada', 'Whitfield', '1984-03-12'],
		/the item has 4 columns, named like values.*has a header row/,
		/SYN|Ada|Whitfield|1984/,
	],
	[
		'of a file of names alone',
		'memberId',
		['Ada', 'Whitfield', 'Memberfield'],
		/the item has 3 columns of other names/,
		/Ada|Whitfield|Memberfield/,
	],
	[
		'whose column was dragged in from such a file',
		'Ada Whitfield',
		['Ada Whitfield', 'First Name'],
		/The item has: First Name, and 1 more/,
		/Ada|Whitfield/,
	],
])('D5 an error %s names nothing of the member', (_, column, columns, says, hides) => {
	const finding = emptyField('Member ID', 'memberId', { column, columns });
	const error = findingsError('The match request', [finding]);
	const text = JSON.stringify([error.message, error.details]);
	expect(text).toMatch(says);
	expect(text).not.toMatch(hides);
});
