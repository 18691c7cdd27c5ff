import { tryToParseDateTime } from 'n8n-workflow';
import {
	Misread,
	firstDayOf,
	lastDayOf,
	readDate,
	readFhirId,
	readText,
	readTexts,
	todayIn,
} from '../../../../nodes/shared/fhir/values';

type Row = [sentence: string, value: unknown, expected: unknown];
const REFUSED: unknown = expect.any(Misread);
const NOTHING = undefined;

describe('a text', () => {
	test.each<Row>([
		['keeps its leading zeros', '007', '007'],
		['loses the spaces around it', '  M-1\t', 'M-1'],
		['keeps the spaces inside', 'Anna  Maria', 'Anna  Maria'],
		['keeps letters of every script', '李 Nguyễn José', '李 Nguyễn José'],
		['may be a number', 1234567890, '1234567890'],
		['may be zero', 0, '0'],
		['may be the largest exact number', Number.MAX_SAFE_INTEGER, '9007199254740991'],
		['is nothing when empty', '', NOTHING],
		['is nothing when blank', ' \n ', NOTHING],
		['is nothing when null', null, NOTHING],
		['is nothing when undefined', undefined, NOTHING],
		['is refused as a number too long to be exact', Number.MAX_SAFE_INTEGER + 2, REFUSED],
		['is refused as a number in scientific notation', 1e21, REFUSED],
		['is refused as a broken number', 12.5, REFUSED],
		['is refused as NaN', NaN, REFUSED],
		['is refused as infinity', Infinity, REFUSED],
		['is refused as a switch', true, REFUSED],
		['is refused as a list', ['M-1'], REFUSED],
		['is refused as an object', { id: 'M-1' }, REFUSED],
		['is refused with a line break inside', 'M-1\nM-2', REFUSED],
		['is refused with a tab inside', 'M\t1', REFUSED],
		['is refused with a NUL inside', 'M\u00001', REFUSED],
		['is refused with an escape inside', 'M\u001b[31m1', REFUSED],
		['is refused with a C1 control inside', 'M\u00851', REFUSED],
		['is refused with a line separator inside', 'M\u20281', REFUSED],
	])('%s', (_, value, expected) => {
		expect(readText(value)).toEqual(expected);
	});
});

describe('a FHIR id', () => {
	test.each<Row>([
		['is letters, digits, hyphen and dot', 'aZ-0.9', 'aZ-0.9'],
		['may have 64 characters', 'a'.repeat(64), 'a'.repeat(64)],
		['may be a number', 42, '42'],
		['keeps leading zeros', '0042', '0042'],
		['is nothing when empty', '', NOTHING],
		['is refused with 65 characters', 'a'.repeat(65), REFUSED],
		['is refused with an underscore', 'a_b', REFUSED],
		['is refused with a slash', 'Patient/1', REFUSED],
		['is refused with a space', 'a b', REFUSED],
		['is refused with a letter outside ASCII', 'josé', REFUSED],
		['is refused with a line break at its end hidden in the middle', 'a\nb', REFUSED],
		['is refused as a number too long', 2 ** 53, REFUSED],
	])('%s', (_, value, expected) => {
		expect(readFhirId(value)).toEqual(expected);
	});

	it('says which characters are allowed', () => {
		expect(readFhirId('a_b')).toMatchObject({
			wanted: expect.stringMatching(/letters, digits, "-" and "\." only, at most 64/) as string,
		});
	});
});

describe('given names', () => {
	test.each<Row>([
		['are one name as a text', 'José', ['José']],
		['are one name as a text with spaces', 'Mary Ann', ['Mary Ann']],
		['are many as a list', ['Patricia', 'Ann'], ['Patricia', 'Ann']],
		['keep spaces in a list', ['Mary Ann', 'Rose'], ['Mary Ann', 'Rose']],
		['leave out blanks of a list', ['', 'Ann', null, ' '], ['Ann']],
		['are nothing as an empty list', [], NOTHING],
		['are nothing as a list of blanks', ['', null], NOTHING],
		['are nothing when empty', '', NOTHING],
		['are refused as a list in a list', [['Ann']], REFUSED],
		['are refused as an object', { given: 'Ann' }, REFUSED],
		['are refused where one of them is a switch', ['Ann', true], REFUSED],
	])('%s', (_, value, expected) => {
		expect(readTexts(value)).toEqual(expected);
	});
});

