import { isObject } from '../fhir/json';
import { Misread } from '../fhir/values';
import type { DateColumn } from './dateColumns';
import { dayOfMoment, dayOfWallTime, type DateUse } from './moments';
import { calendarDay, parseDateText, plainDateText, type WrittenDate } from './writtenDates';

/** The values of the parameter Date Format. */
export const DATE_FORMATS = ['automatic', 'us', 'dayFirst', 'iso', 'excel', 'excel1904'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

/** How the dates of a column are read. */
export interface DateReading {
	format: DateFormat;
	/** What the whole column shows; it counts under `automatic` only. */
	column?: DateColumn;
	/** `YYYY-MM-DD` in the workflow's time zone. */
	today: string;
	/** Of the workflow, as IANA name. */
	timeZone: string;
}

export const DATE_WANTED = 'a date of the calendar written as YYYY-MM-DD, e.g. 1980-05-01';
const CHOOSE = `Choose in Options > Date Format how the dates of this roster are written.`;
const NO_SUCH_DAY = new Misread(
	'a date of the calendar, and there is no such day, whichever of its numbers is the month',
	'Correct the cell: a Date Format does not help.',
);
const NOT_YEAR_FIRST = new Misread(
	'a date of the calendar; eight digits arrived that are none as YYYYMMDD',
	'Have the column written as YYYY-MM-DD. Digits in another order, such as 03121984, are not read.',
);
const EPOCH_DAYS = ['1970-01-01', '1969-12-31'];
/** Nobody is older, and no year that was taken for a day number is younger. */
const MAX_AGE_OF_DAY_NUMBER = 115;
/** Of two birth years, one that makes the member as old as this does not count. */
const MAX_AGE_OF_SHORT_YEAR = 110;
/** How far ahead a coverage with a two-digit year may reach. */
const COVERAGE_YEARS_AHEAD = 20;
/** A longer text is no date. */
const MAX_TEXT = 500;
const DAYS_FROM_1900_TO_1904 = 1462;
/** Excel's number for the last day it knows, 9999-12-31: open-ended. */
const LAST_DAY_NUMBER = 2_958_465;

/**
 * Reads a date of a roster, in any of the shapes in which tables and n8n's nodes have them, as `YYYY-MM-DD`. What can be read in two ways
 * is a `Misread`, never a guess.
 */
export function readRosterDate(
	value: unknown,
	use: DateUse,
	reading: DateReading,
): string | undefined | Misread {
	if (value === undefined || value === null) return undefined;
	if (value instanceof Date) {
		return Number.isNaN(value.getTime())
			? misread()
			: checkedDay(dayOfMoment(value, use, reading.timeZone), use, reading);
	}
	if (isObject(value) && typeof value.toISO === 'function') {
		const text: unknown = (value.toISO as () => unknown).call(value);
		return typeof text === 'string' ? readText(text, use, reading) : misread();
	}
	if (typeof value === 'number') return readNumber(value, use, reading);
	if (typeof value !== 'string' || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value.trim())) return misread();
	const text = plainDateText(value.slice(0, MAX_TEXT));
	return text === '' ? undefined : readText(text, use, reading);
}

function misread(whatToDo?: string): Misread {
	return new Misread(DATE_WANTED, whatToDo);
}

function readText(text: string, use: DateUse, reading: DateReading): string | Misread {
	const { format, column } = reading;
	if (/^\d+(?:\.\d+)?$/.test(text) && !/^\d{8}$/.test(text)) {
		const isNumber =
			format.startsWith('excel') || column?.onlyDayNumbers === true || /^\d{8}\.0+$/.test(text);
		if (isNumber && format !== 'iso') return readNumber(Number(text), use, reading);
		return new Misread(
			'a date of the calendar; digits arrived, which are taken for Excel day numbers only if the whole column holds such',
			`Choose Excel in Options > Date Format if they are day numbers; else have the column written as YYYY-MM-DD.`,
		);
	}
	const written = parseDateText(text);
	return written
		? readWritten(written, use, reading)
		: misread(format === 'iso' || !/\d/.test(text) ? undefined : CHOOSE);
}

