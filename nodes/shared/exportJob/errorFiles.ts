import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { objectsOf } from '../fhir/json';
import { ANSWER_IDLE_TIMEOUT_MS, ERROR_FILE_LIMITS } from '../fhir/limits';
import { NdjsonReader } from '../fhir/ndjson';
import { isSeriousIssue, readIssues, type OutcomeIssue } from '../fhir/operationOutcome';
import { download, type FileBytes } from '../http/download';
import type { OpenConnection } from '../payers/connection';
import type { Manifest, ManifestFile } from './manifest';
import { valueOrReason } from './manifestPages';

/** An error file of a manifest with its issues, or the reason it could not be read. */
export type ErrorFile = ManifestFile & (IssuesRead | { unread: string });

interface IssuesRead {
	issues: OutcomeIssue[];
	/** Set if the file has more, which were not read. */
	hasMore?: boolean;
}

/** Summary of all error files of an export. The issues contain the payer's texts and are for data items only. */
export interface ErrorSummary {
	/** Data is missing: an issue of severity error or fatal, or something that was not read. */
	isSerious: boolean;
	/** A few sentences; undefined if there are no error files. */
	summary?: string;
	/** One entry for each file that was opened, with the first issues. */
	errors: IDataObject[];
}

/**
 * Summarizes error files, and decides whether data is missing (FHIR Bulk Data: error files can be informational only). What was not read
 * counts as if it said so.
 * @param total number of error files that the payer lists; more than `files` if not all were opened
 */
export function summarizeErrors(files: readonly ErrorFile[], total = files.length): ErrorSummary {
	if (total === 0) return { isSerious: false, errors: [] };
	const issues = files.flatMap((file) => ('issues' in file ? file.issues : []));
	const serious = issues.filter(isSeriousIssue).length;
	const unread = files.filter((file) => 'unread' in file).length;
	const hasMore = total > files.length || files.some((file) => 'hasMore' in file);
	const sentences: string[] = [];
	if (serious > 0)
		sentences.push(`The payer lists ${serious} ${serious === 1 ? 'complaint' : 'complaints'}.`);
	if (unread > 0) sentences.push(`${unread} of its ${total} files of complaints could not be read.`);
	if (hasMore) {
		sentences.push(
			`${issues.length} complaints and remarks in ${files.length} of ${total} files were read; there are more, which were not.`,
		);
	}
	// An error file without issues still counts as an error: the payer listed it as one, unless it states that nothing is in it.
	const empty = files.filter(
		(file) => 'issues' in file && file.issues.length === 0 && file.count !== 0,
	).length;
	const isWithoutIssues = issues.length === 0 && unread === 0 && !hasMore && empty > 0;
	if (isWithoutIssues) sentences.push(`The payer lists ${empty} empty files of complaints.`);
	const isNothing = issues.length === 0 && sentences.length === 0;
	return {
		isSerious: serious > 0 || unread > 0 || hasMore || isWithoutIssues,
		summary: isNothing
			? undefined
			: sentences.join(' ') || `The payer has ${issues.length} remarks; none says that data is missing.`,
		errors: listFiles(files),
	};
}

const MAX_ISSUES_LISTED = 100;

function listFiles(files: readonly ErrorFile[]): IDataObject[] {
	let remaining = MAX_ISSUES_LISTED;
	return files.map(({ type, url, ...rest }) => {
		const about = { ...(type !== undefined && { type }), url };
		if ('unread' in rest) return { ...about, unread: rest.unread };
		const issues = rest.issues.slice(0, remaining).map((issue) => ({ ...issue }));
		remaining -= issues.length;
		return { ...about, issueCount: rest.issues.length, issues, ...(rest.hasMore && { hasMore: true }) };
	});
}

/**
 * Reads the error files of an export: up to a number of files and of issues in all, and until the deadline (ms since 1970).
 * @throws ExchangeError if the error affects all requests to the payer
 */
export async function readErrorFiles(
	context: IExecuteFunctions,
	connection: OpenConnection,
	{ errorFiles, requiresAccessToken }: Manifest,
	deadline: number,
): Promise<ErrorSummary> {
	const files: ErrorFile[] = [];
	let left = ERROR_FILE_LIMITS.issues;
	for (const file of errorFiles.slice(0, ERROR_FILE_LIMITS.files)) {
		if (left === 0 || Date.now() >= deadline) break;
		const read = await valueOrReason(() =>
			download(context, connection, connection.fileRequest(file.url, requiresAccessToken), {
				read: async (body) => await readUpTo(left, body),
				idleMs: ANSWER_IDLE_TIMEOUT_MS,
				deadline,
			}),
		);
		if (typeof read === 'string') files.push({ ...file, unread: read });
		else if ('refused' in read) files.push({ ...file, unread: `HTTP ${read.refused.status}` });
		else {
			files.push({ ...file, ...read.value });
			left -= read.value.issues.length;
		}
	}
	return summarizeErrors(files, errorFiles.length);
}

const UNREADABLE: OutcomeIssue = { severity: 'error', code: '', text: 'A line that is no OperationOutcome' };

/** The first issues of a file of OperationOutcomes. */
async function readUpTo(most: number, { arriving }: FileBytes): Promise<IssuesRead> {
	const issues: OutcomeIssue[] = [];
	let hasMore = false;
	const add = (found: readonly OutcomeIssue[], count: number) => {
		const room = most - issues.length;
		hasMore ||= count > room || count > found.length;
		issues.push(...found.slice(0, room));
	};
	const reader = new NdjsonReader({
		onResource: (resource) => {
			const found = readIssues(resource);
			if (found.length > 0) add(found, objectsOf(resource.issue).length);
			else add([UNREADABLE], 1);
		},
		onRejected: () => add([UNREADABLE], 1),
	});
	let bytes = 0;
	for await (const part of arriving) {
		bytes += part.length;
		hasMore ||= bytes > ERROR_FILE_LIMITS.bytes;
		if (hasMore) return { issues, hasMore };
		reader.push(Buffer.from(part));
	}
	reader.end();
	return hasMore ? { issues, hasMore } : { issues };
}
