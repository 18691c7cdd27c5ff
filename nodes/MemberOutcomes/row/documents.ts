import { countOf } from '../../shared/fhir/json';
import type { Files } from '../judge/files';
import { isParsed, isWholeReport } from './reports';

/** Documents that came by their address only (`Attachment.url`), and what became of them; undefined where that is not known. */
export interface Documents {
	named?: number;
	fetched?: number;
	failed?: number;
}

/** What the reports say of documents. @returns how many were fetched is not known: no node of this package fetches them */
export function documentsOf({ reports }: Files): Documents {
	const isKnown = reports.every(
		(report) => isParsed(report) && (isWholeReport(report) || report.documentsByAddress !== undefined),
	);
	if (reports.length === 0 || !isKnown) return {};
	const named = reports.reduce(
		(sum, { documentsByAddress }) => sum + (countOf(Number(documentsByAddress ?? 0)) ?? 0),
		0,
	);
	return { named };
}
