import type { Collection, Scope } from './compiler';
import type { Fail } from './viewError';
import { VIEW_LIMITS } from '../fhir/limits';

/** The values of a row, in the order of the view's columns. */
export type Row = unknown[];

/**
 * What the rows of one resource are made in. Every select that loops has a slot of its own, in which its element stands while what follows
 * runs: that may come back to an outer one.
 */
export interface RowScope extends Scope {
	readonly elements: Collection[];
	readonly indexes: number[];
	readonly cells: Row;
	readonly rows: Row[];
	steps: number;
}

/** Puts its values into the cells and runs what follows, once for each row it gives. */
export type Step = (scope: RowScope) => void;

/** Puts an element into the slot of the select that loops over it. */
export function enter(scope: RowScope, slot: number, element: unknown, index: number, fail: Fail): void {
	countStep(scope, fail);
	scope.elements[slot] = element;
	scope.indexes[slot] = index;
}

/** Throws where a resource takes too long: selects that are multiplied take time even if they give no row. */
export function countStep(scope: RowScope, fail: Fail): void {
	scope.steps += 1;
	if (scope.steps > VIEW_LIMITS.steps) {
		throw fail(
			`one resource takes more than ${VIEW_LIMITS.steps} steps; multiply fewer selects, or split the view`,
		);
	}
}
