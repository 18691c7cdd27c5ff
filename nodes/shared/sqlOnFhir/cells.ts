import { listOf } from './collections';
import { compilePath } from './compile';
import type { Path } from './compiler';
import { isFhirType, plainType, PRIMITIVE_TYPES } from './dataTypes';
import type { Literal } from './expression';
import type { ColumnDefinition } from './viewDefinition';
import { failAt } from './viewError';
import { WrittenNumber } from './writtenNumber';

/** A column of a compiled view. */
export interface ViewColumn {
	name: string;
	/** FHIR type, as the view says it. */
	type?: string;
	/** Whether its values are lists. */
	collection: boolean;
	/** A decimal that is the resource's own, not calculated: it keeps the digits it was written with, where they are known. */
	writtenDecimal: boolean;
}

export interface CompiledColumn extends ViewColumn {
	/** Gives the value in a row: null for none, a list (maybe empty) of a collection. Throws a ViewError for what the column cannot hold. */
	cell: Path;
}

/** The value of a column in the row that `forEachOrNull` gives where there is no element. */
export function blankCell({ path, collection }: ColumnDefinition): unknown {
	if (collection) return [];
	return path.trim() === '%rowIndex' ? 0 : null;
}

/** Compiles a column. Throws a ViewError if its path is none that is supported. */
export function compileColumn(
	{ name, path: text, type, collection }: ColumnDefinition,
	view: string,
	constants: ReadonlyMap<string, Literal>,
): CompiledColumn {
	const fail = failAt({ view, column: name, path: text });
	const plain = plainType(type ?? '');
	const { path, calculates } = compilePath(text, constants, fail, type);
	const writtenDecimal = plain === 'decimal' && !calculates;
	const isComplex = isFhirType(plain) && !PRIMITIVE_TYPES.has(plain);

	/** Elements with elements in them only where the type says so (SQL on FHIR v2, `column.type`). */
	const objectCell = (value: object): unknown => {
		if (value instanceof WrittenNumber) return writtenDecimal ? value : value.toJSON();
		if (isComplex) return value;
		throw fail(
			'it found an element that is no single value; name the value in it, or set "type" to the type of the element',
		);
	};
	const single = (value: unknown) =>
		typeof value === 'object' && value !== null ? objectCell(value) : (value ?? null);
	const several: Path = (focus, scope) => listOf(path(focus, scope)).map(single);
	const one: Path = (focus, scope) => {
		const found = path(focus, scope);
		if (!Array.isArray(found)) return single(found);
		throw fail(
			'it found several values for a single one; add .first() or .where(...), or set "collection": true',
		);
	};
	return {
		name,
		...(type !== undefined && { type }),
		collection,
		writtenDecimal,
		cell: collection ? several : one,
	};
}
