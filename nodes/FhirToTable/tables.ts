import { securityLabels } from './finish/securityLabels';
import { claimTables } from './shipped/claimTables';
import { clinicalTables } from './shipped/clinicalTables';
import { otherTables } from './shipped/otherTables';
import type { Table } from './shipped/table';

export { tableColumns, type Table, type TableColumn } from './shipped/table';

const CLAIM = 'ExplanationOfBenefit';

/** All shipped tables, in the order of the drop-down. */
export const TABLES: readonly Table[] = [...claimTables, ...clinicalTables, ...otherTables].map((table) => ({
	...table,
	finish: [securityLabels, ...(table.finish ?? [])],
}));

/** Those of which rows are claims or prior authorizations. */
export const CLAIM_TABLES: readonly string[] = TABLES.filter(
	({ views: [view] }) => view.resource === CLAIM,
).map(({ value }) => value);
