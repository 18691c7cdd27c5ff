import type { IDataObject } from 'n8n-workflow';
import type { NdjsonSummary } from '../fhir/ndjson';
import type { Batch } from './batchItem';

/** A line that is no resource, or not of the promised type. */
export interface FlaggedLine {
	line: number;
	reason: string;
}

/** What was counted while a batch was read. */
export interface BatchTally {
	/** The first lines that are no resource, or that the chosen output cannot use. */
	rejectedLines: FlaggedLine[];
	/** The kept bytes of rejected lines are not all of them. */
	rejectedTruncated: boolean;
	/** Resources that have no place in a Bundle; they are among the rejected lines. */
	unusable: number;
	/** Resources of another type than promised. */
	flagged: number;
	flaggedLines: FlaggedLine[];
	/** Headers of blocks. */
	headers: number;
	/** Resources of care before the Date of Service From. */
	before: number;
	deletions: number;
	deletedListed: string[];
}

/** What the analyst set that the report speaks of. */
export interface ReportSettings {
	/** Resources after which no more was read. */
	mostResources?: number;
	/** `YYYY-MM-DD` */
	dateOfServiceFrom?: string;
	/** Care before that day was left out, not only counted. */
	leaveOut?: boolean;
}

/**
 * The Batch Report: what came, what did not, and whether the file is complete.
 * @param seconds that the file took
 */
export function batchReport(
	batch: Batch,
	{ mostResources, dateOfServiceFrom, leaveOut }: ReportSettings,
	tally: BatchTally,
	summary: NdjsonSummary,
	seconds: number,
): IDataObject {
	const { members, ...about } = batch.envelope;
	const { type, count, isDeleted } = batch;
	const { headers, before, unusable, flagged } = tally;
	const came = summary.resources + unusable + (leaveOut ? before : 0);
	const reasons = reasonsForPartial(tally, summary);
	// Whether the headers of blocks are among the resources that it counts, Bulk Data 3 leaves to the payer.
	const isPromised = count === undefined || [came, came + headers].includes(count);
	if (summary.limited) reasons.push(`Limit of ${mostResources} reached`);
	else if (!isPromised) reasons.push(`The manifest promises ${count} resources; ${came} came.`);
	return {
		...about,
		// Not the list itself: it would stand in the report of each batch.
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
		...(summary.limited ? { limit: mostResources } : { bytes: summary.bytes, sha256: summary.sha256 }),
		seconds,
	};
}

function reasonsForPartial({ unusable, flagged }: BatchTally, summary: NdjsonSummary): string[] {
	const reasons: string[] = [];
	const noResource = summary.rejected - unusable;
	if (noResource > 0) reasons.push(`${noResource} lines are no FHIR resource.`);
	if (unusable > 0) reasons.push(`${unusable} resources have no place in a Bundle.`);
	if (flagged > 0) reasons.push(`${flagged} resources are of another type than promised.`);
	return reasons;
}

function asJson(lines: readonly FlaggedLine[]): IDataObject[] {
	return lines.map((line) => ({ ...line }));
}
