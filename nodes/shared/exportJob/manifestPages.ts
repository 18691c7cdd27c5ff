import type { IExecuteFunctions } from 'n8n-workflow';
import { ANSWER_LIMITS, MANIFEST_LIMITS } from '../fhir/limits';
import { bodyKind } from '../http/reply';
import { REPEAT } from '../http/repeat';
import { send } from '../http/send';
import { rethrown, ExchangeError } from '../n8n/exchangeError';
import { letOthersRun } from '../n8n/longRun';
import type { OpenConnection } from '../payers/connection';
import { manifestFromReply, mergePages, withinFileLimit, type Manifest } from './manifest';

/** The first page counts as the largest that one can be. */
const MAX_FURTHER_BYTES = MANIFEST_LIMITS.bytes - ANSWER_LIMITS.manifest.bytes;

/**
 * Reads all pages of a manifest (FHIR Bulk Data 3, `link.next`) and merges them. If a page cannot be read, or the pages exceed a limit,
 * `truncated` says so and what was read before is kept.
 *
 * @param deadline ms since 1970
 * @returns undefined if the deadline came before the last page
 * @throws ExchangeError if the error affects all requests to the payer
 */
export async function readAllPages(
	context: IExecuteFunctions,
	connection: OpenConnection,
	first: Manifest,
	deadline: number,
): Promise<Manifest | undefined> {
	const pages: [Manifest, ...Manifest[]] = [first];
	const seen = new Set<string>();
	let files = filesOf(first);
	let bytes = 0;
	let reason: string | undefined;
	for (let next = first.nextPage; next !== undefined; next = pages[pages.length - 1].nextPage) {
		if (Date.now() >= deadline) return undefined;
		reason = whyNoFurther(next, { isSeen: seen.has(next), pages: pages.length, files, bytes });
		if (reason !== undefined) break;
		seen.add(next);
		const page = await readPage(context, connection, next, deadline);
		if (typeof page === 'string') {
			if (Date.now() >= deadline) return undefined;
			reason = page;
			break;
		}
		pages.push(page.manifest);
		files += filesOf(page.manifest);
		bytes += page.bytes;
	}
	await letOthersRun();
	const { manifest, isCut } = withinFileLimit(mergePages(pages));
	if (isCut) reason = TOO_MANY_FILES;
	return reason === undefined ? manifest : { ...manifest, truncated: { pages: pages.length, reason } };
}

const TOO_MANY_FILES = `it lists more than ${MANIFEST_LIMITS.files.toLocaleString('en-US')} files`;

function whyNoFurther(
	next: string,
	{ isSeen, pages, files, bytes }: { isSeen: boolean; pages: number; files: number; bytes: number },
): string | undefined {
	if (next === '') return 'the address of the next part is none, or too long';
	if (isSeen) return 'it points to itself';
	if (pages >= MANIFEST_LIMITS.pages) return 'it does not end';
	if (files >= MANIFEST_LIMITS.files) return TOO_MANY_FILES;
	if (bytes >= MAX_FURTHER_BYTES)
		return `its parts are longer than ${MANIFEST_LIMITS.bytes / 1024 / 1024} MB`;
	return undefined;
}

function filesOf({ files, deletedFiles, errorFiles }: Manifest): number {
	return files.length + deletedFiles.length + errorFiles.length;
}

/** A further page of a manifest with its size, or the reason it could not be read. */
async function readPage(
	context: IExecuteFunctions,
	connection: OpenConnection,
	url: string,
	deadline: number,
): Promise<{ manifest: Manifest; bytes: number } | string> {
	const reply = await valueOrReason(() =>
		send(context, connection, connection.manifestPageRequest(url), {
			answer: 'manifest',
			repeat: REPEAT.read,
			deadline,
		}),
	);
	if (typeof reply === 'string') return reply;
	const manifest = manifestFromReply(reply);
	return manifest
		? { manifest, bytes: reply.text.length }
		: `the payer answered HTTP ${reply.status} with ${bodyKind(reply)}`;
}

/** The value, or the reason there is none. @throws errors that affect all jobs */
export async function valueOrReason<T>(work: () => Promise<T>): Promise<T | string> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof ExchangeError) || error.details.concerns === 'run') throw rethrown(error);
		return error.message;
	}
}