describe('a date', () => {
	const luxon = (text: string, zone: string) => tryToParseDateTime(text, zone);

	test.each<Row>([
		['is taken as written', '1980-05-01', '1980-05-01'],
		['loses the spaces around it', ' 1980-05-01 ', '1980-05-01'],
		['may be a leap day', '2024-02-29', '2024-02-29'],
		['may be a leap day of a century', '2000-02-29', '2000-02-29'],
		['of a date-time is its date part', '1980-05-01T00:00:00Z', '1980-05-01'],
		['of a date-time with a space is its date part', '1980-05-01 08:30', '1980-05-01'],
		['is not moved to UTC by a western offset', '1980-05-01T23:30:00-05:00', '1980-05-01'],
		['is not moved to UTC by an eastern offset', '1980-05-01T00:30:00+14:00', '1980-05-01'],
		['of milliseconds is its date part', '1980-05-01T00:00:00.000-07:00', '1980-05-01'],
		['of a Date is that of the text n8n shows', new Date('1980-05-01T00:00:00Z'), '1980-05-01'],
		['of a late Date too', new Date('1980-05-01T23:59:59Z'), '1980-05-01'],
		[
			'of a luxon DateTime is that of its own zone, east',
			luxon('1980-05-01T00:30:00+09:00', 'Asia/Tokyo'),
			'1980-05-01',
		],
		[
			'of a luxon DateTime is that of its own zone, west',
			luxon('1980-05-01', 'America/Los_Angeles'),
			'1980-05-01',
		],
		['is nothing when empty', '', NOTHING],
		['is nothing when null', null, NOTHING],
		['is refused in American writing', '05/01/1980', REFUSED],
		['is refused in European writing', '01.05.1980', REFUSED],
		['is refused with slashes', '1980/05/01', REFUSED],
		['is refused without hyphens', '19800501', REFUSED],
		['is refused as digits', 19800501, REFUSED],
		['is refused as a day number of a spreadsheet', 29342, REFUSED],
		['is refused as milliseconds', 326073600000, REFUSED],
		['is refused without zeros', '1980-5-1', REFUSED],
		['is refused with a year of two digits', '80-05-01', REFUSED],
		['is refused without a day', '1980-05', REFUSED],
		['is refused where February has no 30th', '1980-02-30', REFUSED],
		['is refused where the year is no leap year', '2023-02-29', REFUSED],
		['is refused where the century is no leap year', '1900-02-29', REFUSED],
		['is refused in month 13', '1980-13-01', REFUSED],
		['is refused in month 0', '1980-00-01', REFUSED],
		['is refused on day 0', '1980-05-00', REFUSED],
		['is refused in the year 0', '0000-05-01', REFUSED],
		['is refused in the year 80', '0080-05-01', REFUSED],
		['is refused with words behind it', '1980-05-01 or so', REFUSED],
		['is refused with letters behind it', '1980-05-01abc', REFUSED],
		['is refused as a date-time without a time', '1980-05-01T', REFUSED],
		['is refused with a time that is none', '1980-05-01T99:99', REFUSED],
		['is refused as an invalid Date', new Date('never'), REFUSED],
		['is refused as a list', ['1980-05-01'], REFUSED],
		['is refused as an object', { date: '1980-05-01' }, REFUSED],
	])('%s', (_, value, expected) => {
		expect(readDate(value)).toEqual(expected);
	});

	it('shows the form wanted', () => {
		expect(readDate('05/01/1980')).toMatchObject({
			wanted: expect.stringContaining('YYYY-MM-DD') as string,
		});
	});
});

describe('today', () => {
	test.each([
		['UTC', '2026-01-01T00:00:00Z', '2026-01-01'],
		['UTC', '2025-12-31T23:59:59.999Z', '2025-12-31'],
		['America/New_York', '2026-01-01T04:59:59Z', '2025-12-31'],
		['America/New_York', '2026-01-01T05:00:00Z', '2026-01-01'],
		['America/New_York', '2026-07-01T03:59:59Z', '2026-06-30'],
		['America/New_York', '2026-07-01T04:00:00Z', '2026-07-01'],
		['Asia/Tokyo', '2026-02-28T15:00:00Z', '2026-03-01'],
		['Asia/Kolkata', '2026-02-28T18:29:59Z', '2026-02-28'],
		['Pacific/Kiritimati', '2026-01-01T10:00:00Z', '2026-01-02'],
		['Pacific/Pago_Pago', '2026-01-01T10:59:59Z', '2025-12-31'],
	])('in %s at %s is %s', (zone, now, expected) => {
		expect(todayIn(zone, new Date(now))).toBe(expected);
	});
});

test.each<[value: unknown, first: string | undefined, last: string | undefined]>([
	['2025', '2025-01-01', '2025-12-31'],
	['2025-06', '2025-06-01', '2025-06-30'],
	['2024-02', '2024-02-01', '2024-02-29'],
	['2025-02', '2025-02-01', '2025-02-28'],
	['2025-12', '2025-12-01', '2025-12-31'],
	['2025-06-15', '2025-06-15', '2025-06-15'],
	['2025-06-15T23:59:59-05:00', '2025-06-15', '2025-06-15'],
	['2025-13', undefined, undefined],
	['2025-00', undefined, undefined],
	['25', undefined, undefined],
	['2025-02-30', undefined, undefined],
	['soon', undefined, undefined],
	[2025, undefined, undefined],
	[['2025'], undefined, undefined],
	[undefined, undefined, undefined],
])('A1 a period of %p begins on %p and ends on %p', (value, first, last) => {
	expect([firstDayOf(value), lastDayOf(value)]).toEqual([first, last]);
});
