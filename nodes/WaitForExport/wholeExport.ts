import type { IExecuteFunctions } from 'n8n-workflow';
import { asThrown, ExchangeError } from '../shared/exchangeError';
import { readComplaints, type ComplaintFile, type Complaints } from '../shared/exportJob/complaints';
import {
	isManifest,
	joinManifests,
	readManifest,
	type Manifest,
	type ManifestFile,
} from '../shared/exportJob/manifest';
import { NdjsonReader } from '../shared/ndjson';
import { readIssues, type OutcomeIssue } from '../shared/operationOutcome';
import { oneUpHealth } from '../shared/payerApis/oneUpHealth';
import { bodyKind, isSuccess, type PayerReply } from '../shared/payerReply';
import { ask, type OpenConnection } from '../shared/transport';

/** A finished export with all parts of its manifest, and what its error files say. */
export interface WholeExport {
	manifest: Manifest;
	complaints: Complaints;
}

/** Parts of one manifest; no real one comes near it. */
const MOST_PAGES = 1000;

/**
 * Follows a manifest that comes in parts, and reads its error files. What cannot be read is said in the result and takes
 * nothing away from what was.
 *
 * @throws ExchangeError where the credential or the gateway is at fault
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

async function allPages(
	context: IExecuteFunctions,
	connection: OpenConnection,
	first: Manifest,
): Promise<Manifest> {
	const pages: [Manifest, ...Manifest[]] = [first];
	const seen = new Set<string>();
	for (let next = first.nextPage; next !== undefined; next = pages[pages.length - 1].nextPage) {
		const broken = seen.has(next)
			? 'it points to itself'
			: pages.length >= MOST_PAGES
				? 'it does not end'
				: undefined;
		seen.add(next);
		const page = broken ?? (await readPage(context, connection, next));
		if (typeof page === 'string')
			return { ...joinManifests(pages), cutAfter: { pages: pages.length, reason: page } };
		pages.push(page);
	}
	return joinManifests(pages);
}

/** A further part of a manifest, or why it could not be read. */
async function readPage(
	context: IExecuteFunctions,
	connection: OpenConnection,
	url: string,
): Promise<Manifest | string> {
	const reply = await replyOrReason(() =>
		ask(context, connection, oneUpHealth.manifestPageRequest(connection, url), 'reading'),
	);
	if (typeof reply === 'string') return reply;
	return isManifest(reply.json)
		? readManifest(reply.json)
		: `the payer answered HTTP ${reply.status} with ${bodyKind(reply)}`;
}

async function readComplaintFile(
	context: IExecuteFunctions,
	connection: OpenConnection,
	file: ManifestFile,
	requiresAccessToken: boolean,
): Promise<ComplaintFile> {
	const reply = await replyOrReason(() =>
		ask(context, connection, oneUpHealth.fileRequest(connection, file.url, requiresAccessToken), 'reading'),
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

/** What the payer answers, or in a few words why it could not be asked; what concerns all jobs stays an error. */
async function replyOrReason(asking: () => Promise<PayerReply>): Promise<PayerReply | string> {
	try {
		return await asking();
	} catch (error) {
		if (!(error instanceof ExchangeError) || error.details.concerns === 'run') throw asThrown(error);
		return error.message;
	}
}
