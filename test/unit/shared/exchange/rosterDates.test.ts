import { DateTime } from 'luxon';
import { readDateColumn } from '../../../../nodes/shared/exchange/dateColumns';
import type { DateUse } from '../../../../nodes/shared/exchange/moments';
import { readRosterDate, type DateFormat } from '../../../../nodes/shared/exchange/rosterDates';
import { Misread } from '../../../../nodes/shared/fhir/values';

const REFUSED = 'refused';
const TODAY = '2026-11-29';

interface Case {
	use?: DateUse;
	format?: DateFormat;
	/** The whole column; the value alone by default. */
	column?: unknown[];
	timeZone?: string;
}

function read(value: unknown, { use = 'birth', format = 'automatic', column, timeZone = 'UTC' }: Case = {}) {
	const day = readRosterDate(value, use, {
		format,
		today: TODAY,
		timeZone,
		column: readDateColumn(column ?? [value]),
	});
	return day instanceof Misread ? REFUSED : day;
}

const ISO = '1984-03-12';

test.each<[value: unknown, day: string | undefined]>([
	...[
		'1984-03-12',
		' 1984-03-12 ',
		'1984/03/12',
		'1984.3.12',
		'1984-3-12',
		'19840312',
		19840312,
		'12-Mar-1984',
		'12 March 1984',
		'12MAR1984',
		'12-mar-84',
		'Mar 12, 1984',
		'March 12 1984',
		'Monday, March 12th, 1984',
		'1984-Mar-12',
		'1984-03-12T00:00:00',
		'1984-03-12 00:00:00.000',
		'1984-03-12T00:00:00Z',
		'1984-03-12 00:00:00+00',
		'1984-03-12T00:00:00+05:30',
		'Mon Mar 12 1984 00:00:00 GMT-0500 (Eastern Standard Time)',
		'Mon, 12 Mar 1984 00:00:00 GMT',
		'1984‑03‑12',
		'1984–03–12',
		'1984−03−12',
		'１９８４-０３-１２',
		'\u200E1984-03-12',
		30753,
		'30753',
		'30753.0',
		new Date('1984-03-12T00:00:00Z'),
		DateTime.fromISO('1984-03-12', { zone: 'America/New_York' }),
	].map((value): [unknown, string] => [value, ISO]),
	[undefined, undefined],
	[null, undefined],
	['  ', undefined],
	['12/31/1984', '1984-12-31'],
	['31/12/1984', '1984-12-31'],
	['31.12.1984', '1984-12-31'],
	['12-31-1984 12:00:00 AM', '1984-12-31'],
	['05/05/1984', '1984-05-05'],
	['2/29/84', '1984-02-29'],
	[44197, '2021-01-01'],
	...[
		'03/12/1984',
		'3/12/84',
		'03.12.1984',
		'03-12-1984',
		'1984-02-30',
		'1984-13-12',
		'13/13/1984',
		'2/29/1985',
		'1984',
		1984,
		'84',
		'1984-03',
		'March 1984',
		'12 Mär 1984',
		'19841312',
		'12311984',
		'3121984',
		0,
		'0',
		1,
		60,
		-1,
		30753.5,
		'30753.25',
		99999,
		1e12,
		447897600,
		NaN,
		true,
		[ISO],
		{ date: ISO },
		'soon',
		'0000-00-00',
		'1984-03-12T08:30:00',
		'1984-03-12T08:30:00Z',
		'1984-03-12T24:00:00',
		'1984-03-12 25:00',
		'1984-03-12T00:00:00 EST',
		'1984-03-12\n1985-03-12',
		new Date(NaN),
		new Date('1984-03-12T08:30:00Z'),
		DateTime.invalid('x'),
		'1970-01-01',
		'1970-01-01T00:00:30.753Z',
		'1969-12-31',
		'1'.repeat(5000),
	].map((value): [unknown, string] => [value, REFUSED]),
])('F3 a birth date %p alone in its column is %s', (value, day) => {
	expect(read(value)).toBe(day);
});

