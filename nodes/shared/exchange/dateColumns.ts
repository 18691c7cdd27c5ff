import { parseDateText, type WrittenDate } from './writtenDates';

/** What all dates of one column show together. */
export interface DateColumn {
	/** Which number comes first, where at least {@link ROWS_THAT_PROVE} dates show it and none shows the other. */
	order?: 'monthFirst' | 'dayFirst';
	/** A text is in it that is a date of two numbers and a year. */
	hasNumericTexts: boolean;
	/** A date of three numbers of two digits is in it whose first can only be the year: 84-03-12. */
	hasShortYearFirst: boolean;
	/** Each value is a number that can be an Excel day number, as number or as text. */
	onlyDayNumbers: boolean;
	/** A number is in it that is no Excel day number, so the others need not be any. */
	hasOtherNumbers: boolean;
	/** Each date is the first day of 1970, or the evening before: what a number becomes that was taken for milliseconds. */
	onlyEpoch: boolean;
}

/** How many dates have to show the order of day and month. */
export const ROWS_THAT_PROVE = 3;
/** A number for a day: Excel's of 1902 to 2173, or of the year 9999. */
const DAY_NUMBER = /^(?:\d{4,5}|2958465)(?:\.\d+)?$/;
const ANY_NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
const EIGHT_DIGITS = /^\d{8}(?:\.0+)?$/;

/** Looks at all values of a column; empty ones do not count. */
export function readDateColumn(values: Iterable<unknown>): DateColumn {
	let [monthFirst, dayFirst, count, dayNumbers, otherNumbers, epochs, numericTexts] = [0, 0, 0, 0, 0, 0, 0];
	let hasShortYearFirst = false;
	for (const value of values) {
		const text = textIn(value);
		if (text === '') continue;
		count += 1;
		if (DAY_NUMBER.test(text)) dayNumbers += 1;
		else if (ANY_NUMBER.test(text) && !EIGHT_DIGITS.test(text)) otherNumbers += 1;
		const written = parseDateText(text);
		if (written && isEpoch(written)) epochs += 1;
		if (written?.form !== 'numeric') continue;
		numericTexts += 1;
		const [first, second] = written.numbers;
		hasShortYearFirst ||= written.isShortYear && first > 31 && isMonth(second);
		// A number that is no day proves nothing: it is a typing error.
		if (isDayOnly(first) && isMonth(second)) dayFirst += 1;
		if (isDayOnly(second) && isMonth(first)) monthFirst += 1;
	}
	const order =
		monthFirst >= ROWS_THAT_PROVE && dayFirst === 0
			? 'monthFirst'
			: dayFirst >= ROWS_THAT_PROVE && monthFirst === 0
				? 'dayFirst'
				: undefined;
	return {
		...(order && { order }),
		hasNumericTexts: numericTexts > 0,
		hasShortYearFirst,
		onlyDayNumbers: count > 0 && dayNumbers === count,
		hasOtherNumbers: otherNumbers > 0,
		onlyEpoch: count > 0 && epochs === count,
	};
}

function isMonth(number: number): boolean {
	return number >= 1 && number <= 12;
}

/** A day that cannot be a month. */
function isDayOnly(number: number): boolean {
	return number > 12 && number <= 31;
}

/** However it is written: 1970-01-01, 01/01/1970, December 31 1969. */
function isEpoch({ year, isShortYear, numbers }: WrittenDate): boolean {
	const [low, high] = [...numbers].sort((one, other) => one - other);
	const isYear = (full: number) => year === (isShortYear ? full % 100 : full);
	return (isYear(1970) && high === 1) || (isYear(1969) && low === 12 && high === 31);
}

function textIn(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
