import type { IExecuteFunctions } from 'n8n-workflow';
import { bodyKind, type PayerReply } from '../http/reply';
import { send } from '../http/send';
import { rethrown, ExchangeError } from '../n8n/exchangeError';
import type { OpenConnection } from '../payers/connection';
import { joinManifests, manifestIn, type Manifest } from './manifest';

/** Parts of one manifest; no real one comes near it. */
const MOST_PAGES = 1000;

/**
 * All parts of a manifest that comes in parts (FHIR Bulk Data 3, `link.next`), as one. Where a part cannot be read, `cutAfter`
 * says so, and what was read stays.
 *
 * @throws ExchangeError where the credential or the payer as a whole is at fault
 */
export async function allPages(
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
		if (typeof page === 'string') {
			return { ...joinManifests(pages), cutAfter: { pages: pages.length, reason: page } };
		}
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
		send(context, connection, connection.manifestPageRequest(url), 'safe'),
	);
	if (typeof reply === 'string') return reply;
	return manifestIn(reply) ?? `the payer answered HTTP ${reply.status} with ${bodyKind(reply)}`;
}

/** What the payer answers, or in a few words why it could not be asked; what concerns all jobs stays an error. */
export async function replyOrReason(request: () => Promise<PayerReply>): Promise<PayerReply | string> {
	try {
		return await request();
	} catch (error) {
		if (!(error instanceof ExchangeError) || error.details.concerns === 'run') throw rethrown(error);
		return error.message;
	}
}
