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
const EXPONENT = /\d[eE][+-]?\d+[\s,}\]]/;
const NUMBER = /-?\d[\d.eE+-]*/y;

/** How many numbers of a valid JSON text do not come out of an object as they are written. Linear; most texts are not walked. */
export function countChangedNumbers(text: string): number {
	return mayChange(text) ? countExactly(text) : 0;
}

/** Whether there is a number that may change: one that ends in 0 after a point or a minus, has an exponent, is long, or very small. */
function mayChange(text: string): boolean {
	return (
		ENDINGS.some((ending) => endsInZero(text, ending)) ||
		hasLong(text) ||
		text.includes(SMALL) ||
		EXPONENT.test(text)
	);
}

/** What is smaller is written with an exponent by JavaScript. */
const SMALL = '0.000000';

/** A last digit 0, and what follows a number in JSON as it is sent. */
const ENDINGS = ['0,', '0}', '0]', '0 '];

/** @param ending the last digit of a number, and what follows it */
function endsInZero(text: string, ending: string): boolean {
	for (let at = text.indexOf(ending); at >= 0; at = text.indexOf(ending, at + 1)) {
		let before = at - 1;
		while (before >= 0 && isDigit(text.charCodeAt(before)) && at - before <= LONG) before -= 1;
		const unit = text.charCodeAt(before);
		if (unit === POINT || unit === MINUS || at - before > LONG) return true;
	}
	return false;
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

/** The index after the closing quote. @param from inside a string of valid JSON */
export function afterString(text: string, from: number): number {
	for (let at = from; at < text.length; at += 1) {
		const unit = text.charCodeAt(at);
		if (unit === BACKSLASH) at += 1;
		else if (unit === QUOTE) return at + 1;
	}
	return text.length;
}
