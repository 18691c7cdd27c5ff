/** The most that a JSON text may hold before it is parsed: bytes alone bound no memory, since `{}` takes 30 times its length. */
export interface JsonBounds {
	/** Values, containers and their entries alike. */
	values: number;
	/** Containers inside each other. */
	depth: number;
}

/** Which bound a text exceeds. */
export type JsonExcess = 'values' | 'depth';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
/** `[` and `{` differ in this bit only, and so do `]` and `}`. */
const BRACKET_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * Counts the values of a JSON text and how deep they are nested, without parsing it. Takes the text in pieces, cut anywhere.
 *
 * Every value but the first of its container follows a comma, and that one follows the opening of its container, so the openings and commas
 * outside of strings are never fewer than the values (but for the text itself), and at most twice as many.
 * Text that is not JSON gives some number; `JSON.parse` refuses it afterwards.
 */
export class JsonMeter {
	private counted = 0;
	private depth = 0;
	private inString = false;
	/** The previous piece ended in a backslash, inside a string. */
	private escaped = false;
	private excess?: JsonExcess;

	constructor(private readonly bounds: JsonBounds) {}

	/** Openings and commas so far. */
	get values(): number {
		return this.counted;
	}

	/** The first bound that was exceeded; counting ends there. */
	get exceeded(): JsonExcess | undefined {
		return this.excess;
	}

	/** Forgets what was counted. */
	reset(): void {
		this.counted = 0;
		this.depth = 0;
		this.inString = false;
		this.escaped = false;
		this.excess = undefined;
	}

	/**
	 * Counts a whole text, anew. Text that looks ordinary is not walked: it has no more openings than may stand inside each other, and few
	 * commas and brackets, which then all count, also those inside of strings. That takes a third of the time.
	 * @param letters of the text in which it stands, up to its beginning
	 * @param end where it ends there
	 */
	measure(text: string, letters = new Letters(text), end = text.length): void {
		this.reset();
		const openings = letters.openingsUpTo(end);
		const atMost = openings + letters.commasUpTo(end);
		const isOrdinary = atMost * ORDINARY_LENGTH <= text.length && openings <= this.bounds.depth;
		if (isOrdinary && atMost <= this.bounds.values) this.counted = atMost;
		else this.push(text);
	}

	/** Counts a piece of text. */
	push(text: string): void {
		const end = text.length;
		if (this.excess !== undefined || end === 0) return;
		let at = this.inString ? this.afterString(text, 0) : 0;
		let { counted, depth } = this;
		const { bounds } = this;
		// Local variables and one loop: this runs over every byte that is read.
		while (at < end) {
			const unit = text.charCodeAt(at);
			at += 1;
			if (unit === QUOTE) at = this.afterString(text, at);
			else if (unit === COMMA) counted += 1;
			else if ((unit | BRACKET_BIT) === OPENING) {
				counted += 1;
				depth += 1;
				if (depth > bounds.depth) {
					this.excess = 'depth';
					break;
				}
			} else if ((unit | BRACKET_BIT) === CLOSING) depth -= 1;
		}
		this.counted = counted;
		this.depth = depth;
		if (counted > bounds.values) this.excess ??= 'values';
	}

	/** The index after the closing quote; the end if the string goes on in the next piece. @param from inside a string */
	private afterString(text: string, from: number): number {
		let at = from;
		if (this.escaped) {
			this.escaped = false;
			at += 1;
		}
		for (let quote = text.indexOf('"', at); quote >= 0; quote = text.indexOf('"', quote + 1)) {
			if (backslashesBefore(text, quote, at) % 2 === 1) continue;
			this.inString = false;
			return quote + 1;
		}
		this.inString = true;
		this.escaped = backslashesBefore(text, text.length, at) % 2 === 1;
		return text.length;
	}
}

/** FHIR has a comma or bracket for every 15 to 20 letters. */
const ORDINARY_LENGTH = 8;

/** The commas and openings of a text, from its beginning to its end, wherever they stand. Finding them is fast in a text that is no part of another. */
export class Letters {
	private readonly comma: Cursor;
	private readonly brace: Cursor;
	private readonly bracket: Cursor;

	constructor(text: string) {
		this.comma = new Cursor(text, ',');
		this.brace = new Cursor(text, '{');
		this.bracket = new Cursor(text, '[');
	}

	/** How many commas stand between the last end and this one. */
	commasUpTo(end: number): number {
		return this.comma.countUpTo(end);
	}

	/** The same of openings. */
	openingsUpTo(end: number): number {
		return this.brace.countUpTo(end) + this.bracket.countUpTo(end);
	}
}

class Cursor {
	private at: number;

	constructor(
		private readonly text: string,
		private readonly letter: string,
	) {
		this.at = text.indexOf(letter);
	}

	countUpTo(end: number): number {
		const { text, letter } = this;
		let [count, at] = [0, this.at];
		for (; at >= 0 && at < end; at = text.indexOf(letter, at + 1)) count += 1;
		this.at = at;
		return count;
	}
}

/** The number of backslashes right before an index. @param from where to stop at the latest */
function backslashesBefore(text: string, index: number, from: number): number {
	let at = index;
	while (at > from && text.charCodeAt(at - 1) === BACKSLASH) at -= 1;
	return index - at;
}
