import { DateTime } from 'luxon';
import { Misread, todayIn } from '../fhir/values';
import type { WrittenTime } from './writtenDates';

/** What a date is for: a time of day that is none counts differently. */
export type DateUse = 'birth' | 'consentStart' | 'consentEnd' | 'coverageStart' | 'coverageEnd';

const DAY_MS = 86_400_000;

/**
 * The day that a date object means. Nodes make a day into a midnight: in UTC, in the workflow's zone, or in the zone of the n8n process
 * (n8n's Postgres node). Any other moment is converted.
 * @param timeZone of the workflow
 */
export function dayOfMoment(moment: Date, use: DateUse, timeZone: string): string | Misread {
	const midnights = midnightsAt(moment, timeZone);
	if (midnights.length > 0) return safeDay(midnights, use);
	return safeDay([utcDay(moment), todayIn(timeZone, moment), processDay(moment)], use, true);
}

/**
 * The day that a text with a time means. Midnight is the day as written. Another time is the day in the workflow's zone, or as written if
 * no zone is named.
 * @param day `YYYY-MM-DD` as written
 */
export function dayOfWallTime(
	day: string,
	time: WrittenTime | undefined,
	use: DateUse,
	timeZone: string,
): string | Misread {
	if (!time) return day;
	const isMidnight = time.ms === 0;
	if (time.offset === undefined) {
		const nextDay = time.ms === DAY_MS ? [utcDay(new Date(Date.parse(day) + DAY_MS))] : [];
		return safeDay([day, ...nextDay], use, !isMidnight);
	}
	const moment = new Date(Date.parse(day) + time.ms - time.offset * 60_000);
	const midnights = midnightsAt(moment, timeZone);
	if (midnights.length > 0) return safeDay(isMidnight ? [day, ...midnights] : midnights, use);
	return isMidnight && use === 'birth' ? day : safeDay([day, todayIn(timeZone, moment)], use, !isMidnight);
}

/** One day of those that a value may mean: a period begins on the latest and ends on the earliest, so that it is never lengthened. */
function safeDay(days: readonly string[], use: DateUse, hasTime = false): string | Misread {
	const sorted = [...new Set(days)].sort();
	if (use === 'birth') {
		if (sorted.length === 1 && !hasTime) return sorted[0];
		return new Misread(
			'a date of the calendar without a time of day, which makes it another day in another time zone',
			'Give this node the date as it stands in the source, before a node makes a time of it, or have it written as YYYY-MM-DD.',
		);
	}
	return use.endsWith('Start') ? sorted[sorted.length - 1] : sorted[0];
}

/** The days of which the moment is the beginning, in UTC, in the workflow's zone and in that of the process. */
function midnightsAt(moment: Date, timeZone: string): string[] {
	const ms = moment.getTime();
	const days: string[] = [];
	if (ms % DAY_MS === 0) days.push(utcDay(moment));
	const inZone = DateTime.fromMillis(ms, { zone: timeZone });
	// Not "at 00:00": where clocks go forward at midnight, the day begins at 01:00.
	if (inZone.startOf('day').toMillis() === ms) days.push(inZone.toFormat('yyyy-MM-dd'));
	const begin = new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
	if (begin.getTime() === ms) days.push(processDay(moment));
	return days;
}

function utcDay(moment: Date): string {
	return moment.toISOString().slice(0, 10);
}

/** The day in the zone of the n8n process, which JavaScript calls local. */
function processDay(moment: Date): string {
	const [month, day] = [moment.getMonth() + 1, moment.getDate()].map((part) => String(part).padStart(2, '0'));
	return `${String(moment.getFullYear()).padStart(4, '0')}-${month}-${day}`;
}
