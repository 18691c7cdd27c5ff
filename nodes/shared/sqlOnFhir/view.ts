import type { ViewColumn } from './cells';
import { compilePath } from './compile';
import type { Path, Scope } from './compiler';
import { ownMember } from './members';
import type { Row } from './rowScope';
import { SelectCompiler } from './selects';
import { readViewDefinition, type ViewDefinition } from './viewDefinition';
import { failAt } from './viewError';

export type { Row } from './rowScope';
export type { ViewColumn } from './cells';

/** Where resources come from, for the keys of their rows. */
export interface RowOrigin {
	/** Stands before `Type/id` in every key, e.g. `payer/`; empty for none. */
	keyPrefix: string;
	/** The payer's FHIR base address, if it is known: references below it are the payer's own. */
	fhirBase?: string;
}

/** A ViewDefinition that is ready to make rows. */
export interface CompiledView {
	/** Name of the view, or else the type of its resources. */
	readonly name: string;
	/** Type of the resources that it makes rows of. */
	readonly resource: string;
	readonly columns: readonly ViewColumn[];
	/**
	 * The rows of a resource; none for one of another type, and for one that the view's `where` leaves out.
	 *
	 * @param resource parsed JSON; never changed, but elements of it may stand in the rows
	 * @returns values in the order of the columns: null for none, a list for a collection, a WrittenNumber in a `writtenDecimal` column
	 *          whose digits are known
	 * @throws ViewError if the resource does not fit the view, e.g. it has several values for a single one
	 */
	rows(resource: unknown, origin: RowOrigin): Row[];
}

/**
 * Compiles a ViewDefinition (SQL on FHIR v2, ShareableViewDefinition), once for any number of resources.
 *
 * @param definition parsed JSON, from anywhere
 * @throws ViewError if it is no ViewDefinition, or asks for what is not supported
 */
export function compileView(definition: unknown): CompiledView {
	const view = readViewDefinition(definition);
	const conditions = view.where.map((path) => compileCondition(path, view));
	const compiler = new SelectCompiler(view.name, view.constants);
	const makeRows = compiler.compile(view.selects);
	return {
		name: view.name,
		resource: view.resource,
		columns: compiler.columns.map(({ name, type, collection, writtenDecimal }) => ({
			name,
			...(type !== undefined && { type }),
			collection,
			writtenDecimal,
		})),
		rows(resource, { keyPrefix, fhirBase = '' }) {
			if (ownMember(resource, 'resourceType') !== view.resource) return [];
			const base = fhirBase === '' || fhirBase.endsWith('/') ? fhirBase : `${fhirBase}/`;
			const scope: Scope = { resource, rowIndex: 0, keyPrefix, fhirBase: base };
			return conditions.every((holds) => holds(resource, scope)) ? makeRows(scope) : [];
		},
	};
}

/** A condition of the view itself: it has to give true, false or nothing (SQL on FHIR v2, `where`). */
function compileCondition(
	text: string,
	{ name, constants }: ViewDefinition,
): (...args: Parameters<Path>) => boolean {
	const fail = failAt({ view: name, path: text });
	const { path } = compilePath(text, constants, fail);
	return (focus, scope) => {
		const answer = path(focus, scope);
		if (answer === undefined || typeof answer === 'boolean') return answer === true;
		throw fail('the "where" found something else than true or false; end it with exists() or a comparison');
	};
}
