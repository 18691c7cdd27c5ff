import { GOOD_DOCUMENTS } from '../../shared/n8n/outcomes';
import type { Files } from '../judge/files';
import type { Fact } from '../read/fact';
import { isParsed, isWholeReport, numberOf } from './reports';

/** Documents that the data names, and what became of them; undefined where that is not known. */
export interface Documents {
	named?: number;
	fetched?: number;
	failed?: number;
}

const GOOD: readonly unknown[] = GOOD_DOCUMENTS;

/**
 * How many documents an exchange names, and what became of them by the report of Fetch Documents: of each document its last row. Where that
 * node has not run, the Batch Reports say how many came by their address only (`Attachment.url`).
 */
export function documentsOf(facts: readonly Fact[], { reports }: Files): Documents {
	const ofNode = facts.filter(({ step }) => step === 'fetchDocuments');
	return ofNode.length > 0 ? reportedDocuments(ofNode) : { named: namedInReports(reports) };
}

function reportedDocuments(ofNode: readonly Fact[]): Documents {
	const outcomes = new Map<string, unknown>();
	for (const [index, { kind, json }] of ofNode.entries()) {
		const { payer, directoryKey, jobId, batch, line, documentType, documentId, attachment, part, outcome } =
			json;
		// Nobody knows how many documents the item of an error names: it counts as one.
		const isError = kind === 'error';
		const place = documentId === undefined ? [jobId, batch, line] : [documentType, documentId];
		const isPlaced = !isError && place.every((each) => each !== undefined);
		const key = isPlaced ? [payer, directoryKey, ...place, attachment, part] : index;
		outcomes.set(JSON.stringify(key), isError ? kind : outcome);
	}
	const fetched = [...outcomes.values()].filter((outcome) => GOOD.includes(outcome)).length;
	return { named: outcomes.size, fetched, failed: outcomes.size - fetched };
}

function namedInReports(reports: Files['reports']): number | undefined {
	const counts = reports.map((report) => {
		const count = numberOf(report.documentsByAddress);
		// Where all lines were parsed and none is counted, there was none.
		return count ?? (isParsed(report) && isWholeReport(report) ? 0 : undefined);
	});
	if (counts.length === 0 || counts.includes(undefined)) return undefined;
	return counts.reduce<number>((sum, count = 0) => sum + count, 0);
}
