import type { IDataObject } from 'n8n-workflow';
import { countOf } from '../shared/fhir/json';
import { compareFacts } from '../shared/files/statedFacts';

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
	const exports = new Map<string, FetchedBatch[]>();
	for (const each of batches) {
		const key = exportKey(each);
		const others = exports.get(key);
		if (others) others.push(each);
		else exports.set(key, [each]);
	}
	for (const all of exports.values()) {
		const last = all.at(-1);
		const { batchCount, resourceCount } = last?.item ?? {};
		const places = new Set(all.map(({ item }) => item.batch));
		const stated = countOf(resourceCount);
		if (!last || stated === undefined || places.size !== batchCount || all.length !== batchCount) continue;
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

function exportKey({ item }: FetchedBatch): string {
	return JSON.stringify([item.tenant ?? '', item.jobId ?? '', item.memberId ?? '']);
}
