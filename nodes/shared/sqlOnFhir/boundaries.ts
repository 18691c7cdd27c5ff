import { isMoment } from './moments';
import { numberOf } from './writtenNumber';

/**
 * `lowBoundary()` and `highBoundary()`: the least and the greatest value that something written with so many digits can mean (FHIRPath N1,
 * experimental in SQL on FHIR v2).
 */
export type Boundary = 'low' | 'high';

/** FHIR's time zones go from +14:00, where a day begins first, to -12:00, where it ends last. */
const EARLIEST = { clock: '00:00:00.000', zone: '+14:00' };
const LATEST = { clock: '23:59:59.999', zone: '-12:00' };

/**
 * @param value a number, as written if its last zeros are to count, or a date, dateTime or time; undefined for anything else
 * @param withTime a date without a time gives a dateTime
 */
export function boundaryOf(
	value: unknown,
	boundary: Boundary,
	withTime: boolean,
): number | string | undefined {
	const number = numberOf(value);
	if (number !== undefined) return decimalBoundary(number, String(value), boundary);
	return typeof value === 'string' && isMoment(value) ? momentBoundary(value, boundary, withTime) : undefined;
}

/** Half a unit of the last digit away; nothing for a number with an exponent. */
function decimalBoundary(number: number, digits: string, boundary: Boundary): number | undefined {
	const [match, fraction = ''] = /^-?\d+(?:\.(\d{1,20}))?$/.exec(digits) ?? [];
	if (match === undefined) return undefined;
	const half = 0.5 * 10 ** -fraction.length;
	return Number((boundary === 'low' ? number - half : number + half).toFixed(fraction.length + 1));
}

function momentBoundary(text: string, boundary: Boundary, withTime: boolean): string {
	const end = boundary === 'low' ? EARLIEST : LATEST;
	const [, day = '', clock = '', zone] = /^(\d{4}[\d-]*)?T?([\d:.]*)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
	const wholeClock = clock + end.clock.slice(clock.length);
	if (day === '') return wholeClock;
	const wholeDay = dayBoundary(day, boundary);
	return clock !== '' || withTime ? `${wholeDay}T${wholeClock}${zone ?? end.zone}` : wholeDay;
}

function dayBoundary(day: string, boundary: Boundary): string {
	const [year, month = boundary === 'low' ? '01' : '12', date] = day.split('-');
	if (date !== undefined) return day;
	const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
	return `${year}-${month}-${boundary === 'low' ? '01' : days}`;
}