test.each<[value: unknown, format: DateFormat, day: string]>([
	['03/12/1984', 'us', ISO],
	['3/12/84', 'us', ISO],
	['03.12.1984', 'us', ISO],
	['31/12/1984', 'us', REFUSED],
	['12/03/1984', 'dayFirst', ISO],
	['12.03.1984', 'dayFirst', ISO],
	['12.3.84', 'dayFirst', ISO],
	['12/31/1984', 'dayFirst', REFUSED],
	['1984-03-12', 'us', ISO],
	[30753, 'us', ISO],
	['1984-03-12', 'iso', ISO],
	['19840312', 'iso', ISO],
	['31/12/1984', 'iso', REFUSED],
	['12-Mar-1984', 'iso', REFUSED],
	[30753, 'iso', REFUSED],
	['1970-01-01', 'iso', '1970-01-01'],
	[30753, 'excel', ISO],
	['30753', 'excel', ISO],
	['1984-03-12', 'excel', ISO],
	['12/31/1984', 'excel', REFUSED],
	[19840312, 'excel', REFUSED],
	[29291, 'excel1904', ISO],
	['29291', 'excel1904', ISO],
	[1984, 'excel1904', REFUSED],
])('F3 a birth date %p read as %s is %s', (value, format, day) => {
	expect(read(value, { format })).toBe(day);
});

const US = ['12/31/1984', '1/13/1950', '7/30/2001'];
const DAY_FIRST = ['31/12/1984', '13.1.1950', '30-7-2001'];

test.each<[value: unknown, column: unknown[], day: string]>([
	['03/12/1984', US, ISO],
	['12/03/1984', DAY_FIRST, ISO],
	['03/12/1984', US.slice(1), REFUSED],
	['03/12/1984', [...US, '31/12/1984'], REFUSED],
	['03/12/1984', [...US, '', null, 'NULL', '1984-01-31', 30753], ISO],
	['12/31/1984', [...DAY_FIRST, '12/31/1984'], '1984-12-31'],
	['30753', ['30754', 30755, ''], ISO],
	['30753', ['30754', '1984-03-12'], REFUSED],
	['30753', ['120184'], REFUSED],
	[31284, [120184], REFUSED],
	[30753, ['1984-03-12'], ISO],
	...[DAY_FIRST, US, ['3/12/84']].map((texts): [number, string[], string] => [30753, texts, REFUSED]),
	['19840312', DAY_FIRST, ISO],
	[19840312, US, ISO],
	['1970-01-01', ['1970-01-01', '1970-01-01'], REFUSED],
	['1970-01-01', ['1984-03-12'], '1970-01-01'],
	['01/01/1970', ['01/01/1970'], REFUSED],
	['01/01/70', ['01/01/70'], REFUSED],
	['12/31/1969', ['01/01/1970', '12/31/1969'], REFUSED],
	['January 01 1970', ['December 31 1969'], REFUSED],
	['01/01/1970', ['12/31/1984'], '1970-01-01'],
	['25-03-12', [], '2012-03-25'],
	['25-03-12', ['84-03-12'], REFUSED],
	['05-30-12', ['99-12-31', '12-30-84'], REFUSED],
	['25-03-2012', ['84-03-12'], '2012-03-25'],
])('F3 a birth date %p in a column with %p is %s', (value, others, day) => {
	expect(read(value, { column: [value, ...others] })).toBe(day);
});

test.each<[value: string, day: string]>([
	['1/2/27', '1927-01-02'],
	['1/2/99', '1999-01-02'],
	['1/2/16', '2016-01-02'],
	['12/2/16', REFUSED],
	['1/2/17', REFUSED],
	['1/2/26', REFUSED],
	['12/2/26', '1926-12-02'],
	['1/2/15', '2015-01-02'],
	['1/2/00', '2000-01-02'],
])('F3 a birth date with the year in two digits, %s, is %s at the end of November 2026', (value, day) => {
	expect(read(value, { format: 'us' })).toBe(day);
});

const NEW_YORK = 'America/New_York';
const KOLKATA = 'Asia/Kolkata';

