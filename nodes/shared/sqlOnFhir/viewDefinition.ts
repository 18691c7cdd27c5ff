import { isObject } from '../fhir/json';
import { isResourceType } from '../fhir/resourceTypes';
import type { Literal } from './expression';
import { plainType } from './dataTypes';
import { isSqlName, NAME_WANTED, readConstants } from './constants';
import { failAt, type Fail } from './viewError';
import { VIEW_LIMITS } from '../fhir/limits';

/** A ViewDefinition whose form is right; its paths are still text. */
export interface ViewDefinition {
	name: string;
	/** Type of the resources that it makes rows of. */
	resource: string;
	constants: ReadonlyMap<string, Literal>;
	/** Conditions on the resource. */
	where: string[];
	selects: SelectDefinition[];
	/** All columns in their order (SQL on FHIR v2, column ordering): its own, those of nested selects, those of a union. */
	columns: ColumnDefinition[];
}

export interface SelectDefinition {
	/** Makes rows for each element that the paths find; `repeat` follows them again from each element. */
	loop?: { kind: LoopKind; paths: string[] };
	columns: ColumnDefinition[];
	selects: SelectDefinition[];
	unions: SelectDefinition[];
	/** All columns it gives, in their order. */
	allColumns: ColumnDefinition[];
}

export interface ColumnDefinition {
	name: string;
	path: string;
	type?: string;
	/** Whether its values are lists. */
	collection: boolean;
}

const LOOP_KINDS = ['forEach', 'forEachOrNull', 'repeat'] as const;
export type LoopKind = (typeof LOOP_KINDS)[number];

/**
 * Reads a ViewDefinition of SQL on FHIR v2: strictly what decides its rows, and not `url`, `status`, `fhirVersion` and the like.
 *
 * @param definition parsed JSON
 * @throws ViewError if it is none
 */
export function readViewDefinition(definition: unknown): ViewDefinition {
	const nameless = failAt({ view: '' });
	if (!isObject(definition)) throw nameless('it is no JSON object; enter the JSON of a ViewDefinition');
	const { resourceType = 'ViewDefinition', resource } = definition;
	if (resourceType !== 'ViewDefinition') {
		throw nameless(
			'its resourceType is not ViewDefinition; enter the JSON of a ViewDefinition of SQL on FHIR v2',
		);
	}
	if (typeof resource !== 'string' || !isResourceType(resource)) {
		throw nameless(
			'"resource" is no resource type of FHIR R4; name the one that the rows are made of, e.g. Patient',
		);
	}
	const { name = resource } = definition;
	if (!isSqlName(name)) throw nameless(`"name" ${NAME_WANTED}`);
	return new Reader(name).read(resource, definition);
}

class Reader {
	private selectCount = 0;
	private columnCount = 0;
	private readonly fail: Fail;

	constructor(private readonly view: string) {
		this.fail = failAt({ view });
	}

	read(resource: string, { constant, where, select }: Readonly<Record<string, unknown>>): ViewDefinition {
		const selects = this.selects(select, 'select', 1);
		if (selects.length === 0) throw this.fail('"select" is missing or empty; add one with columns');
		const columns = selects.flatMap(({ allColumns }) => allColumns);
		if (columns.length === 0) throw this.fail('it has no columns; add "column" to its "select"');
		this.checkNames(columns);
		return {
			name: this.view,
			resource,
			constants: readConstants(this.objects(constant, 'constant'), this.fail),
			where: this.objects(where, 'where').map(({ path }) => this.path(path, 'where.path')),
			selects,
			columns,
		};
	}

	private selects(value: unknown, field: string, depth: number): SelectDefinition[] {
		const selects = this.objects(value, field);
		if (selects.length > 0 && depth > VIEW_LIMITS.selectDepth) {
			throw this.fail(`selects are nested more than ${VIEW_LIMITS.selectDepth} deep; nest fewer`);
		}
		return selects.map((select) => this.select(select, depth));
	}

	private select(select: Readonly<Record<string, unknown>>, depth: number): SelectDefinition {
		this.selectCount += 1;
		if (this.selectCount > VIEW_LIMITS.selects) {
			throw this.fail(`it has more than ${VIEW_LIMITS.selects} selects; split the view`);
		}
		const columns = this.objects(select.column, 'column').map((column) => this.column(column));
		const selects = this.selects(select.select, 'select', depth + 1);
		const unions = this.selects(select.unionAll, 'unionAll', depth + 1);
		for (const branch of unions.slice(1)) this.checkBranch(unions[0], branch);
		const allColumns = [
			columns,
			...[...selects, ...unions.slice(0, 1)].map((each) => each.allColumns),
		].flat();
		return { loop: this.loop(select), columns, selects, unions, allColumns };
	}

	private loop(select: Readonly<Record<string, unknown>>): SelectDefinition['loop'] {
		const [kind, ...others] = LOOP_KINDS.filter((each) => select[each] !== undefined);
		if (kind === undefined) return undefined;
		if (others.length > 0) throw this.fail(`a select has ${kind} and ${others[0]}; keep one of them`);
		const value = select[kind];
		if (kind !== 'repeat') return { kind, paths: [this.path(value, kind)] };
		if (!Array.isArray(value) || value.length === 0)
			throw this.fail('"repeat" is no list of paths; write ["item"]');
		return { kind, paths: value.map((path) => this.path(path, kind)) };
	}

	private column({
		name,
		path,
		type,
		collection = false,
	}: Readonly<Record<string, unknown>>): ColumnDefinition {
		if (!isSqlName(name)) throw this.fail(`the name of a column ${NAME_WANTED}`);
		const fail = failAt({ view: this.view, column: name });
		this.columnCount += 1;
		if (this.columnCount > VIEW_LIMITS.columns) {
			throw fail(`the view has more than ${VIEW_LIMITS.columns} columns; split it`);
		}
		if (typeof collection !== 'boolean') throw fail('"collection" is neither true nor false; correct it');
		if (type !== undefined && (typeof type !== 'string' || type === '')) {
			throw fail('"type" is no name of a FHIR type; correct or remove it');
		}
		return { name, path: this.path(path, 'path', fail), type, collection };
	}

	/** The branches of a union give the same columns in the same order. */
	private checkBranch(first: SelectDefinition, other: SelectDefinition): void {
		const [wanted, given] = [first.allColumns, other.allColumns];
		const at = wanted.findIndex(({ name, type, collection }, index) => {
			const column = given.at(index);
			return (
				column?.name !== name ||
				plainType(column.type ?? '') !== plainType(type ?? '') ||
				column.collection !== collection
			);
		});
		if (at < 0 && given.length === wanted.length) return;
		const column = (at < 0 ? given[wanted.length] : wanted[at]).name;
		throw failAt({ view: this.view, column })(
			'the branches of "unionAll" differ in this column; give each the same columns (name, type, collection) in the same order',
		);
	}

	private checkNames(columns: readonly ColumnDefinition[]): void {
		const names = new Set<string>();
		for (const { name } of columns) {
			if (names.has(name))
				throw failAt({ view: this.view, column: name })('the column is there twice; rename one');
			names.add(name);
		}
	}

	private objects(value: unknown = [], field: string): Array<Readonly<Record<string, unknown>>> {
		if (!Array.isArray(value) || !value.every(isObject))
			throw this.fail(`"${field}" is no list of objects; correct it`);
		return value;
	}

	private path(value: unknown, field: string, fail = this.fail): string {
		if (typeof value !== 'string' || value.trim() === '')
			throw fail(`"${field}" is no text with a path; correct it`);
		return value;
	}
}
