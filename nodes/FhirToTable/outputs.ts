/** The outputs of FHIR to Table. */
export const ROWS = 0;
export const NOT_IN_TABLE = 1;
export const REPORT = 2;
export const OUTPUT_NAMES = ['Rows', 'Not in the Table', 'Report'];