test.each<[value: unknown, timeZone: string, start: string, end: string]>([
	['12/31/99', 'UTC', '2099-12-31', '2099-12-31'],
	[46387, 'UTC', '2026-12-31', '2026-12-31'],
	[46387.75, KOLKATA, '2026-12-31', '2026-12-31'],
	[2958465, 'UTC', '9999-12-31', '9999-12-31'],
	['2026-12-31T23:59:59', KOLKATA, '2026-12-31', '2026-12-31'],
	['2026-12-31T24:00:00', KOLKATA, '2027-01-01', '2026-12-31'],
	['2027-01-01T04:59:59.000Z', NEW_YORK, '2027-01-01', '2026-12-31'],
	['2026-12-31T23:59:59-05:00', NEW_YORK, '2026-12-31', '2026-12-31'],
	['2026-12-31T23:59:59-05:00', KOLKATA, '2027-01-01', '2026-12-31'],
	['2026-12-31T23:59:59Z', KOLKATA, '2027-01-01', '2026-12-31'],
	['2026-12-31T05:00:00Z', NEW_YORK, '2026-12-31', '2026-12-31'],
	['2026-12-30T18:30:00Z', KOLKATA, '2026-12-31', '2026-12-31'],
	['2026-12-31T00:00:00+05:45', NEW_YORK, '2026-12-31', '2026-12-30'],
	[new Date('2027-01-01T04:59:59Z'), NEW_YORK, '2027-01-01', '2026-12-31'],
	[new Date('2026-12-30T18:30:00Z'), KOLKATA, '2026-12-31', '2026-12-31'],
	[new Date('2026-12-31T00:00:00Z'), NEW_YORK, '2026-12-31', '2026-12-31'],
	[0, 'UTC', REFUSED, REFUSED],
	[2026, 'UTC', REFUSED, REFUSED],
	['1970-01-01T00:00:46.387Z', NEW_YORK, REFUSED, REFUSED],
	['1970-01-01', 'UTC', REFUSED, REFUSED],
	...['1900-01-01', '01/01/1900', '1899-12-30', '1753-01-01', '1/0/1900', new Date('1900-01-01')].map(
		(value): [unknown, string, string, string] => [value, 'UTC', REFUSED, REFUSED],
	),
	['2000-01-01', 'UTC', '2000-01-01', '2000-01-01'],
])('A8 as a consent date in %2$s, %1$p starts %3$s and ends %4$s', (value, timeZone, start, end) => {
	expect([
		read(value, { use: 'consentStart', timeZone }),
		read(value, { use: 'consentEnd', timeZone }),
	]).toEqual([start, end]);
});

test.each<[value: string, day: string]>([
	['1/31/98', REFUSED],
	['1/31/26', '2026-01-31'],
	['1/31/46', '2046-01-31'],
	['1/31/47', REFUSED],
	['01/01/1900', REFUSED],
	['1/31/1965', '1965-01-31'],
])('F3 a coverage date %s is %s', (value, day) => {
	expect(read(value, { use: 'coverageStart' })).toBe(day);
});

test.each(['UTC', NEW_YORK, KOLKATA, 'Pacific/Guam'])(
	'A8 midnight where n8n itself runs is that day, for a workflow in %s too',
	(timeZone) => {
		const local = new Date(1984, 2, 12);
		expect([read(local, { timeZone }), read(local.toISOString(), { timeZone })]).toEqual([ISO, ISO]);
		const end = new Date(2026, 11, 31);
		expect(read(end, { use: 'consentEnd', timeZone })).toBe('2026-12-31');
	},
);

test('A8 midnight in a zone where clocks go forward then is the beginning of that day', () => {
	expect(read('1990-10-21T03:00:00Z', { timeZone: 'America/Sao_Paulo' })).toBe('1990-10-21');
});

test.each(['12/52/1958', '02/30/1980', '31.11.1980', '1/0/1900', '01/00/1900'])(
	'F3 %s is no day in any order: the cell is to be corrected, and no format',
	(text) => {
		for (const format of ['automatic', 'us', 'dayFirst'] as const) {
			const read = readRosterDate(text, 'birth', { format, today: TODAY, timeZone: 'UTC' });
			expect(read).toMatchObject({ whatToDo: 'Correct the cell: a Date Format does not help.' });
		}
	},
);

test.each(['12311984', '03121984', '00000000', '99999999'])(
	'F3 eight digits that are no YYYYMMDD, %s, are told as that',
	(text) => {
		const read = readRosterDate(text, 'birth', { format: 'automatic', today: TODAY, timeZone: 'UTC' });
		expect(read).toMatchObject({ whatToDo: expect.stringContaining('written as YYYY-MM-DD') as string });
	},
);

test('F3 what is no day proves no order', () => {
	expect(readDateColumn(['11/30/1980', '2/17/1980', '12/52/1958', '1/99/1970'])).not.toHaveProperty('order');
});

test('F3 what cannot be read names Date Format', () => {
	const reading = { format: 'automatic', today: TODAY, timeZone: 'UTC' } as const;
	const misread = readRosterDate('03/04/1984', 'birth', reading);
	expect(misread).toMatchObject({
		wanted: expect.stringContaining('a day and a month that cannot be exchanged') as string,
		whatToDo: expect.stringContaining('Date Format') as string,
	});
});
