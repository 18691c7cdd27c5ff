import type { IDataObject } from 'n8n-workflow';
import { reportedMembers } from '../exchange/exchange';
import type { NdjsonSummary } from '../fhir/ndjson';
import type { Batch } from './batchItem';
import type { BatchTally, FlaggedLine } from './batchTally';
import { compareFacts, type FactsCompared } from './statedFacts';

/** The analyst's settings that the report mentions. */
export interface ReportSettings {
	/** Limit after which reading stopped. */
	maxResources?: number;
	/** `YYYY-MM-DD` */
	dateOfServiceFrom?: string;
	/** Earlier care was left out, not only counted. */
	excludeEarlier?: boolean;
	/** Most lines were not parsed: what nobody looked for is null in the report, and not 0. */
	checksEndsOnly?: boolean;
}

/**
 * The Batch Report: what was received, what was rejected, and whether the file is complete.
 * @param seconds time that the file took
 */
export function batchReport(
	batch: Batch,
	settings: ReportSettings,
	tally: BatchTally,
	summary: NdjsonSummary,
	seconds: number,
): IDataObject {
	const { members, personHashes, ...about } = batch.envelope;
	const listed = reportedMembers({ members, batch: batch.batch });
	// Hashes of a person stand in no report.
	void personHashes;
	const { type, isDeleted } = batch;
	const { maxResources, dateOfServiceFrom, checksEndsOnly = false } = settings;
	const { headers, before, unusable, flagged, otherPatients, relatedPatients, patientsSeen = 0 } = tally;
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
	const compared = summary.limited ? undefined : compareBatch(batch, settings, tally, summary);
	reasons.push(...(compared?.differences ?? [`Limit of ${maxResources} reached`]));
	const findings = [...(compared?.findings ?? []), ...tally.findings];
	const isPartial = reasons.length > 0;
	return {
		...about,
		// A long list is not repeated in the report of every batch.
		...(Array.isArray(members) && { memberCount: members.length }),
		...listed,
		...(batch.batch !== undefined && { batch: batch.batch }),
		...(batch.batchCount !== undefined && { batchCount: batch.batchCount }),
		...(type !== undefined && { type }),
		outcome: isPartial ? 'partial' : unclear.length > 0 ? 'unclear' : 'complete',
		...(isPartial || unclear.length > 0 ? { reason: [...reasons, ...unclear].join(' ') } : {}),
		resources: isDeleted ? 0 : summary.resources,
		...(checksEndsOnly && { checked: 'ends' }),
		...((otherPatients > 0 || checksEndsOnly) && { otherPatients: otherPatients || null }),
		...(relatedPatients > 0 && { relatedPatients }),
		...(patientsSeen > 0 && { patientsSeen }),
		...(patientsSeen > 0 && !isUnclear && { patientChecked: false }),
		...(dateOfServiceFrom !== undefined && { beforeDateOfService: checksEndsOnly ? null : before }),
		...(headers > 0 && { headers }),
		...(isDeleted && { deletions: tally.deletions, deleted: [...tally.deletedListed] }),
		rejected: summary.rejected,
		rejectedLines: asJson(tally.rejectedLines),
		...(unusable > 0 && { unbundled: unusable }),
		...(tally.rejectedTruncated && { rejectedTruncated: true }),
		...(flagged > 0 && { flagged, flaggedLines: asJson(tally.flaggedLines) }),
		...(tally.outcomes > 0 && { complaints: tally.complaints, complaintLines: [...tally.issues] }),
		...((tally.duplicates > 0 || checksEndsOnly) && { duplicates: tally.duplicates || null }),
		...(tally.duplicates > 0 && {
			duplicatesDifferent: tally.duplicatesDifferent,
		}),
		...(tally.duplicatesCut && { duplicatesCut: true }),
		...(tally.leftOut > 0 && { duplicatesLeftOut: tally.leftOut }),
		...((tally.documentsByAddress > 0 || checksEndsOnly) && {
			documentsByAddress: tally.documentsByAddress || null,
		}),
		...(tally.numbersChanged > 0 && { numbersChanged: tally.numbersChanged }),
		...(batch.asked && { asked: { ...batch.asked } }),
		...(!isDeleted && (checksEndsOnly ? unchecked(tally.content) : tally.content)),
		...(type === undefined && !checksEndsOnly && tally.types !== '' && { types: tally.types }),
		...((findings.length > 0 || checksEndsOnly) && { findings: findings.length > 0 ? findings : null }),
		...(isEmptiedByDate(batch, summary) && { emptiedByDate: true }),
		...(summary.limited ? { limit: maxResources } : { bytes: summary.bytes, sha256: summary.sha256 }),
		seconds,
	};
}

