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
	/** Resources of patients who were not asked for, those who pay for ours apart. */
	otherPatients: number;
	/** Patients who were not asked for, but pay for one who was, as subscriber or policy holder. */
	relatedPatients: number;
	/** Resources that name their patient in a way that cannot be read. */
	unreadable: number;
	/** Resources of other patients that were not passed on. */
	keptApart: number;
	/** Patients of the export of whom nothing is known; known after all its files were read. */
	patientsSeen?: number;
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
	const { members, personHashes, ...about } = batch.envelope;
	// Hashes of a person stand in no report.
	void personHashes;
	const { type, count, isDeleted } = batch;
	const { headers, before, unusable, flagged, otherPatients, relatedPatients, patientsSeen = 0 } = tally;
	const received = summary.resources + unusable + tally.keptApart + (excludeEarlier ? before : 0);
	const isUnclear = isOwnerUnclear(batch, tally);
	const reasons = reasonsForPartial(tally, summary);
	const unclear: string[] = [];
	if (tally.unreadable > 0) {
		unclear.push(
			`${tally.unreadable} resources name their patient in a way that cannot be read: none of them has a Member ID.`,
		);
	}
	if (isUnclear) {
		unclear.push(
			`The export names ${patientsSeen} patients, and nothing tells which of them is this member: no resource has the Member ID.`,
		);
	}
	// Bulk Data 3 leaves it to the payer whether its count includes block headers.
	const countMatches = count === undefined || [received, received + headers].includes(count);
	if (summary.limited) reasons.push(`Limit of ${maxResources} reached`);
	else if (!countMatches) reasons.push(`The manifest promises ${count} resources; ${received} came.`);
	const isPartial = reasons.length > 0;
	return {
		...about,
		// Only the number: the list would be repeated in the report of every batch.
		...(Array.isArray(members) && { memberCount: members.length }),
		...(batch.batch !== undefined && { batch: batch.batch }),
		...(type !== undefined && { type }),
		outcome: isPartial ? 'partial' : unclear.length > 0 ? 'unclear' : 'complete',
		...(isPartial || unclear.length > 0 ? { reason: [...reasons, ...unclear].join(' ') } : {}),
		resources: isDeleted ? 0 : summary.resources,
		...(otherPatients > 0 && { otherPatients }),
		...(relatedPatients > 0 && { relatedPatients }),
		...(patientsSeen > 0 && { patientsSeen }),
		...(patientsSeen > 0 && !isUnclear && { patientChecked: false }),
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

/** Whether it cannot be told whose the resources are: an export of one member names several patients, and nothing is known of them. */
export function isOwnerUnclear({ envelope, isShared }: Batch, { patientsSeen = 0 }: BatchTally): boolean {
	return isShared ? patientsSeen > 0 : envelope.memberId !== undefined && patientsSeen > 1;
}

/** The Batch Report of a file that was not asked for. @param outcome the columns that say why */
export function unfetchedReport({ envelope, batch, type }: Batch, outcome: IDataObject): IDataObject {
	const { members, personHashes, ...about } = envelope;
	void personHashes;
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

function reasonsForPartial(
	{ unusable, flagged, otherPatients }: BatchTally,
	summary: NdjsonSummary,
): string[] {
	const reasons: string[] = [];
	const notResources = summary.rejected - unusable;
	if (notResources > 0) reasons.push(`${notResources} lines are no FHIR resource.`);
	if (unusable > 0) reasons.push(`${unusable} resources have no place in a Bundle.`);
	if (otherPatients > 0) {
		reasons.push(
			`${otherPatients} ${otherPatients === 1 ? 'resource belongs' : 'resources belong'} to patients who were not asked for.`,
		);
	}
	if (flagged > 0) reasons.push(`${flagged} resources are of another type than promised.`);
	return reasons;
}

function asJson(lines: readonly FlaggedLine[]): IDataObject[] {
	return lines.map((line) => ({ ...line }));
}
