import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readIssues, type OutcomeIssue } from '../fhir/operationOutcome';
import { NdjsonReader } from '../fhir/ndjson';
import { isSuccess } from '../http/reply';
import { send } from '../http/send';
import type { OpenConnection } from '../payers/connection';
import type { ManifestFile } from './manifest';
import { replyOrReason } from './manifestPages';

/** One error file of a manifest as it was read, or why it could not be. */
export type ErrorFile = ManifestFile & ({ issues: OutcomeIssue[] } | { unread: string });

/** What all error files of an export say. The issues hold the payer's words: they belong into the data item only. */
export interface ErrorSummary {
	/** Something is missing: an issue of severity error or fatal, or a file that could not be read. */
	areSerious: boolean;
	/** One sentence; undefined where there are no error files. */
	summary?: string;
	/** One for each file, with the first issues. */
	errors: IDataObject[];
}

const MOST_ISSUES_LISTED = 100;
const SERIOUS = ['fatal', 'error'];

/** Whether the issues of an error file mean that data is missing (FHIR Bulk Data: error files can be informational only). */
export function summarizeErrors(files: readonly ErrorFile[]): ErrorSummary {
	if (files.length === 0) return { areSerious: false, errors: [] };
	const issues = files.flatMap((file) => ('issues' in file ? file.issues : []));
	const serious = issues.filter(({ severity }) => SERIOUS.includes(severity)).length;
	const unread = files.filter((file) => 'unread' in file).length;
	const says: string[] = [];
	if (serious > 0) says.push(`The payer lists ${serious} ${serious === 1 ? 'complaint' : 'complaints'}.`);
	if (unread > 0) says.push(`${unread} of its ${files.length} files of complaints could not be read.`);
	// A listed file without a single issue says nothing good: it stands in the list of what went wrong.
	const isEmpty = issues.length === 0 && unread === 0;
	if (isEmpty) says.push(`The payer lists ${files.length} empty files of complaints.`);
	return {
		areSerious: serious > 0 || unread > 0 || isEmpty,
		summary: says.join(' ') || `The payer has ${issues.length} remarks; none says that data is missing.`,
		errors: listed(files),
	};
}

function listed(files: readonly ErrorFile[]): IDataObject[] {
	let room = MOST_ISSUES_LISTED;
	return files.map(({ type, url, ...rest }) => {
		const about = { ...(type !== undefined && { type }), url };
		if ('unread' in rest) return { ...about, unread: rest.unread };
		const issues = rest.issues.slice(0, room).map((issue) => ({ ...issue }));
		room -= issues.length;
		return { ...about, issueCount: rest.issues.length, issues };
	});
}

/**
 * Reads one error file. What cannot be read is said in the result.
 * @throws ExchangeError where the credential or the payer as a whole is at fault
 */
export async function readErrorFile(
	context: IExecuteFunctions,
	connection: OpenConnection,
	file: ManifestFile,
	requiresAccessToken: boolean,
): Promise<ErrorFile> {
	const reply = await replyOrReason(() =>
		send(context, connection, connection.fileRequest(file.url, requiresAccessToken), 'safe'),
	);
	if (typeof reply === 'string') return { ...file, unread: reply };
	return isSuccess(reply)
		? { ...file, issues: issuesOf(reply.text) }
		: { ...file, unread: `HTTP ${reply.status}` };
}

function issuesOf(ndjson: string): OutcomeIssue[] {
	const issues: OutcomeIssue[] = [];
	const unreadable = (): OutcomeIssue => ({
		severity: 'error',
		code: '',
		text: 'A line that is no OperationOutcome',
	});
	const reader = new NdjsonReader({
		onResource: (resource) => {
			const found = readIssues(resource);
			for (const issue of found.length > 0 ? found : [unreadable()]) issues.push(issue);
		},
		onRejected: () => issues.push(unreadable()),
	});
	reader.push(Buffer.from(ndjson));
	reader.end();
	return issues;
}
