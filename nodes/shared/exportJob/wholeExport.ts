import type { IExecuteFunctions } from 'n8n-workflow';
import { readComplaints, type ComplaintFile, type Complaints } from './errorFiles';
import type { Manifest, ManifestFile } from './manifest';
import { allPages, replyOrReason } from './manifestPages';
import { NdjsonReader } from '../fhir/ndjson';
import { readIssues, type OutcomeIssue } from '../fhir/operationOutcome';
import { isSuccess } from '../http/reply';
import { ask, type OpenConnection } from '../http/send';

/** A finished export with all parts of its manifest, and what its error files say. */
export interface WholeExport {
	manifest: Manifest;
	complaints: Complaints;
}

/**
 * Follows a manifest that comes in parts, and reads its error files. What cannot be read is said in the result and takes
 * nothing away from what was.
 *
 * @throws ExchangeError where the credential or the payer as a whole is at fault
 */
export async function wholeExport(
	context: IExecuteFunctions,
	connection: OpenConnection,
	first: Manifest,
): Promise<WholeExport> {
	const manifest = await allPages(context, connection, first);
	const files: ComplaintFile[] = [];
	for (const file of manifest.errorFiles) {
		files.push(await readComplaintFile(context, connection, file, manifest.requiresAccessToken));
	}
	return { manifest, complaints: readComplaints(files) };
}

async function readComplaintFile(
	context: IExecuteFunctions,
	connection: OpenConnection,
	file: ManifestFile,
	requiresAccessToken: boolean,
): Promise<ComplaintFile> {
	const reply = await replyOrReason(() =>
		ask(context, connection, connection.fileRequest(file.url, requiresAccessToken), 'reading'),
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
			issues.push(...(found.length > 0 ? found : [unreadable()]));
		},
		onRejected: () => issues.push(unreadable()),
	});
	reader.push(Buffer.from(ndjson));
	reader.end();
	return issues;
}