function readWritten(written: WrittenDate, use: DateUse, reading: DateReading): string | Misread {
	const { format, timeZone } = reading;
	const isIso = written.form === 'yearFirst' || written.form === 'compact';
	const isOther = format === 'iso' ? !isIso : format.startsWith('excel') && written.form === 'numeric';
	if (isOther) return misread(`It is not written as Options > Date Format says. ${CHOOSE}`);
	const order = orderOf(written, reading);
	if (order instanceof Misread) return order;
	const [month, dayOfMonth] = order === 'dayFirst' ? [...written.numbers].reverse() : written.numbers;
	const year = written.isShortYear
		? fullYear(written.year, month, dayOfMonth, use, reading.today)
		: written.year;
	if (year instanceof Misread) return year;
	const day = calendarDay(year, month, dayOfMonth);
	const isOddYear = written.form === 'compact' && (year < 1800 || year > 2200) && year !== 9999;
	if (day === undefined) {
		const isExchanged = written.form === 'numeric' && calendarDay(year, dayOfMonth, month) !== undefined;
		if (isExchanged) return misread(CHOOSE);
		return written.form === 'compact' ? NOT_YEAR_FIRST : NO_SUCH_DAY;
	}
	if (isOddYear) return NOT_YEAR_FIRST;
	return checkedDay(dayOfWallTime(day, written.time, use, timeZone), use, reading);
}

/** Which of two numbers is the day. A number above 12 shows it; otherwise the setting or the column says it. */
function orderOf(
	{ form, numbers, isShortYear }: WrittenDate,
	{ format, column }: DateReading,
): 'monthFirst' | 'dayFirst' | Misread {
	// 1/0/1900 is what Excel makes of nothing.
	if (form === 'numeric' && numbers.includes(0)) return NO_SUCH_DAY;
	if (form !== 'numeric' || format === 'us') return 'monthFirst';
	if (format === 'dayFirst') return 'dayFirst';
	if (isShortYear && column?.hasShortYearFirst) {
		return new Misread(
			'a date of the calendar with all four digits of the year; in some of this column the year stands first, as in 84-03-12',
			'Have the column written as YYYY-MM-DD.',
		);
	}
	const [first, second] = numbers;
	if (column?.order) return column.order;
	if (first > 12) return 'dayFirst';
	if (second > 12 || first === second) return 'monthFirst';
	return new Misread(
		'a date of the calendar written as YYYY-MM-DD, or with a day and a month that cannot be exchanged; nothing in this column shows which of the two comes first',
		`Choose US (Month First) or Day First in Options > Date Format, or have the column written as YYYY-MM-DD.`,
	);
}

/** The year that two digits stand for. */
function fullYear(
	short: number,
	month: number,
	dayOfMonth: number,
	use: DateUse,
	today: string,
): number | Misread {
	const thisYear = Number(today.slice(0, 4));
	if (use.startsWith('consent')) return 2000 + short;
	if (use !== 'birth') {
		return 2000 + short <= thisYear + COVERAGE_YEARS_AHEAD
			? 2000 + short
			: new Misread('a date of the calendar with all four digits of the year');
	}
	const years = [1800, 1900, 2000, 2100].map((century) => century + short);
	// February 29th exists in one of two such years only.
	const possible = years.filter((year) => {
		const day = calendarDay(year, month, dayOfMonth);
		return day !== undefined && day <= today && !isAged(day, MAX_AGE_OF_SHORT_YEAR, today);
	});
	if (possible.length === 1) return possible[0];
	return new Misread(
		'a date of the calendar with all four digits of the year; its two digits fit ' +
			(possible.length === 0 ? 'no year' : 'two years'),
	);
}

