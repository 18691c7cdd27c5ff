import { CHECKS, type CheckLine, type Level } from './checks';

/** A rule of the client checklist (HRex, PDex, Bulk Data, SMART) that a request did not keep. */
export interface Violation {
	/** Line of the checklist, e.g. `B21`. */
	line: CheckLine;
	level: Level;
	/** What should have been. */
	says: string;
	/** Method and path of the request, without its query. */
	path: string;
}

/** Where a check takes down what does not hold. */
export interface Checks {
	/** Takes a line down where its rule does not hold, and gives back whether it does. */
	check(line: CheckLine, says: string, holds: boolean): boolean;
}

const MAX_VIOLATIONS = 10_000;

/** Takes down what requests do wrong; the oldest goes when there is too much. */
export class Violations implements Checks {
	private readonly list: Violation[] = [];
	/** How many were ever taken down. */
	count = 0;

	check(line: CheckLine, says: string, holds: boolean): boolean {
		return this.note(line, says, '', holds);
	}

	/** The checks of one request. */
	of({ method, url }: { method: string; url: string }): Checks {
		const path = `${method} ${url.split('?')[0]}`;
		return { check: (line, says, holds) => this.note(line, says, path, holds) };
	}

	all(): readonly Violation[] {
		return this.list;
	}

	clear(): void {
		this.list.length = 0;
	}

	private note(line: CheckLine, says: string, path: string, holds: boolean): boolean {
		if (holds) return true;
		this.count += 1;
		this.list.push({ line, level: CHECKS[line][0], says, path });
		if (this.list.length > MAX_VIOLATIONS) this.list.shift();
		return false;
	}
}
