/**
 * A number with the digits it was written with, where JavaScript would write others: `120.50`, `9007199254740993`. In FHIR "the precision
 * of the decimal value has significance" (R4 datatypes, decimal). It has no properties of its own, so that no path finds one.
 */
export class WrittenNumber {
	readonly #digits: string;

	constructor(digits: string) {
		this.#digits = digits;
	}

	/** The digits as written. */
	toString(): string {
		return this.#digits;
	}

	/** The nearest number, also for `JSON.stringify`. */
	toJSON(): number {
		return Number(this.#digits);
	}
}

/** The number of a JSON value, as written or not; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
	if (typeof value === 'number') return value;
	return value instanceof WrittenNumber ? value.toJSON() : undefined;
}