/** Whether somebody born on a day has reached an age. @param born `YYYY-MM-DD`, as `today` */
export function isAged(born: string, age: number, today: string): boolean {
	return `${String(Number(born.slice(0, 4)) + age).padStart(4, '0')}${born.slice(4)}` <= today;
}

/** Excel's number of a day. In its calendar from 1900, 1900 is a leap year, so that number 60 is a day that never was. */
function readNumber(value: number, use: DateUse, reading: DateReading): string | Misread {
	const { format, column, today, timeZone } = reading;
	if (Number.isInteger(value) && /^\d{8}$/.test(String(value)) && !format.startsWith('excel')) {
		return readText(String(value), use, reading);
	}
	if (format === 'iso') return misread();
	if (format === 'automatic' && column?.hasOtherNumbers) {
		return new Misread(
			'a date of the calendar; numbers arrived, and some of this column are no Excel day numbers',
			`If the others are, choose Excel in Options > Date Format and correct those rows; else have the column written as YYYY-MM-DD.`,
		);
	}
	if (format === 'automatic' && column?.hasNumericTexts) {
		return new Misread(
			'a date of the calendar; a day number arrived in a column that holds dates as text too, as a spreadsheet leaves it when it has exchanged day and month of some',
			`Compare such rows with the source. If the numbers are right, choose US (Month First) or Day First in Options > Date Format, as the texts are written.`,
		);
	}
	const number = format === 'excel1904' ? value + DAYS_FROM_1900_TO_1904 : value;
	const whole = Math.floor(number);
	const day =
		whole >= 1 && whole !== 60 && whole <= LAST_DAY_NUMBER
			? new Date(Date.UTC(1899, 11, (whole < 60 ? 31 : 30) + whole)).toISOString().slice(0, 10)
			: undefined;
	if (day === undefined || !isLikely(day, use, today)) {
		return new Misread(
			'a date of the calendar; a number arrived that is not the Excel day number of such a day',
			`${CHOOSE} A year alone, or a time in seconds, is no date.`,
		);
	}
	const ms = Math.round((number - whole) * 86_400) * 1000;
	return dayOfWallTime(day, ms === 0 ? undefined : { ms }, use, timeZone);
}

/** Whether a number may mean that day: 1984 would be a day of 1905. */
function isLikely(day: string, use: DateUse, today: string): boolean {
	if (use === 'birth') return day <= today && !isAged(day, MAX_AGE_OF_DAY_NUMBER, today);
	return (day >= earliestDayFor(use) && day < '2173-10-15') || day === '9999-12-31';
}

/** No consent to this exchange, and no coverage that a plan still knows, is older: tables write 1900-01-01 and the like where none is known. */
function earliestDayFor(use: DateUse): string {
	if (use === 'birth') return '';
	return use.startsWith('consent') ? '2000-01-01' : '1960-01-01';
}

/** The day, unless it is what becomes of a number that was taken for milliseconds since 1970. */
function checkedDay(day: string | Misread, use: DateUse, { format, column }: DateReading): string | Misread {
	// A date object reaches years of five digits, and a conversion into another zone the end of the calendar.
	if (typeof day === 'string' && !/^[1-9]\d{3}-\d\d-\d\d$/.test(day)) return misread();
	if (day instanceof Misread) return day;
	if (day < earliestDayFor(use) && !EPOCH_DAYS.includes(day)) {
		return new Misread(
			'a date of the calendar that can be; the year that arrived is one that tables write where no date is known, such as 1900',
			'Correct the cell, or leave it empty where the field may be empty.',
		);
	}
	if (!EPOCH_DAYS.includes(day)) return day;
	const isInSilence = use.startsWith('consent') || (format === 'automatic' && column?.onlyEpoch === true);
	if (!isInSilence) return day;
	return new Misread(
		'a date of the calendar other than the first day of 1970, which is what an Excel day number becomes when a node before takes it for a time',
		`Give this node the number itself: it reads Excel day numbers. If a birth date of that day is right, choose in Options > Date Format how it is written.`,
	);
}
