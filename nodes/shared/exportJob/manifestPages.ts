import type { IExecuteFunctions } from 'n8n-workflow';
import { bodyKind, type PayerReply } from '../http/reply';
import { send } from '../http/send';
import { rethrown, ExchangeError } from '../n8n/exchangeError';
import type { OpenConnection } from '../payers/connection';
import { mergePages, manifestFromReply, type Manifest } from './manifest';

/** Maximum number of manifest pages; far above real manifests. */
const MAX_PAGES = 1000;

/**
 * Reads all pages of a manifest (FHIR Bulk Data 3, `link.next`) and merges them. If a page cannot be read, `truncated` says
 * so and the pages before it are kept.
 *
 * @throws ExchangeError if the error affects all requests to the payer
 */
export async function readAllPages(
	context: IExecuteFunctions,
	connection: OpenConnection,
	first: Manifest,
): Promise<Manifest> {
	const pages: [Manifest, ...Manifest[]] = [first];
	const seen = new Set<string>();
	for (let next = first.nextPage; next !== undefined; next = pages[pages.length - 1].nextPage) {
		const problem = seen.has(next)
			? 'it points to itself'
			: pages.length >= MAX_PAGES
				? 'it does not end'
				: undefined;
		seen.add(next);
		const page = problem ?? (await readPage(context, connection, next));
		if (typeof page === 'string') {
			return { ...mergePages(pages), truncated: { pages: pages.length, reason: page } };
		}
		pages.push(page);
	}
	return mergePages(pages);
}

/** A further page of a manifest, or the reason it could not be read. */
async function readPage(
	context: IExecuteFunctions,
	connection: OpenConnection,
	url: string,
): Promise<Manifest | string> {
	const reply = await replyOrReason(() =>
		send(context, connection, connection.manifestPageRequest(url), 'safe'),
	);
	if (typeof reply === 'string') return reply;
	return manifestFromReply(reply) ?? `the payer answered HTTP ${reply.status} with ${bodyKind(reply)}`;
}

/** The payer's response, or the reason there is none. @throws errors that affect all jobs */
export async function replyOrReason(request: () => Promise<PayerReply>): Promise<PayerReply | string> {
	try {
		return await request();
	} catch (error) {
		if (!(error instanceof ExchangeError) || error.details.concerns === 'run') throw rethrown(error);
		return error.message;
	}
}