/** Counts that nobody has made. */
function unchecked(content: object = {}): IDataObject {
	return Object.fromEntries(Object.keys(content).map((key) => [key, null]));
}

/** Whether only resources since a day of service were asked for, and the file is empty. */
function isEmptiedByDate(
	{ type, asked, isEmptyExport }: Batch,
	{ resources, limited }: NdjsonSummary,
): boolean {
	const isLimitedByDate = type !== undefined && asked?.serviceTypes?.includes(type) === true;
	return isLimitedByDate && resources === 0 && !limited && !isEmptyExport;
}

/** Compares what the manifest states of a file with what came. */
export function compareBatch(
	batch: Batch,
	{ excludeEarlier }: ReportSettings,
	tally: BatchTally,
	{ resources, bytes, sha256 }: NdjsonSummary,
): FactsCompared {
	const { headers, outcomes, unusable, keptApart, leftOut, before, transferred, held = 0 } = tally;
	const received = resources + unusable + keptApart + leftOut + held + (excludeEarlier ? before : 0);
	// Bulk Data 3 leaves it to the payer whether its count includes block headers; and it may count complaints.
	const counts = [received, received + headers, received + outcomes, received + headers + outcomes];
	// A file of deletions holds Bundles; some payers count what these list.
	if (batch.isDeleted) counts.push(tally.deletions);
	return compareFacts(
		batch,
		{ counts, bytes, sha256, transferred },
		(stated, came) => `The manifest promises ${stated} resources; ${came} came.`,
	);
}

/** Whether it cannot be told whose the resources are: an export of one member names several patients, and nothing is known of them. */
export function isOwnerUnclear({ envelope, isShared }: Batch, { patientsSeen = 0 }: BatchTally): boolean {
	return isShared ? patientsSeen > 0 : envelope.memberId !== undefined && patientsSeen > 1;
}

/** The Batch Report of a file that was not asked for. @param outcome the columns that say why */
export function unfetchedReport(
	{ envelope, batch, batchCount, type }: Batch,
	outcome: IDataObject,
): IDataObject {
	const { members, personHashes, ...about } = envelope;
	const listed = reportedMembers({ members, batch });
	void personHashes;
	return {
		...about,
		...(Array.isArray(members) && { memberCount: members.length }),
		...listed,
		...(batch !== undefined && { batch }),
		...(batchCount !== undefined && { batchCount }),
		...(type !== undefined && { type }),
		...outcome,
		resources: 0,
		rejected: 0,
		rejectedLines: [],
	};
}

function reasonsForPartial(
	{ unusable, flagged, otherPatients, complaints, noDeletions }: BatchTally,
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
	if (noDeletions > 0)
		reasons.push(
			`${noDeletions} ${noDeletions === 1 ? 'entry' : 'entries'} of this file of deletions ${noDeletions === 1 ? 'is' : 'are'} no deletion.`,
		);
	if (flagged > 0) reasons.push(`${flagged} resources are of another type than promised.`);
	if (complaints > 0) {
		reasons.push(
			`The file holds ${complaints} ${complaints === 1 ? 'complaint' : 'complaints'} of the payer.`,
		);
	}
	return reasons;
}

function asJson(lines: readonly FlaggedLine[]): IDataObject[] {
	return lines.map((line) => ({ ...line }));
}
