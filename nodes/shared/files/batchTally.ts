import type { IDataObject } from 'n8n-workflow';
import { hasMoreIssues, isSeriousIssue, readIssues } from '../fhir/operationOutcome';
import { deletionsIn, noDeletionsIn } from '../fhir/outputLines';

const MAX_LINES_LISTED = 100;
const MAX_DELETIONS_LISTED = 10_000;

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
	/** What stands in a file of deletions and is none. */
	noDeletions: number;
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
	/** Lines that are OperationOutcomes, their issues that say that something is missing, and the first issues with their line. */
	outcomes: number;
	complaints: number;
	issues: IDataObject[];
	/** Documents that are named by their address, and not held. */
	documentsByAddress: number;
	/** Resources that the file held before, those of them that differ, and whether only a part was compared. */
	duplicates: number;
	duplicatesDifferent: number;
	duplicatesCut: boolean;
	/** Duplicates that were not passed on. */
	leftOut: number;
	/** Numbers that an item does not hold as they are written. */
	numbersChanged: number;
	/** Sentences about differences from what was asked for. */
	findings: string[];
	/** What should not stand in the file, and what should (`contentCheck.ts`); known at its end. */
	content: IDataObject;
	/** The types that came, with their numbers; known at its end. */
	types: string;
	/** Bytes as transferred, where the payer states them in advance. */
	transferred?: number;
	/** Resources of whom it is not decided yet whose they are. */
	held?: number;
}

/** Nothing counted yet. */
export function newTally(): BatchTally {
	return {
		rejectedLines: [],
		rejectedTruncated: false,
		unusable: 0,
		flagged: 0,
		flaggedLines: [],
		headers: 0,
		before: 0,
		deletions: 0,
		noDeletions: 0,
		deletedListed: [],
		otherPatients: 0,
		relatedPatients: 0,
		unreadable: 0,
		keptApart: 0,
		outcomes: 0,
		complaints: 0,
		issues: [],
		documentsByAddress: 0,
		duplicates: 0,
		duplicatesDifferent: 0,
		duplicatesCut: false,
		leftOut: 0,
		numbersChanged: 0,
		findings: [],
		content: {},
		types: '',
	};
}

/** Counts an OperationOutcome: a complaint or a remark of the payer is no resource of the member, wherever it stands. */
export function addComplaints(tally: BatchTally, outcome: IDataObject, line: number): void {
	const issues = readIssues(outcome);
	tally.outcomes += 1;
	// Without an issue it says nothing, but it stands where a resource should; and issues that were not read may be complaints.
	const atLeast = issues.length === 0 || hasMoreIssues(outcome) ? 1 : 0;
	tally.complaints += Math.max(issues.filter(isSeriousIssue).length, atLeast);
	for (const issue of issues) {
		if (tally.issues.length < MAX_LINES_LISTED) tally.issues.push({ line, ...issue });
	}
}

/**
 * Counts a Bundle of deletions.
 * @returns the URLs of the resources that it deletes
 */
export function addDeletions(tally: BatchTally, bundle: IDataObject): string[] {
	const deletions = deletionsIn(bundle);
	tally.deletions += deletions.length;
	tally.noDeletions += noDeletionsIn(bundle, deletions.length);
	tally.deletedListed.push(...deletions.slice(0, MAX_DELETIONS_LISTED - tally.deletedListed.length));
	return deletions;
}

/** Counts a resource of another type than the manifest states. */
export function addFlagged(tally: BatchTally, line: number, reason: string): void {
	tally.flagged += 1;
	if (tally.flaggedLines.length < MAX_LINES_LISTED) tally.flaggedLines.push({ line, reason });
}

/** Lists a rejected line. */
export function addRejected(tally: BatchTally, line: number, reason: string): void {
	if (tally.rejectedLines.length < MAX_LINES_LISTED) tally.rejectedLines.push({ line, reason });
}
