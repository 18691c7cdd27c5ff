import type {
	IExecuteFunctions,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { isObject, tryParseJson } from '../fhir/json';
import { throwIfStopped, waitOrStop } from '../n8n/longRun';
import { mayBeAsked } from './addresses';
import {
	askedTooOften,
	foreignAddress,
	gaveNoAnswer,
	redirected,
	replyTooLong,
	tokenNotAccepted,
} from './errors';
import {
	HEADERS_WITHIN_MS,
	LONGEST_REPLY_BYTES,
	PATIENCE_MS,
	REPLY_IDLE_MS,
	REPLY_WITHIN_MS,
	STANDARD_HOLD_MS,
} from './limits';
import { lowerCase, noAnswer, openReply, replyInside, type OpenReply } from './n8nAnswer';
import { pauseBeforeNext, wantedPause, type Repeat } from './patience';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination, PayerRequest } from './request';
import { readBody } from './watchedBody';

/** The only door through which a request leaves: token, pace, repeats, limits, Stop. */

/**
 * Sends a request and reads the answer whole, whatever its status; 401 apart, which n8n answers with one new token and one
 * repeat.
 *
 * @param patienceMs for all attempts together; a payer that wants to be asked later than that gets no further attempt
 * @throws ExchangeError where no answer came, the credential was refused, or the run was stopped
 */
export async function send(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	repeat: Repeat,
	patienceMs = PATIENCE_MS,
): Promise<PayerReply> {
	const until = Date.now() + patienceMs;
	for (let attempt = 1; ; attempt += 1) {
		const opened = await sendPaced(context, destination, request, until);
		const reply = 'status' in opened ? await readReply(context, opened) : opened;
		const pause = pauseBeforeNext(reply, repeat, attempt, until - Date.now());
		if (pause === undefined) return replyOrThrow(reply, destination, request);
		await waitOrStop(context, pause);
	}
}

/**
 * Sends one attempt at the pace of the run, and lets the answer set the pace.
 * @param until where the turn comes later (ms since 1970), nothing is sent
 */
export async function sendPaced(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	until: number,
): Promise<OpenReply | NoAnswer> {
	throwIfStopped(context);
	if (!mayBeAsked(destination, request)) throw foreignAddress();
	const { pace } = destination;
	do {
		const wait = pace.takeSlot(Date.now(), until - Date.now());
		if (wait > until - Date.now()) throw askedTooOften(wait);
		await waitOrStop(context, wait);
		// While this call waited for its turn, the payer may have complained about another.
	} while (pace.notBefore > Date.now());
	const opened = await sendOnce(context, destination, request);
	if (!('status' in opened)) return opened;
	if (opened.status === 429) {
		pace.tooOften(wantedPause(opened) ?? STANDARD_HOLD_MS, Date.now());
	} else {
		pace.wentWell(Date.now());
	}
	return opened;
}

/** The one place where a request leaves with the token. Redirects are not followed: an address is asked only if it is the payer's. */
async function sendOnce(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
): Promise<OpenReply | NoAnswer> {
	const options: IHttpRequestOptions = {
		method: request.method,
		url: request.url,
		headers: { ...request.headers },
		...(request.body && { body: JSON.stringify(request.body) }),
		encoding: 'stream',
		returnFullResponse: true,
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
		timeout: HEADERS_WITHIN_MS,
	};
	const { helpers } = context;
	const sent: Promise<IN8nHttpFullResponse> = request.withoutToken
		? helpers.httpRequest({ ...options, abortSignal: context.getExecutionCancelSignal() })
		: helpers.httpRequestWithAuthentication.call(context, destination.credentialType, options);
	return await sent.then(openReply, (error: unknown) => {
		throwIfStopped(context);
		return replyInside(error) ?? noAnswer(error);
	});
}

/** An answer, or the error for what is none. */
export function replyOrThrow(
	reply: PayerReply | NoAnswer,
	destination: Destination,
	request: PayerRequest,
): PayerReply {
	if (!('status' in reply)) throw gaveNoAnswer(reply, destination);
	if (reply.status === 401 && !request.withoutToken) throw tokenNotAccepted();
	if (reply.status >= 300 && reply.status < 400) throw redirected(reply, destination);
	return reply;
}

/**
 * Reads an open answer whole. A body that breaks off counts as no answer.
 * @throws ExchangeError where it is too long, or the run was stopped
 */
export async function readReply(
	context: IExecuteFunctions,
	{ status, headers, body }: OpenReply,
): Promise<PayerReply | NoAnswer> {
	const result = await readBody(
		context,
		body,
		async ({ arriving }) => {
			const parts: Uint8Array[] = [];
			let size = 0;
			for await (const part of arriving) {
				size += part.length;
				if (size > LONGEST_REPLY_BYTES) throw replyTooLong(status, LONGEST_REPLY_BYTES);
				parts.push(part);
			}
			return Buffer.concat(parts)
				.toString('utf8')
				.replace(/^\uFEFF/, '');
		},
		{ idleMs: REPLY_IDLE_MS, totalMs: REPLY_WITHIN_MS },
	);
	if ('brokenOff' in result) return { code: result.brokenOff, certainlyNotSent: false };
	const text = result.value;
	return { status, headers, text, json: tryParseJson(text) };
}

/** A request that a credential sends before there is a token. */
export interface TokenlessRequest {
	method: 'GET' | 'POST';
	url: string;
	headers?: Record<string, string>;
	body?: string;
}

/** Sends a request of a credential, once and without a token, and reads the answer whole. Redirects are not followed. */
export async function sendTokenless(
	{ helpers }: IHttpRequestHelper,
	{ headers, ...request }: TokenlessRequest,
): Promise<PayerReply | NoAnswer> {
	const options: IHttpRequestOptions = {
		...request,
		headers: { ...headers, Accept: 'application/json' },
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: HEADERS_WITHIN_MS,
	};
	const sent: Promise<IN8nHttpFullResponse> = helpers.httpRequest(options);
	return await sent.then(({ statusCode, headers: answered, body }) => {
		const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
		const json: unknown = isObject(body) ? body : tryParseJson(text);
		return { status: statusCode, headers: lowerCase(answered), text, json };
	}, noAnswer);
}
