import { claimTables } from './shipped/claimTables';
import { clinicalTables } from './shipped/clinicalTables';
import { otherTables } from './shipped/otherTables';
import type { Table } from './shipped/table';

export { tableColumns, type Table, type TableColumn } from './shipped/table';

/** All shipped tables, in the order of the drop-down. */
export const TABLES: readonly Table[] = [...claimTables, ...clinicalTables, ...otherTables];
