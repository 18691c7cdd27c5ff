import type { IDataObject } from 'n8n-workflow';
import { countOf } from '../shared/fhir/json';
import { compareFacts } from '../shared/files/statedFacts';
import { wholeExports } from './byExport';

/** A fetched batch: its input item, and its Batch Report. */
export interface FetchedBatch {
	item: IDataObject;
	report: IDataObject;
	/** Resources that were received but filtered out by date. */
	excluded: number;
}

/**
 * Compares the number of resources in all batches of an export with the total stated by the payer (`resourceCount`, 1up). If
 * they differ, the report of the last batch says so and becomes `partial`. Exports with missing batches cannot be compared
 * and are skipped.
 * @param batches in input order; their reports are modified
 */
export function compareTotals(batches: readonly FetchedBatch[]): void {
	for (const all of wholeExports(batches)) {
		const last = all[all.length - 1];
		const stated = countOf(last.item.resourceCount);
		if (stated === undefined) continue;
		const received = all.reduce(
			(sum, { report, excluded }) => sum + (countOf(report.resources) ?? 0) + excluded,
			0,
		);
		const { differences } = compareFacts(
			{ count: stated },
			{ counts: [received] },
			() =>
				`The payer counts ${stated} resources in this export; its ${all.length} batches brought ${received}.`,
		);
		if (differences.length === 0) continue;
		// What it stands in may be unclear besides; that something is missing counts more.
		last.report.outcome = 'partial';
		last.report.reason = [last.report.reason, ...differences].filter(Boolean).join(' ');
	}
}
