/** Dates, dateTimes and instants (FHIR R4) and times of the day, which JSON tells from other texts only by their form. */

const DATE = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const TIME = /^\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
const ZONE = /(?:Z|[+-]\d\d:\d\d)$/;

/** Whether a text has the form of a date, a dateTime, an instant or a time. */
export function isMoment(text: string): boolean {
	const first = text.charCodeAt(0);
	return first >= 0x30 && first <= 0x39 && (DATE.test(text) || TIME.test(text));
}

/**
 * The order of two moments: below 0, 0, above 0. With a zone they are compared as instants; without, as texts if they are of the same
 * precision. Undefined where the order is not known: `2026` and `2026-03`, or one of them without a zone.
 */
export function compareMoments(left: string, right: string): number | undefined {
	const zones = [hasZone(left), hasZone(right)];
	if (zones[0] !== zones[1]) return undefined;
	if (zones[0]) {
		const apart = Date.parse(left) - Date.parse(right);
		return Number.isNaN(apart) ? undefined : apart;
	}
	const [first, second] = [withoutZeros(left), withoutZeros(right)];
	if (precisionOf(first) !== precisionOf(second)) return undefined;
	return first < second ? -1 : first > second ? 1 : 0;
}

function hasZone(text: string): boolean {
	return text.includes('T') && ZONE.test(text);
}

/** Seconds and their fraction are one precision (FHIRPath N1, comparison of dates): `12:34:00.000` is `12:34:00`. */
function precisionOf(text: string): number {
	const point = text.indexOf('.');
	return point < 0 ? text.length : point;
}

function withoutZeros(text: string): string {
	if (!text.includes('.')) return text;
	let end = text.length;
	while (text[end - 1] === '0') end -= 1;
	return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}
