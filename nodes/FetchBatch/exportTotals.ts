import type { IDataObject } from 'n8n-workflow';
import { countOf } from '../shared/fhir/json';

/** A batch that was fetched: what the input item says of its export, and its Batch Report. */
export interface FetchedBatch {
	item: IDataObject;
	report: IDataObject;
	/** Resources that came and were not given on, since the analyst does not want them. */
	excluded: number;
}

/**
 * Compares what all batches of an export brought with the number of resources that the payer states for the whole
 * (`resourceCount`, 1up). Where they differ, the report of the export's last batch says so and becomes `partial`. Exports of
 * which not every batch is there cannot be judged and stay as they are.
 *
 * @param batches in the order of the input; their reports are changed in place
 */
export function compareTotals(batches: readonly FetchedBatch[]): void {
	const exports = new Map<string, FetchedBatch[]>();
	for (const each of batches) {
		const key = exportKey(each);
		exports.set(key, [...(exports.get(key) ?? []), each]);
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
		if (received === stated) continue;
		const message = `The payer counts ${stated} resources in this export; its ${all.length} batches brought ${received}.`;
		last.report.outcome = 'partial';
		last.report.reason = [last.report.reason, message].filter(Boolean).join(' ');
	}
}

function exportKey({ item }: FetchedBatch): string {
	return JSON.stringify([item.tenant ?? '', item.jobId ?? '', item.memberId ?? '']);
}
