/** A date as written in a text, before it is decided which number is the day. */
export interface WrittenDate {
	/**
	 * - `yearFirst`: 1984-03-12, also with `/` or `.`
	 * - `compact`: 19840312
	 * - `named`: with the English name of the month
	 * - `numeric`: two numbers and a year, of which either number may be the day
	 */
	form: 'yearFirst' | 'compact' | 'named' | 'numeric';
	year: number;
	/** The year is written with two digits. */
	isShortYear: boolean;
	/** `numeric`: the numbers as written. Else month and day. */
	numbers: [number, number];
	time?: WrittenTime;
}

/** A time of day. */
export interface WrittenTime {
	/** Since midnight, in milliseconds; 24:00 is a whole day. */
	ms: number;
	/** Minutes east of UTC; undefined if the text names no zone. */
	offset?: number;
}

/** What any way of writing a date and time fits into. */
const MAX_CHARS = 80;
const MINUTE_MS = 60_000;

const TIME =
	/^(.+?)(?:T|,? )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)? ?(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?)?(?: \([\w .]+\))?$/;
const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const NUMERIC = /^(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})$/;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? (?=.)/i;
const DAY_MONTH = /^(\d{1,2})(?:st|nd|rd|th)?[-/. ]{0,2}([A-Za-z]{3,9})\.?(?:[-/ ]|, )?(\d{4}|\d{2})$/;
const MONTH_DAY = /^([A-Za-z]{3,9})\.?[- ](\d{1,2})(?:st|nd|rd|th)?(?:, ?|[- ])(\d{4}|\d{2})$/;
const YEAR_MONTH = /^(\d{4})[- ]([A-Za-z]{3,9})[- ](\d{1,2})$/;

const MONTHS = `january february march april may june july august september october november december`.split(
	' ',
);

/** The text in plain digits and hyphens: word processors make dashes of hyphens, and East Asian keyboards wide digits. */
export function plainDateText(text: string): string {
	return text
		.normalize('NFKC')
		.replace(/[\p{Pd}\u2212]/gu, '-')
		.replace(/\p{Cf}/gu, '')
		.trim();
}

/** Reads a text as a date, with or without a time; undefined if it is neither. Whether such a day exists is not checked. */
export function parseDateText(text: string): WrittenDate | undefined {
	if (text.length > 2 * MAX_CHARS) return undefined;
	const plain = plainDateText(text).replace(/\s+/g, ' ');
	if (plain.length > MAX_CHARS) return undefined;
	if (!plain.includes(':')) return parseDay(plain);
	const match = TIME.exec(plain);
	const time = match && timeOf(match);
	const day = match && parseDay(match[1].trim());
	return day && time ? { ...day, time } : undefined;
}

function parseDay(written: string): WrittenDate | undefined {
	const text = written.replace(WEEKDAY, '');
	const yearFirst = YEAR_FIRST.exec(text);
	if (yearFirst) return day('yearFirst', yearFirst[1], Number(yearFirst[3]), Number(yearFirst[4]));
	const compact = COMPACT.exec(text);
	if (compact) return day('compact', compact[1], Number(compact[2]), Number(compact[3]));
	const numeric = NUMERIC.exec(text);
	if (numeric) return day('numeric', numeric[4], Number(numeric[1]), Number(numeric[3]));
	const dayMonth = DAY_MONTH.exec(text);
	if (dayMonth) return named(dayMonth[3], dayMonth[2], dayMonth[1]);
	const monthDay = MONTH_DAY.exec(text);
	if (monthDay) return named(monthDay[3], monthDay[1], monthDay[2]);
	const yearMonth = YEAR_MONTH.exec(text);
	return yearMonth ? named(yearMonth[1], yearMonth[2], yearMonth[3]) : undefined;
}

function day(form: WrittenDate['form'], year: string, first: number, second: number): WrittenDate {
	return { form, year: Number(year), isShortYear: year.length === 2, numbers: [first, second] };
}

function named(year: string, name: string, dayOfMonth: string): WrittenDate | undefined {
	const word = name.toLowerCase();
	const month = MONTHS.findIndex((each) => word === each || word === each.slice(0, 3)) + 1;
	const found = month > 0 ? month : word === 'sept' ? 9 : 0;
	return found === 0 ? undefined : day('named', year, found, Number(dayOfMonth));
}

function timeOf([, , hours, minutes, seconds, fraction, half, zone]: RegExpExecArray):
	| WrittenTime
	| undefined {
	const [written, minute, second] = [Number(hours), Number(minutes), Number(seconds ?? 0)];
	if (half !== undefined && (written < 1 || written > 12)) return undefined;
	const hour = half === undefined ? written : (written % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
	const ms = ((hour * 60 + minute) * 60 + second + Number(`0.${fraction ?? 0}`)) * 1000;
	if (minute > 59 || second > 60 || ms > 24 * 60 * MINUTE_MS) return undefined;
	return { ms, ...(zone !== undefined && { offset: offsetOf(zone) }) };
}

function offsetOf(zone: string): number {
	const [, sign, hours, minutes] = /([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
	return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0));
}

/** The day as `YYYY-MM-DD`; undefined if the calendar has no such day. */
export function calendarDay(year: number, month: number, dayOfMonth: number): string | undefined {
	const date = new Date(Date.UTC(year, month - 1, dayOfMonth));
	const exists = year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth;
	return exists ? date.toISOString().slice(0, 10) : undefined;
}
