import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readIssues, type OutcomeIssue } from '../fhir/operationOutcome';
import { NdjsonReader } from '../fhir/ndjson';
import { isSuccess } from '../http/reply';
import { send } from '../http/send';
import type { OpenConnection } from '../payers/connection';
import type { ManifestFile } from './manifest';
import { replyOrReason } from './manifestPages';

/** An error file of a manifest with its issues, or the reason it could not be read. */
export type ErrorFile = ManifestFile & ({ issues: OutcomeIssue[] } | { unread: string });

/** Summary of all error files of an export. The issues contain the payer's texts and are for data items only. */
export interface ErrorSummary {
	/** Data is missing: an issue of severity error or fatal, or a file that could not be read. */
	isSerious: boolean;
	/** One sentence; undefined if there are no error files. */
	summary?: string;
	/** One entry per file, with the first issues. */
	errors: IDataObject[];
}

const MAX_ISSUES_LISTED = 100;
const SERIOUS_SEVERITIES = ['fatal', 'error'];

/** Summarizes error files, and decides whether data is missing (FHIR Bulk Data: error files can be informational only). */
export function summarizeErrors(files: readonly ErrorFile[]): ErrorSummary {
	if (files.length === 0) return { isSerious: false, errors: [] };
	const issues = files.flatMap((file) => ('issues' in file ? file.issues : []));
	const serious = issues.filter(({ severity }) => SERIOUS_SEVERITIES.includes(severity)).length;
	const unread = files.filter((file) => 'unread' in file).length;
	const sentences: string[] = [];
	if (serious > 0)
		sentences.push(`The payer lists ${serious} ${serious === 1 ? 'complaint' : 'complaints'}.`);
	if (unread > 0) sentences.push(`${unread} of its ${files.length} files of complaints could not be read.`);
	// An error file without issues still counts as an error: the payer listed it as one.
	const isWithoutIssues = issues.length === 0 && unread === 0;
	if (isWithoutIssues) sentences.push(`The payer lists ${files.length} empty files of complaints.`);
	return {
		isSerious: serious > 0 || unread > 0 || isWithoutIssues,
		summary: sentences.join(' ') || `The payer has ${issues.length} remarks; none says that data is missing.`,
		errors: listFiles(files),
	};
}

function listFiles(files: readonly ErrorFile[]): IDataObject[] {
	let remaining = MAX_ISSUES_LISTED;
	return files.map(({ type, url, ...rest }) => {
		const about = { ...(type !== undefined && { type }), url };
		if ('unread' in rest) return { ...about, unread: rest.unread };
		const issues = rest.issues.slice(0, remaining).map((issue) => ({ ...issue }));
		remaining -= issues.length;
		return { ...about, issueCount: rest.issues.length, issues };
	});
}

/**
 * Reads one error file. The result says why if it cannot be read.
 * @throws ExchangeError if the error affects all requests to the payer
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
	const unreadableIssue = (): OutcomeIssue => ({
		severity: 'error',
		code: '',
		text: 'A line that is no OperationOutcome',
	});
	const reader = new NdjsonReader({
		onResource: (resource) => {
			const found = readIssues(resource);
			for (const issue of found.length > 0 ? found : [unreadableIssue()]) issues.push(issue);
		},
		onRejected: () => issues.push(unreadableIssue()),
	});
	reader.push(Buffer.from(ndjson));
	reader.end();
	return issues;
}
