import type { IExecuteFunctions } from 'n8n-workflow';
import { consentEndedJson, ConsentEnded } from '../shared/exchange/consentEnd';
import { isObject } from '../shared/fhir/json';
import { storeBinary, withinStoreLimit } from '../shared/files/binaryStore';
import { download, type FileBytes } from '../shared/http/download';
import { readJsonFile } from '../shared/http/guard';
import { BodyInterrupted } from '../shared/http/watchedBody';
import { ExchangeError, rethrown } from '../shared/n8n/exchangeError';
import { Turns } from '../shared/n8n/longRun';
import type { OpenConnection } from '../shared/payers/connection';
import { AddressRefused, documentRequest, type DocumentRequest } from '../shared/payers/documentRequest';
import { fromBase64 } from './content/base64';
import { beginsAsObject, HEAD_BYTES } from './content/beginning';
import { ContentMeter } from './content/contentMeter';
import { held, judged, nameOf, storeBytes } from './content/heldDocument';
import { acceptOf, isFhirJsonType, isJsonType, mediaTypeOf, storedType } from './content/mediaTypes';
import { statedContent } from './content/statedContent';
import { isNoRedirect, refusedEnding, TOKEN_REFUSED, withoutDocument } from './refusedEnding';
import type { Ending, Named } from './reportRow';
import type { DocumentSettings } from './settings';
import type { TokenRefusals } from './tokenRefusals';

/** A document is larger than is taken; nothing of it is kept. */
class TooLarge extends ExchangeError {}

/** What n8n could not do is no fault of the document. */
class NotStored extends Error {
	constructor(readonly error: unknown) {
		super('n8n could not store the document');
	}
}

/**
 * Fetches a document by its address, completely or not at all.
 * @param asked its address, whether the token is wanted there, and the health plan
 * @param refusals those of the run
 * @throws ExchangeError if all documents would fail in the same way, or n8n cannot store it
 */
export async function fetchDocument(
	context: IExecuteFunctions,
	connection: OpenConnection,
	named: Named,
	asked: { url: string; requiresAccessToken: boolean; tenant?: string },
	settings: DocumentSettings,
	refusals: TokenRefusals,
): Promise<Ending> {
	try {
		// Before the address is looked at: an ended consent is the first thing to know.
		connection.beforeRequest?.();
		const { mediaType } = statedContent(named.content);
		const request = documentRequest(connection, { ...asked, accept: acceptOf(mediaType) });
		const retakes = { isRetaken: false };
		const result = await download(context, connection, request.request, {
			read: async (body) => await readDocument(context, named, request, body, settings, retakes),
			idleMs: settings.idleMs,
			waitingMs: settings.waitingMs,
		});
		if ('refused' in result) return refusedEnding(result.refused, request.request, connection);
		if (request.request.withoutToken !== true) refusals.taken(connection);
		return result.value;
	} catch (error) {
		if (refusals.isOfDocument(error, connection)) return TOKEN_REFUSED;
		return endingOf(error);
	}
}

/** The ending of a document that an error is about. @throws any other error */
function endingOf(error: unknown): Ending {
	if (error instanceof NotStored) throw rethrown(error.error);
	if (error instanceof ConsentEnded) {
		const { reason } = consentEndedJson(error.lastDay);
		return { outcome: 'consent-ended', reason };
	}
	if (!(error instanceof ExchangeError)) throw rethrown(error);
	const { whatToDo, concerns, transient, pointsElsewhere, exceedsLimit, httpStatus } = error.details;
	// All others would fail in the same way.
	if (concerns === 'run' && !transient) throw rethrown(error);
	const reason = `${error.message}. ${whatToDo}`;
	if (error instanceof AddressRefused) return { outcome: error.outcome, reason };
	if (httpStatus !== undefined && isNoRedirect(httpStatus)) return withoutDocument(httpStatus);
	if (pointsElsewhere) return { outcome: 'host-not-allowed', reason };
	if (error instanceof TooLarge || exceedsLimit) return { outcome: 'too-large', reason };
	return { outcome: 'failed', reason };
}

