import type { IExecuteFunctions } from 'n8n-workflow';
import { resourceTexts } from '../shared/fhir/bundleText';
import { isObject, nextLink, statedCount } from '../shared/fhir/json';
import { MANIFEST_LIMITS, TEXT_LIMITS } from '../shared/fhir/limits';
import { shortText } from '../shared/fhir/values';
import { tryParseUrl } from '../shared/http/addresses';
import type { FileBytes } from '../shared/http/download';
import { readAnswer } from '../shared/http/guard';
import { bodyKind, type PayerReply } from '../shared/http/reply';
import type { PayerRequest } from '../shared/http/request';
import { REPEAT } from '../shared/http/repeat';
import { send } from '../shared/http/send';
import { BodyInterrupted } from '../shared/http/watchedBody';
import { ExchangeError } from '../shared/n8n/exchangeError';
import type { OpenConnection } from '../shared/payers/connection';

/**
 * The resources of a Bundle in pages (`Patient/{id}/$everything`) as the lines of a file, so that they are counted, checked and bounded like
 * any other, letter for letter. A page that cannot be read ends the whole file.
 *
 * @param request of the first page, whose body has been opened
 * @param onShort called at the end if the Bundle counts more resources than its pages hold
 * @returns the body itself if it is no Bundle in pages
 */
export function linesOfPages(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
	body: FileBytes,
	onShort: (total: number) => void,
): FileBytes {
	if (!request.nextPage) return body;
	return { streamOf: body.streamOf, arriving: lines(context, connection, request, body, onShort) };
}

async function* lines(
	context: IExecuteFunctions,
	connection: OpenConnection,
	first: PayerRequest,
	{ arriving }: FileBytes,
	onShort: (total: number) => void,
): AsyncGenerator<Uint8Array> {
	const stream = { [Symbol.asyncIterator]: () => arriving[Symbol.asyncIterator](), destroy: () => undefined };
	const opened = await readAnswer(
		context,
		{ status: 200, headers: {}, body: stream },
		{ answer: 'manifest' },
	);
	if (!('status' in opened)) throw new BodyInterrupted(opened.code);
	let reply: PayerReply = opened;
	let request = first;
	const asked = new Set([first.url]);
	let [total, given] = [0, 0];
	for (;;) {
		const { json } = reply;
		if (reply.status !== 200 || !isObject(json) || json.resourceType !== 'Bundle') throw noPageError(reply);
		total = Math.max(total, statedCount(json.total) ?? 0);
		for (const text of resourceTexts(reply.text)) {
			given += 1;
			// Line ends stand between values only.
			yield Buffer.from(`${text.replace(/[\r\n]+/g, ' ')}\n`);
		}
		const link = nextLink(json);
		if (link === undefined) {
			// A total of fewer may be that of the patients.
			if (total > given) onShort(total);
			return;
		}
		const next = tryParseUrl(shortText(link, TEXT_LIMITS.address) ?? '', request.url)?.href;
		if (next === undefined || !request.nextPage) throw endlessError('names no address for its next page');
		request = request.nextPage(next);
		if (asked.has(request.url)) throw endlessError('points to a page that was read before');
		if (asked.size >= MANIFEST_LIMITS.pages) throw endlessError('does not end');
		asked.add(request.url);
		reply = await send(context, connection, request, { answer: 'manifest', repeat: REPEAT.read });
	}
}

function noPageError(reply: PayerReply): ExchangeError {
	return new ExchangeError(`The payer did not give all pages of the patient's data (HTTP ${reply.status})`, {
		httpStatus: reply.status,
		whatToDo: `It sent ${bodyKind(reply)}. Nothing of it was taken. Run Fetch Batch for this item again later.`,
	});
}

/** @param what completes "The payer's answer …" */
function endlessError(what: string): ExchangeError {
	return new ExchangeError(`The payer's answer ${what}`, {
		whatToDo: 'Nothing of it was taken. Ask the payer how its $everything is read to the end.',
	});
}
