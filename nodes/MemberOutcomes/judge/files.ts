import type { IDataObject } from 'n8n-workflow';
import { countOf, idText, textOf } from '../../shared/fhir/json';
import { pluralize } from '../../shared/n8n/hints';
import type { Fact } from '../read/fact';
import { ERROR, unknown, verdict, type Verdict } from './verdict';

/** The files of one export, as far as they were fetched. */
export interface Files {
	/** How many the payer lists; undefined if that is not known. */
	listed?: number;
	/** The last report of each file. */
	reports: IDataObject[];
	/** Errors of files that have no report. */
	errors: IDataObject[];
	/** Listed files without a report or an error. */
	missing: number;
}

/** Sorts what Fetch Batch gave by file. @param facts of one export */
export function filesOf(facts: readonly Fact[]): Files {
	const listed = facts
		.filter(({ kind }) => kind === 'completed' || kind === 'report')
		.map(({ json }) => number(json.batchCount))
		.find((count) => count !== undefined);
	const reports = new Map<string, IDataObject>();
	const errors = new Map<string, IDataObject>();
	for (const { kind, step, json } of facts) {
		if (step !== 'fetchBatch') continue;
		const file = idText(json.batch) ?? '';
		// An error without the number of its file is one of its own.
		if (kind === 'error') errors.set(file === '' ? `error ${errors.size}` : file, json);
		else reports.set(file, withSupplement(reports.get(file), json));
	}
	for (const file of reports.keys()) errors.delete(file);
	const known = reports.size + errors.size;
	return {
		...(listed !== undefined && { listed }),
		reports: [...reports.values()],
		errors: [...errors.values()],
		missing: Math.max((listed ?? 0) - known, 0),
	};
}

/**
 * A report of a file that Fetch Batch stored and a later node read: it may say more of the contents, and is not itself what was fetched.
 * Of a part of a file it says nothing of the whole.
 */
function withSupplement(before: IDataObject | undefined, report: IDataObject): IDataObject {
	if (before === undefined || report.fetchedAt !== undefined || before.fetchedAt === undefined) return report;
	if (report.part !== undefined) return before;
	const isWorse = before.outcome === 'complete' && report.outcome !== 'complete';
	const { outcome, reason } = isWorse ? report : before;
	return { ...report, ...before, outcome, ...(reason !== undefined && { reason }) };
}

/** A table may hold digits as text. */
function number(value: unknown): number | undefined {
	return countOf(typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
}

/**
 * What became of an export whose files are listed: complete only if each of them is.
 * @param partial the item that says that the export itself is not whole
 */
export function judgeFiles(files: Files, partial: IDataObject | undefined): Verdict {
	const { listed, reports, errors, missing } = files;
	const outcomes = reports.map(({ outcome }) => String(outcome));
	const whole = outcomes.filter((outcome) => outcome === 'complete').length;
	const reasons = [partial?.reason, ...reports.map(reasonOf), ...errors.map(({ error }) => error)];
	const [firstError] = errors;
	if (listed === 0 && !partial) return verdict('empty', ['The payer has no data to give.']);
	if (listed === undefined) {
		return unknown(
			[`It is not known how many files the export has; ${whole} came whole.`, ...reasons],
			'Connect the node in which Wait For Export stands, or use items that Fetch Batch gave in this version.',
		);
	}
	if (reports.length + errors.length === 0) {
		return unknown(
			[
				`The export has ended with ${pluralize(listed, 'file', 'files')}, and Fetch Batch has given nothing for it.`,
			],
			'See whether the output Completed is connected to Fetch Batch, and whether that node has run.',
		);
	}
	if (missing > 0) {
		return unknown(
			[`Of ${pluralize(listed, 'file', 'files')}, ${missing} have no report.`, ...reasons],
			'See whether Fetch Batch has run for all files, and whether its output Batch Report has all of them.',
		);
	}
	if (errors.length > 0 && reports.length === 0) return verdict(ERROR, reasons, firstError.message);
	if (outcomes.length > 0 && errors.length === 0 && new Set(outcomes).size === 1) {
		const [only] = outcomes;
		if (only === 'complete') {
			return partial
				? verdict('partial', reasons, partial.nextStep)
				: verdict('complete', [shared(reports[0])]);
		}
		if (!partial) return verdict(only, reasons, reports[0].nextStep);
	}
	const isLost = errors.length > 0 || partial !== undefined || outcomes.some((each) => LOST.includes(each));
	return isLost
		? verdict('partial', reasons, partial?.nextStep ?? firstError?.message)
		: verdict('unclear', reasons, FILES_UNCLEAR);
}

function shared({ memberCount }: IDataObject): string {
	const count = number(memberCount) ?? 1;
	return count > 1 ? `One export for ${count} members: the reports count the resources of all together.` : '';
}

/** Outcomes of a file of which something is missing. */
const LOST = ['partial', 'consent-ended', 'failed'];
const FILES_UNCLEAR =
	'Ask the payer whose the resources are: the Batch Report says what is not clear. None has the Member ID.';

function reasonOf({ outcome, type, reason }: IDataObject): string {
	if (outcome === 'complete') return '';
	return `${textOf(type) ?? 'A file'}: ${textOf(reason) ?? String(outcome)}`;
}
