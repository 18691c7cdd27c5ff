import { FHIR_ID_PATTERN } from './ids';
import { isObject, textOf } from './json';
import { TEXT_LIMITS } from './limits';

/**
 * Roster values arrive as text, numbers, dates or lists, depending on the node that read them. Each reader returns the
 * value, `undefined` if there is none, or a `Misread` that describes the expected value.
 */
export class Misread {
	/**
	 * @param wanted ends the sentence "'Birth Date' must be …"
	 * @param whatToDo advice beyond correcting the value
	 */
	constructor(
		readonly wanted: string,
		readonly whatToDo?: string,
	) {}
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})(?:$|[T ](?:[01]\d|2[0-4]):[0-5]\d)/;

/** A single-line string. Numbers are converted to their digits. */
export function readText(value: unknown): string | undefined | Misread {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'number') {
		return Number.isSafeInteger(value)
			? String(value)
			: new Misread(
					'a text; it arrived as a number too long or too odd to be exact, so keep the column as text',
				);
	}
	if (typeof value !== 'string') return new Misread('a text');
	const text = value.trim();
	if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return new Misread('a text of one line without control characters');
	return text === '' ? undefined : text;
}

export const FHIR_ID_WANTED =
	'written with letters, digits, "-" and "." only, at most 64 of them, e.g. M-1001: no space, "_" or "/"';

/** A FHIR id (R4 datatypes, `id`). */
export function readFhirId(value: unknown): string | undefined | Misread {
	const text = readText(value);
	if (typeof text !== 'string' || FHIR_ID_PATTERN.test(text)) return text;
	return new Misread(FHIR_ID_WANTED);
}

/** One or more strings. A single string is one value, even if it contains spaces. */
export function readTexts(value: unknown): string[] | undefined | Misread {
	const values = Array.isArray(value) ? value.map(readText) : [readText(value)];
	const misread = values.find((text) => text instanceof Misread);
	if (misread instanceof Misread) return misread;
	const texts = values.filter((text) => typeof text === 'string');
	return texts.length === 0 ? undefined : texts;
}

/**
 * A calendar date as `YYYY-MM-DD`. A date-time is cut to its date part as written and never converted to another time zone.
 * A date object is read as the ISO text that n8n displays for it.
 */
export function readDate(value: unknown): string | undefined | Misread {
	const isoText = toIsoText(value);
	const text = readText(isoText);
	if (typeof text !== 'string') return text instanceof Misread ? new Misread(DATE_WANTED) : undefined;
	const match = ISO_DATE.exec(text);
	return match && isCalendarDate(Number(match[1]), Number(match[2]), Number(match[3]))
		? text.slice(0, 10)
		: new Misread(DATE_WANTED);
}

const DATE_WANTED = 'a date of the calendar written as YYYY-MM-DD, e.g. 1980-05-01';

/** Converts Date and luxon DateTime (n8n supplies both) to the ISO text that n8n displays; leaves other values as they are. */
function toIsoText(value: unknown): unknown {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString();
	if (isObject(value) && typeof value.toISO === 'function')
		return (value.toISO as () => unknown).call(value) ?? 'invalid';
	return value;
}

function isCalendarDate(year: number, month: number, day: number): boolean {
	const date = new Date(Date.UTC(year, month - 1, day));
	return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const YEAR_OR_MONTH = /^\d{4}(?:-(?:0[1-9]|1[0-2]))?$/;

/** The first day (`YYYY-MM-DD`) of a FHIR dateTime, which may be a year or a month; undefined if it is not a dateTime. */
export function firstDayOf(value: unknown): string | undefined {
	if (typeof value === 'string' && YEAR_OR_MONTH.test(value)) return `${value}-01-01`.slice(0, 10);
	const day = readDate(value);
	return typeof day === 'string' ? day : undefined;
}

/** The last day (`YYYY-MM-DD`) of a FHIR dateTime, which may be a year or a month; undefined if it is not a dateTime. */
export function lastDayOf(value: unknown): string | undefined {
	if (typeof value !== 'string' || !YEAR_OR_MONTH.test(value)) return firstDayOf(value);
	const [year, month = 12] = value.split('-').map(Number);
	return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

/** The earliest day (`YYYY-MM-DD`); undefined if none is known. */
export function earliestDay(days: ReadonlyArray<string | undefined>): string | undefined {
	return days.filter((day) => day !== undefined).sort()[0];
}

/** Today's date in a time zone (IANA name, e.g. `America/New_York`) as `YYYY-MM-DD`. */
export function todayIn(timeZone: string, now = new Date()): string {
	const parts = calendarOf(timeZone)
		.formatToParts(now)
		.reduce<Record<string, string>>((found, part) => ({ ...found, [part.type]: part.value }), {});
	return `${parts.year}-${parts.month}-${parts.day}`;
}

const CALENDARS = new Map<string, Intl.DateTimeFormat>();

/** Kept, because making one takes thirty times as long as using it. */
function calendarOf(timeZone: string): Intl.DateTimeFormat {
	const known = CALENDARS.get(timeZone);
	if (known) return known;
	const calendar = new Intl.DateTimeFormat('en-US', {
		timeZone,
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
	});
	CALENDARS.set(timeZone, calendar);
	return calendar;
}

/** Parses an ISO date-time to milliseconds since 1970; undefined for anything else. */
export function instantOf(value: unknown): number | undefined {
	const at = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : NaN;
	return Number.isNaN(at) ? undefined : at;
}

/** A FHIR instant, or a date or dateTime in its place: the day, the time to the minute, its seconds, the zone. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,12})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A payer's instant, as written where it has a zone. Without one it is in UTC, as servers mean it that leave it out, and a day is its
 * beginning: as the next Since, an earlier time loses nothing. Undefined for anything else.
 */
export function instantText(value: unknown): string | undefined {
	const text = shortText(value, TEXT_LIMITS.instant);
	const [, day, minute, seconds, zone] = INSTANT.exec(text ?? '') ?? [];
	if (day === undefined) return undefined;
	return zone === undefined ? `${day}T${minute ?? '00:00'}${seconds ?? ':00'}Z` : text;
}

/** A payer's text of one kind, trimmed; undefined if it is empty, longer than that kind can be, or no text. */
export function shortText(value: unknown, maxLength: number): string | undefined {
	if (typeof value !== 'string' || value.length > 2 * maxLength) return undefined;
	const text = textOf(value);
	return text !== undefined && text.length <= maxLength ? text : undefined;
}

/** A payer's free text, trimmed and cut; undefined if it is empty, or no text. */
export function freeText(value: unknown): string | undefined {
	if (typeof value !== 'string') return undefined;
	const text = textOf(value.slice(0, 2 * TEXT_LIMITS.free)) ?? '';
	if (text === '') return undefined;
	return text.length > TEXT_LIMITS.free ? `${text.slice(0, TEXT_LIMITS.free)}…` : text;
}

/** Formats a time (ms since 1970) to the minute, in UTC. */
export function formatMinute(at: number): string {
	return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
