import type { IDataObject } from 'n8n-workflow';
import type { Row } from '../../nodes/FhirToTable/finish/finishingColumn';
import type { ShippedView } from '../../nodes/FhirToTable/shipped/shippedView';
import { TABLES, tableColumns, type Table } from '../../nodes/FhirToTable/tables';
import { rowObjects } from '../../nodes/shared/sqlOnFhir/rowObjects';
import { compileView, type RowOrigin } from '../../nodes/shared/sqlOnFhir/view';

const compiled = new Map(
	TABLES.flatMap(({ views }) => views).map((view): [ShippedView, ReturnType<typeof compileView>] => [
		view,
		compileView(view),
	]),
);

export function tableNamed(name: string): Table {
	const table = TABLES.find(({ value }) => value === name);
	if (!table) throw new Error(`There is no table ${name}.`);
	return table;
}

/** The rows that a view gives for a resource, by the names of its columns. */
export function viewRows(view: ShippedView, resource: object, origin: RowOrigin = { keyPrefix: '' }): Row[] {
	const ready = compiled.get(view) ?? compileView(view);
	return ready.rows(resource, origin).map(rowObjects(ready.columns));
}

/** The finished rows of a table for a resource: its views, then its finishing columns, in the order of the table. */
export function finishedRows(table: Table, resource: object, origin?: RowOrigin): Row[] {
	const columns = tableColumns(table).map(({ name }) => name);
	return table.views.flatMap((view) => {
		const rows = viewRows(view, resource, origin);
		return rows.map((row, index) => {
			const finishing = (table.finish ?? []).map(({ name, value }): [string, unknown] => [
				name,
				value?.(row, resource as IDataObject, rows, index) ?? null,
			]);
			const all: Row = { ...row, ...Object.fromEntries(finishing) };
			return Object.fromEntries(columns.map((name) => [name, all[name]]));
		});
	});
}
