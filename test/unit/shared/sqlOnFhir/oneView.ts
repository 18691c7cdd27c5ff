import { rowObjects } from '../../../../nodes/shared/sqlOnFhir/rowObjects';
import { compileView, type RowOrigin } from '../../../../nodes/shared/sqlOnFhir/view';
import { ViewError } from '../../../../nodes/shared/sqlOnFhir/viewError';

/** A view of patients, but for what is given. */
export function viewOf(more: object): object {
	return { resourceType: 'ViewDefinition', name: 'v', resource: 'Patient', ...more };
}

export function column(path: string, more: object = {}): object {
	return { select: [{ column: [{ name: 'c', path, ...more }] }] };
}

/** The rows of a patient with these elements. */
export function rowsOf(view: object, elements: object = {}, origin: RowOrigin = { keyPrefix: '' }): object[] {
	const compiled = compileView(viewOf(view));
	const toObject = rowObjects(compiled.columns);
	return compiled.rows({ resourceType: 'Patient', id: 'p1', ...elements }, origin).map(toObject);
}

/** What the path gives for a patient with these elements. */
export function valueOf(path: string, elements: object = {}, origin?: RowOrigin): unknown {
	const [row] = rowsOf(column(path, { collection: true, type: 'Element' }), elements, origin);
	const [value, ...others] = Object.values(row)[0] as unknown[];
	return others.length > 0 ? [value, ...others] : value;
}

/** The ViewError that the work throws. */
export function errorOf(work: () => unknown): ViewError {
	let thrown: unknown;
	try {
		work();
	} catch (error) {
		thrown = error;
	}
	expect(thrown).toBeInstanceOf(ViewError);
	return thrown as ViewError;
}
