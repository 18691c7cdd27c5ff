import type { IDataObject } from 'n8n-workflow';

const IN_A_ROW = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch'] as const;
type Step = (typeof IN_A_ROW)[number];

/** The four nodes of an exchange in a row, with nothing entered but these parameters. */
export function fourSteps(parameters: Partial<Record<Step, IDataObject>> = {}) {
	return IN_A_ROW.map((node) => ({ node, ...(parameters[node] && { parameters: parameters[node] }) }));
}
