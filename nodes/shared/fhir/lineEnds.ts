/** What is told of a line of NDJSON by its two ends, without parsing it: that it is an object, and which type of resource it names first. */

const OPENING = 0x7b;
const CLOSING = 0x7d;
const CARRIAGE_RETURN = 0x0d;
/** The longest beginning that can name a type. */
const BEGINNING_BYTES = 128;
const TYPE_FIRST = /^\{\s*"resourceType"\s*:\s*"([A-Z][A-Za-z]{0,63})"\s*,/;

/**
 * Tells lines that begin as a resource of a wanted type and end as an object. Nearly all lines of a file begin with the same bytes, so that
 * these are compared, and read only where they differ.
 */
export class LineEnds {
	private known: Uint8Array = new Uint8Array();

	/** @param isWanted whether the lines of a type need not be parsed */
	constructor(private readonly isWanted: (type: string) => boolean) {}

	/** @param end of the line, without its line feed */
	areThoseOfResource(bytes: Buffer, start: number, end: number): boolean {
		const last = bytes[end - 1] === CARRIAGE_RETURN ? end - 2 : end - 1;
		if (bytes[start] !== OPENING || last <= start || bytes[last] !== CLOSING) return false;
		return this.beginsAsBefore(bytes, start, last) || this.readBeginning(bytes, start, last);
	}

	private beginsAsBefore(bytes: Buffer, start: number, last: number): boolean {
		const { known } = this;
		if (known.length === 0 || start + known.length > last) return false;
		for (let index = 0; index < known.length; index += 1) {
			if (bytes[start + index] !== known[index]) return false;
		}
		return true;
	}

	private readBeginning(bytes: Buffer, start: number, last: number): boolean {
		const text = bytes.toString('latin1', start, Math.min(start + BEGINNING_BYTES, last));
		const [beginning, type] = TYPE_FIRST.exec(text) ?? [];
		if (beginning === undefined || !this.isWanted(type)) return false;
		// A copy: the bytes are those of a chunk.
		this.known = Uint8Array.from(bytes.subarray(start, start + beginning.length));
		return true;
	}
}