async function readDocument(
	context: IExecuteFunctions,
	named: Named,
	{ isBinary }: DocumentRequest,
	body: FileBytes,
	settings: DocumentSettings,
	retakes: { isRetaken: boolean },
): Promise<Ending> {
	const stated = statedContent(named.content);
	const answered = mediaTypeOf(body.contentType);
	if (body.encoding !== undefined) return { outcome: 'unreadable', reason: COMPRESSED };
	const { head, arriving } = await withHead(body.arriving);
	// A document may be JSON itself; of a Binary, only its content says which of the two came.
	const mayBeResource = isJsonType(answered) && (isBinary || !isJsonType(stated.mediaType));
	if (mayBeResource && beginsAsObject(head)) {
		return await readResource(context, named, { arriving, answered }, settings);
	}

	const mediaType = stated.mediaType ?? answered;
	const meter = new ContentMeter();
	const bytes = measured(withinStoreLimit(context, arriving, body.length), meter, body.length, settings);
	const data = await stored(
		async () =>
			await storeBinary(context, body.streamOf(bytes), nameOf(named, mediaType), storedType(mediaType)),
	);
	if (stated.size !== undefined && meter.bytes < stated.size && !retakes.isRetaken) {
		retakes.isRetaken = true;
		throw new BodyInterrupted('less came than the payer states');
	}
	return judged(held(named, { data, content: meter.end(), answered }), named, 'fetched');
}

const COMPRESSED =
	'The payer sends the document compressed in a way that was not asked for, and that n8n does not unpack. Tell the payer.';

/** What arrives first, as text: as much as shows how it begins. And all that arrives. */
async function withHead(
	pieces: AsyncIterable<Uint8Array>,
): Promise<{ head: string; arriving: AsyncIterable<Uint8Array> }> {
	const iterator = pieces[Symbol.asyncIterator]();
	const first: Uint8Array[] = [];
	let head = '';
	while (head.length < HEAD_BYTES && head.trim() === '') {
		const { done, value } = await iterator.next();
		if (done === true) break;
		first.push(value);
		head += Buffer.from(value.subarray(0, HEAD_BYTES)).toString('latin1');
	}
	async function* all(): AsyncGenerator<Uint8Array> {
		yield* first.splice(0);
		yield* { [Symbol.asyncIterator]: () => iterator };
	}
	return { head, arriving: all() };
}

/** A document that comes as JSON: a Binary with its bytes in base64, or a document that is JSON itself. */
async function readResource(
	context: IExecuteFunctions,
	named: Named,
	{ arriving, answered: type }: { arriving: AsyncIterable<Uint8Array>; answered?: string },
	settings: DocumentSettings,
): Promise<Ending> {
	const { mediaType } = statedContent(named.content);
	const parts: Uint8Array[] = [];
	const json = await readJsonFile(arriving, 'binary', (part) => parts.push(part));
	const isBinary = isObject(json) && json.resourceType === 'Binary';
	const isDocument = isJsonType(mediaType) || (mediaType === undefined && !isFhirJsonType(type));
	if (!isBinary && !isDocument) {
		return { outcome: 'other-content', reason: 'FHIR or JSON data came in place of the document.' };
	}
	const bytes = isBinary ? fromBase64(json.data) : Buffer.concat(parts);
	if (!bytes) return { outcome: 'unreadable', reason: 'The Binary that came holds no base64 in its data.' };
	if (bytes.length > settings.maxBytes) throw tooLarge(settings);
	const answered = isBinary ? mediaTypeOf(json.contentType) : type;
	const document = await stored(async () => await storeBytes(context, named, bytes, answered));
	return judged(document, named, 'fetched');
}

/** Passes the bytes of a document through, counts them, and ends one that is too large. */
async function* measured(
	pieces: AsyncIterable<Uint8Array>,
	meter: ContentMeter,
	length: number | undefined,
	settings: DocumentSettings,
): AsyncGenerator<Uint8Array> {
	const turns = new Turns();
	if (length !== undefined && length > settings.maxBytes) throw tooLarge(settings);
	try {
		for await (const piece of pieces) {
			meter.push(piece);
			if (meter.bytes > settings.maxBytes) throw tooLarge(settings);
			yield piece;
			await turns.next();
		}
	} catch (error) {
		// What n8n's store does not take.
		throw rethrown(error instanceof ExchangeError ? new TooLarge(error.message, error.details) : error);
	}
}

function tooLarge({ megabytes }: DocumentSettings): TooLarge {
	return new TooLarge(`The document is larger than ${megabytes} MB, so nothing of it was kept`, {
		whatToDo: 'If it is as it should be, raise Options > Document Size Up To (MB).',
	});
}

/** @throws NotStored if n8n's store fails */
async function stored<T>(store: () => Promise<T>): Promise<T> {
	try {
		return await store();
	} catch (error) {
		const isOfStore = error instanceof ExchangeError && !(error instanceof TooLarge);
		throw rethrown(isOfStore ? new NotStored(error) : error);
	}
}
