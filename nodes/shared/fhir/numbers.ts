/**
 * Numbers of JSON that JavaScript reads as the same value or another, but never writes as they were: `120.50`, `9007199254740993`, `1E2`,
 * `-0`, `1e400`. The digits matter in FHIR (R4 datatypes, decimal: "the precision of the decimal value has significance").
 */

const QUOTE = 0x22;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const POINT = 0x2e;
const BACKSLASH = 0x5c;
/** A number of so many digits may be one that JavaScript cannot hold. */
const LONG = 16;
/**
 * What numbers end with that change: a 0 after a point or a minus, an exponent; or six zeros after a point, as JavaScript writes what is
 * smaller with an exponent.
 */
const ODD = /[-.](?:\d*0[\s,}\]]|0{6})|\d[eE][+-]?\d+[\s,}\]]/;
const NUMBER = /-?\d[\d.eE+-]*/y;

/** How many numbers of a valid JSON text do not come out of an object as they are written. Linear; most texts are not walked. */
export function countChangedNumbers(text: string): number {
	return mayChange(text) ? countExactly(text) : 0;
}

/** Whether there may be a number that changes: an odd one, or a long one. Texts that look so count too. Linear. */
export function mayChange(text: string): boolean {
	return ODD.test(text) || hasLong(text);
}

/** Looks at every sixteenth letter only: a long run of digits cannot lie between two of them. */
function hasLong(text: string): boolean {
	for (let at = LONG - 1; at < text.length; at += LONG) {
		if (!isPart(text.charCodeAt(at))) continue;
		let [start, end] = [at, at + 1];
		while (start > 0 && isPart(text.charCodeAt(start - 1))) start -= 1;
		while (end < text.length && isPart(text.charCodeAt(end))) end += 1;
		const isInString = text.charCodeAt(start - 1) === QUOTE || text.charCodeAt(end) === QUOTE;
		if (end - start >= LONG && !isInString) return true;
		at = Math.max(at, end - 1);
	}
	return false;
}

function isPart(unit: number): boolean {
	return isDigit(unit) || unit === POINT;
}

function isDigit(unit: number): boolean {
	return unit >= ZERO && unit <= NINE;
}

function countExactly(text: string): number {
	let count = 0;
	let at = 0;
	while (at < text.length) {
		const unit = text.charCodeAt(at);
		if (unit === QUOTE) at = afterString(text, at + 1);
		else if (unit === MINUS || isDigit(unit)) {
			NUMBER.lastIndex = at;
			const [number] = NUMBER.exec(text) ?? ['-'];
			if (String(Number(number)) !== number) count += 1;
			at += number.length;
		} else at += 1;
	}
	return count;
}

/**
 * The index after the closing quote; the limit where there is none.
 * @param from inside a string of valid JSON
 * @param limit where the text ends in which it stands
 */
export function afterString(text: string, from: number, limit = text.length): number {
	for (let at = from; at < limit; at += 1) {
		const unit = text.charCodeAt(at);
		if (unit === BACKSLASH) at += 1;
		else if (unit === QUOTE) return at + 1;
	}
	return limit;
}
