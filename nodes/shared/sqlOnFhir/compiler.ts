import type { Expression } from './expression';
import type { Fail } from './viewError';

/**
 * A collection of FHIRPath as it is passed from closure to closure, without an array where it has one value: `undefined` for none, the
 * value itself for one, an array for two or more. No entry of the array is null or an array. An array may be the resource's own: it is
 * never changed.
 */
export type Collection = unknown;

/** What a path can ask for besides the element it starts from. */
export interface Scope {
	/** The resource that the view is applied to. */
	readonly resource: unknown;
	/** `%rowIndex` */
	rowIndex: number;
	/** Stands before `Type/id` in every key. */
	readonly keyPrefix: string;
	/** The payer's FHIR base address with a "/" at its end; empty if it is not known. */
	readonly fhirBase: string;
}

/** A compiled expression: what it gives for an element. Throws a ViewError where the element does not fit it. */
export type Path = (focus: Collection, scope: Scope) => Collection;

/** A compiled condition; undefined where FHIRPath's answer is empty. */
export type Test = (focus: Collection, scope: Scope) => boolean | undefined;

/** Compiles the expressions of one path of a view. */
export interface Compiler {
	path(expression: Expression | undefined): Path;
	test(expression: Expression): Test;
	readonly fail: Fail;
	/** The type of the column, if it has one. */
	readonly type?: string;
}
