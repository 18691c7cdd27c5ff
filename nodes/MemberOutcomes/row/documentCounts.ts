import type { IDataObject } from 'n8n-workflow';
import { countOf } from '../../shared/fhir/json';
import { GOOD_DOCUMENTS } from '../../shared/n8n/outcomes';
import type { Fact } from '../read/fact';

const GOOD: readonly unknown[] = GOOD_DOCUMENTS;

/**
 * How many documents an exchange names, and what became of them by the report of Fetch Documents: of each document its last row. Where that
 * node has not run, the Batch Reports say how many are named by their address; null where nothing says so.
 */
export function documentCounts(facts: readonly Fact[]): IDataObject {
	const ofNode = facts.filter(({ step }) => step === 'fetchDocuments');
	if (ofNode.length === 0) {
		const counts = facts.flatMap(({ json }) => countOf(Number(json.documentsByAddress ?? undefined)) ?? []);
		const named = counts.length > 0 ? counts.reduce((sum, count) => sum + count, 0) : null;
		return { documentsNamed: named, documentsFetched: named && 0, documentsFailed: named && 0 };
	}
	const outcomes = new Map<string, unknown>();
	for (const [index, { kind, json }] of ofNode.entries()) {
		const { payer, jobId, batch, line, documentType, documentId, attachment, outcome } = json;
		// Nobody knows how many documents the item of an error names: it counts as one.
		const isError = kind === 'error';
		const place = documentId === undefined ? [jobId, batch, line] : [documentType, documentId];
		const isPlaced = !isError && place.every((each) => each !== undefined);
		const key = isPlaced ? [payer, ...place, attachment] : index;
		outcomes.set(JSON.stringify(key), isError ? kind : outcome);
	}
	const fetched = [...outcomes.values()].filter((outcome) => GOOD.includes(outcome)).length;
	return {
		documentsNamed: outcomes.size,
		documentsFetched: fetched,
		documentsFailed: outcomes.size - fetched,
	};
}
