import type { IDataObject } from 'n8n-workflow';
import { countOf } from '../../shared/fhir/json';

/** What a report of a file says of itself. A table may hold some of its columns, and numbers as text. */

/**
 * Whether each line of the file was parsed. A table may hold some columns of a report: then these have to say so.
 * @param report without empty columns
 */
export function isParsed(report: IDataObject): boolean {
	return numberOf(report.moneyAmounts) !== undefined || (isWholeReport(report) && report.checked !== 'ends');
}

/** Whether all columns of a report are there: this one always is in it. */
export function isWholeReport({ rejectedLines }: IDataObject): boolean {
	return rejectedLines !== undefined;
}

/** A count of a report; undefined if it is none. */
export function numberOf(value: unknown): number | undefined {
	return countOf(typeof value === 'string' ? Number(value) : value);
}
