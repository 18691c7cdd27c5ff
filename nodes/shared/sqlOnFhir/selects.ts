import { VIEW_LIMITS } from '../fhir/limits';
import { blankCell, compileColumn, type CompiledColumn } from './cells';
import { listOf } from './collections';
import type { Collection, Path, Scope } from './compiler';
import { compilePath } from './compile';
import type { Literal } from './expression';
import { countStep, enter, type Row, type RowScope, type Step } from './rowScope';
import type { ColumnDefinition, SelectDefinition } from './viewDefinition';
import { failAt, type Fail } from './viewError';

/** A compiled select, which is told what follows it. */
type Part = (next: Step) => Step;

const RESOURCE_SLOT = 0;

/** The rows of one resource. Throws a ViewError if there are too many, or it takes too long to find them. */
export type RowMaker = (scope: Scope) => Row[];

/**
 * Compiles the selects of a view. Each runs what follows it for each of its rows, so that selects beside each other are multiplied, and
 * nothing is copied before a row is complete.
 */
export class SelectCompiler {
	/** All columns so far; branches of a union share theirs. */
	readonly columns: CompiledColumn[] = [];
	private slots = RESOURCE_SLOT + 1;
	private readonly fail: Fail;

	constructor(
		private readonly view: string,
		private readonly constants: ReadonlyMap<string, Literal>,
	) {
		this.fail = failAt({ view });
	}

	/** @throws ViewError if a path is none that is supported */
	compile(selects: readonly SelectDefinition[]): RowMaker {
		const { fail } = this;
		const run = this.sequence(selects, RESOURCE_SLOT, 0)(complete);
		const noElements = Array.from({ length: this.slots }, () => undefined);
		const noIndexes = Array.from({ length: this.slots }, () => 0);
		const noCells = this.columns.map(() => null);

		function complete({ rows, cells }: RowScope): void {
			if (rows.length >= VIEW_LIMITS.rows) {
				throw fail(
					`one resource gives more than ${VIEW_LIMITS.rows} rows; multiply fewer selects, or split the view`,
				);
			}
			rows.push(cells.slice());
		}
		return ({ resource, keyPrefix, fhirBase }) => {
			const scope: RowScope = {
				resource,
				rowIndex: 0,
				keyPrefix,
				fhirBase,
				elements: noElements.slice(),
				indexes: noIndexes.slice(),
				cells: noCells.slice(),
				rows: [],
				steps: 0,
			};
			scope.elements[RESOURCE_SLOT] = resource;
			run(scope);
			return scope.rows;
		};
	}

	/** Selects beside each other. */
	private sequence(selects: readonly SelectDefinition[], slot: number, firstCell: number): Part {
		let at = firstCell;
		const parts = selects.map((select) => {
			const part = this.select(select, slot, at);
			at += select.allColumns.length;
			return part;
		});
		return (next) => parts.reduceRight((following, part) => part(following), next);
	}

	/** @param outer slot of the element that it starts from */
	private select(select: SelectDefinition, outer: number, firstCell: number): Part {
		if (!select.loop) return this.body(select, outer, firstCell);
		const { kind, paths } = select.loop;
		const [first, ...others] = paths.map((path) => this.loopPath(path));
		const slot = this.slots;
		this.slots += 1;
		const body = this.body(select, slot, firstCell);
		if (kind === 'repeat') return (next) => this.repeat([first, ...others], outer, slot, body(next));
		const blank: Part = (next) => (scope) => {
			for (const [index, column] of select.allColumns.entries()) {
				scope.cells[firstCell + index] = blankCell(column);
			}
			next(scope);
		};
		return (next) =>
			this.forEach(first, outer, slot, body(next), kind === 'forEachOrNull' ? blank(next) : undefined);
	}

	private loopPath(path: string): Path {
		return compilePath(path, this.constants, failAt({ view: this.view, path })).path;
	}

	/** What a select gives for one element: its columns, its selects, its union. */
	private body({ columns, selects, unions }: SelectDefinition, slot: number, firstCell: number): Part {
		const own = this.ownColumns(columns, slot, firstCell);
		const nested = this.sequence(selects, slot, firstCell + columns.length);
		const unionCell = selects.reduce(
			(at, { allColumns }) => at + allColumns.length,
			firstCell + columns.length,
		);
		const branches = unions.map((branch) => this.select(branch, slot, unionCell));
		return (next) => own(nested(branches.length > 0 ? this.union(branches, next) : next));
	}

	private ownColumns(definitions: readonly ColumnDefinition[], slot: number, firstCell: number): Part {
		const columns = definitions.map((definition) => compileColumn(definition, this.view, this.constants));
		for (const [index, column] of columns.entries()) this.describe(firstCell + index, column);
		const values = columns.map(({ cell }) => cell);
		if (values.length === 0) return (next) => next;
		return (next) => (scope) => {
			const element = scope.elements[slot];
			scope.rowIndex = scope.indexes[slot];
			for (let index = 0; index < values.length; index += 1) {
				scope.cells[firstCell + index] = values[index](element, scope);
			}
			next(scope);
		};
	}

	/** A column of a union has numbers as written if one of its branches has. */
	private describe(cell: number, column: CompiledColumn): void {
		const writtenDecimal = this.columns[cell]?.writtenDecimal === true || column.writtenDecimal;
		this.columns[cell] = { ...column, writtenDecimal };
	}

	private union(branches: readonly Part[], next: Step): Step {
		const steps = branches.map((branch) => branch(next));
		return (scope) => {
			for (const step of steps) {
				countStep(scope, this.fail);
				step(scope);
			}
		};
	}

	private forEach(path: Path, outer: number, slot: number, body: Step, blank?: Step): Step {
		return (scope) => {
			scope.rowIndex = scope.indexes[outer];
			const found = listOf(path(scope.elements[outer], scope));
			if (found.length === 0) blank?.(scope);
			for (let index = 0; index < found.length; index += 1) {
				enter(scope, slot, found[index], index, this.fail);
				body(scope);
			}
		};
	}

	/** Every element that the paths point to, and from there again, in the order of the document. */
	private repeat(paths: readonly Path[], outer: number, slot: number, body: Step): Step {
		return (scope) => {
			let index = 0;
			const follow = (element: Collection, depth: number) => {
				if (depth > VIEW_LIMITS.repeatDepth)
					throw this.fail('"repeat" does not end; let its paths point to nested elements');
				for (const path of paths) {
					scope.rowIndex = scope.indexes[outer];
					for (const found of listOf(path(element, scope))) {
						enter(scope, slot, found, index, this.fail);
						index += 1;
						body(scope);
						follow(found, depth + 1);
					}
				}
			};
			follow(scope.elements[outer], 0);
		};
	}
}
