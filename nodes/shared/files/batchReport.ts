import type { IDataObject } from 'n8n-workflow';
import type { NdjsonSummary } from '../fhir/ndjson';
import type { Batch } from './batchItem';

/** A line that is not a resource, or not of the stated type. */
export interface FlaggedLine {
	line: number;
	reason: string;
}

/** Counts collected while a batch is read. */
export interface BatchTally {
	/** The first lines that are not a resource, or that the chosen output cannot use. */
	rejectedLines: FlaggedLine[];
	/** Only part of the rejected lines was kept. */
	rejectedTruncated: boolean;
	/** Resources that cannot be put into a Bundle; also counted as rejected lines. */
	unusable: number;
	/** Resources of a type other than the manifest states. */
	flagged: number;
	flaggedLines: FlaggedLine[];
	/** Block headers. */
	headers: number;
	/** Resources about care before Date of Service From. */
	before: number;
	deletions: number;
	deletedListed: string[];
}

/** The analyst's settings that the report mentions. */
export interface ReportSettings {
	/** Limit after which reading stopped. */
	maxResources?: number;
	/** `YYYY-MM-DD` */
	dateOfServiceFrom?: string;
	/** Earlier care was left out, not only counted. */
	excludeEarlier?: boolean;
}

/**
 * The Batch Report: what was received, what was rejected, and whether the file is complete.
 * @param seconds time that the file took
 */
export function batchReport(
	batch: Batch,
	{ maxResources, dateOfServiceFrom, excludeEarlier }: ReportSettings,
	tally: BatchTally,
	summary: NdjsonSummary,
	seconds: number,
): IDataObject {
	const { members, ...about } = batch.envelope;
	const { type, count, isDeleted } = batch;
	const { headers, before, unusable, flagged } = tally;
	const received = summary.resources + unusable + (excludeEarlier ? before : 0);
	const reasons = reasonsForPartial(tally, summary);
	// Bulk Data 3 leaves it to the payer whether its count includes block headers.
	const countMatches = count === undefined || [received, received + headers].includes(count);
	if (summary.limited) reasons.push(`Limit of ${maxResources} reached`);
	else if (!countMatches) reasons.push(`The manifest promises ${count} resources; ${received} came.`);
	return {
		...about,
		// Only the number: the list would be repeated in the report of every batch.
		...(Array.isArray(members) && { memberCount: members.length }),
		...(batch.batch !== undefined && { batch: batch.batch }),
		...(type !== undefined && { type }),
		outcome: reasons.length > 0 ? 'partial' : 'complete',
		...(reasons.length > 0 && { reason: reasons.join(' ') }),
		resources: isDeleted ? 0 : summary.resources,
		...(dateOfServiceFrom !== undefined && { beforeDateOfService: before }),
		...(headers > 0 && { headers }),
		...(isDeleted && { deletions: tally.deletions, deleted: [...tally.deletedListed] }),
		rejected: summary.rejected,
		rejectedLines: asJson(tally.rejectedLines),
		...(unusable > 0 && { unbundled: unusable }),
		...(tally.rejectedTruncated && { rejectedTruncated: true }),
		...(flagged > 0 && { flagged, flaggedLines: asJson(tally.flaggedLines) }),
		...(summary.limited ? { limit: maxResources } : { bytes: summary.bytes, sha256: summary.sha256 }),
		seconds,
	};
}

/** The Batch Report of a file that was not asked for. @param outcome the columns that say why */
export function unfetchedReport({ envelope, batch, type }: Batch, outcome: IDataObject): IDataObject {
	const { members, ...about } = envelope;
	return {
		...about,
		...(Array.isArray(members) && { memberCount: members.length }),
		...(batch !== undefined && { batch }),
		...(type !== undefined && { type }),
		...outcome,
		resources: 0,
		rejected: 0,
		rejectedLines: [],
	};
}

function reasonsForPartial({ unusable, flagged }: BatchTally, summary: NdjsonSummary): string[] {
	const reasons: string[] = [];
	const notResources = summary.rejected - unusable;
	if (notResources > 0) reasons.push(`${notResources} lines are no FHIR resource.`);
	if (unusable > 0) reasons.push(`${unusable} resources have no place in a Bundle.`);
	if (flagged > 0) reasons.push(`${flagged} resources are of another type than promised.`);
	return reasons;
}

function asJson(lines: readonly FlaggedLine[]): IDataObject[] {
	return lines.map((line) => ({ ...line }));
}
