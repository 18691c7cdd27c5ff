/** A rule of the client checklist (HRex, PDex, Bulk Data, SMART) that a request did not keep. */
export interface Violation {
	/** Line of the checklist, e.g. `B21`. */
	line: string;
	says: string;
}

/** Takes down what requests do wrong. */
export class Violations {
	private readonly list: Violation[] = [];

	/** Takes a line down where its rule does not hold. */
	check(line: string, says: string, holds: boolean): void {
		if (!holds) this.list.push({ line, says });
	}

	all(): readonly Violation[] {
		return this.list;
	}

	get count(): number {
		return this.list.length;
	}

	clear(): void {
		this.list.length = 0;
	}
}
