import type {
	IExecuteFunctions,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { isObject, tryParseJson } from '../fhir/json';
import { throwIfStopped, waitOrStop } from '../n8n/longRun';
import { isAllowedUrl } from './addresses';
import {
	rateLimitError,
	foreignUrlError,
	noAnswerError,
	redirectError,
	replyTooLargeError,
	tokenRejectedError,
} from './errors';
import {
	HEADERS_TIMEOUT_MS,
	MAX_REPLY_BYTES,
	RETRY_BUDGET_MS,
	REPLY_IDLE_TIMEOUT_MS,
	REPLY_TIMEOUT_MS,
	DEFAULT_HOLD_MS,
} from './limits';
import { lowerCaseHeaders, noAnswer, openReply, replyFromError, type OpenReply } from './n8nAnswer';
import { retryDelayMs, requestedPauseMs, type RetryPolicy } from './retry';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination, PayerRequest } from './request';
import { readBody } from './watchedBody';

/** All requests to a payer are sent here: token, rate, retries, limits, Stop. */

/**
 * Sends a request and reads the complete response, whatever its status. On a 401, n8n gets a new token and retries once.
 *
 * @param timeLimitMs for all attempts together; there is no further attempt if the payer asks for a longer pause
 * @throws ExchangeError if there was no response, the credential was rejected, or the run was stopped
 */
export async function send(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	retry: RetryPolicy,
	timeLimitMs = RETRY_BUDGET_MS,
): Promise<PayerReply> {
	const deadline = Date.now() + timeLimitMs;
	for (let attempt = 1; ; attempt += 1) {
		const opened = await sendPaced(context, destination, request, deadline);
		const reply = 'status' in opened ? await readReply(context, opened) : opened;
		const pause = retryDelayMs(reply, retry, attempt, deadline - Date.now());
		if (pause === undefined) return replyOrThrow(reply, destination, request);
		await waitOrStop(context, pause);
	}
}

/**
 * Makes one attempt at the rate of the run, and adjusts the rate to the response.
 * @param deadline ms since 1970
 * @throws ExchangeError if the next slot is after the deadline, or whatever `beforeRequest` throws; nothing was sent
 */
export async function sendPaced(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	deadline: number,
): Promise<OpenReply | NoAnswer> {
	throwIfStopped(context);
	if (!isAllowedUrl(destination, request)) throw foreignUrlError();
	const { pace } = destination;
	do {
		const wait = pace.reserveSlot(Date.now(), deadline - Date.now());
		if (wait > deadline - Date.now()) throw rateLimitError(wait);
		await waitOrStop(context, wait);
		// Another request may have got a 429 while this one was waiting.
	} while (pace.notBefore > Date.now());
	destination.beforeRequest?.();
	const opened = await sendOnce(context, destination, request);
	if (!('status' in opened)) return opened;
	if (opened.status === 429) {
		pace.recordRateLimit(requestedPauseMs(opened) ?? DEFAULT_HOLD_MS, Date.now());
	} else {
		pace.recordReply(Date.now());
	}
	return opened;
}

/** The only place that sends the token. Redirects are not followed, because they could lead to another host. */
async function sendOnce(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
): Promise<OpenReply | NoAnswer> {
	const options: IHttpRequestOptions = {
		method: request.method,
		url: request.url,
		headers: { ...request.headers },
		...(request.body && {
			body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body),
		}),
		encoding: 'stream',
		returnFullResponse: true,
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
		timeout: HEADERS_TIMEOUT_MS,
	};
	const { helpers } = context;
	const sent: Promise<IN8nHttpFullResponse> = request.withoutToken
		? helpers.httpRequest({ ...options, abortSignal: context.getExecutionCancelSignal() })
		: helpers.httpRequestWithAuthentication.call(context, destination.credentialType, options);
	return await sent.then(openReply, (error: unknown) => {
		throwIfStopped(context);
		return replyFromError(error) ?? noAnswer(error);
	});
}

/** The response. @throws ExchangeError if there is none, the token was rejected, or it is a redirect */
export function replyOrThrow(
	reply: PayerReply | NoAnswer,
	destination: Destination,
	request: PayerRequest,
): PayerReply {
	if (!('status' in reply)) throw noAnswerError(reply, destination);
	if (reply.status === 401 && !request.withoutToken) throw tokenRejectedError();
	if (reply.status >= 300 && reply.status < 400) throw redirectError(reply, destination);
	return reply;
}

/**
 * Reads the body of a response. An interrupted body counts as no response.
 * @throws ExchangeError if it is too large, or the run was stopped
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
				if (size > MAX_REPLY_BYTES) throw replyTooLargeError(status, MAX_REPLY_BYTES);
				parts.push(part);
			}
			return Buffer.concat(parts)
				.toString('utf8')
				.replace(/^\uFEFF/, '');
		},
		{ idleMs: REPLY_IDLE_TIMEOUT_MS, totalMs: REPLY_TIMEOUT_MS },
	);
	if ('interruption' in result) return { code: result.interruption, certainlyNotSent: false };
	const text = result.value;
	return { status, headers, text, json: tryParseJson(text) };
}

/** A request of a credential, sent before it has a token. */
export interface UnauthenticatedRequest {
	method: 'GET' | 'POST';
	url: string;
	headers?: Record<string, string>;
	body?: string;
}

/** Sends a request once, without a token, and reads the complete response. Redirects are not followed. */
export async function sendUnauthenticated(
	{ helpers }: IHttpRequestHelper,
	{ headers, ...request }: UnauthenticatedRequest,
): Promise<PayerReply | NoAnswer> {
	const options: IHttpRequestOptions = {
		...request,
		headers: { ...headers, Accept: 'application/json' },
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: HEADERS_TIMEOUT_MS,
	};
	const sent: Promise<IN8nHttpFullResponse> = helpers.httpRequest(options);
	return await sent.then(({ statusCode, headers: replyHeaders, body }) => {
		const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
		const json: unknown = isObject(body) ? body : tryParseJson(text);
		return { status: statusCode, headers: lowerCaseHeaders(replyHeaders), text, json };
	}, noAnswer);
}
