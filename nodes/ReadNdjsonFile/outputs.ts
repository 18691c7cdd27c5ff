/** The outputs of Read NDJSON File. */
export const RESOURCES_OR_PARTS = 0;
export const REPORT = 1;
