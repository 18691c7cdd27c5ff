import type {
	IExecuteFunctions,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import {
	DEFAULT_HOLD_MS,
	HEADERS_TIMEOUT_MS,
	RETRY_BUDGET_MS,
	SIGN_IN_HEADERS_TIMEOUT_MS,
} from '../fhir/limits';
import { throwIfStopped, waitOrStop } from '../n8n/longRun';
import { isAllowedUrl, isBelow } from './addresses';
import {
	rateLimitError,
	foreignUrlError,
	noAnswerError,
	proxyLoginError,
	redirectError,
	tokenRejectedError,
} from './errors';
import { readAnswer, type Expected } from './guard';
import { ignoredAnswer } from './ignoredTls';
import { noAnswer, openReply, replyFromError, type OpenReply } from './n8nAnswer';
import { retryDelayMs, requestedPauseMs, type RetryPolicy } from './retry';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination, PayerRequest } from './request';
import { requestTls, type PayerTls } from './tls';

/** All requests to a payer are sent here: token, rate, retries, Stop. Their answers are read by the guard. */

/** How a request is sent, and what is expected of the answer. */
export interface SendSettings extends Expected {
	retry: RetryPolicy;
	/** For all attempts together; there is no further attempt if the payer asks for a longer pause. */
	timeLimitMs?: number;
	/** How long to wait for the headers of the answer. */
	headersMs?: number;
}

/** For the headers of an answer, even where the deadline is nearer: 0 would mean without a limit. */
export const LEAST_WAIT_MS = 1000;

/**
 * Sends a request and reads the complete response, whatever its status. On a 401, n8n gets a new token and retries once.
 *
 * @throws ExchangeError if there was no response, it exceeds a limit, the credential was rejected, or the run was stopped
 */
export async function send(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	{ retry, timeLimitMs = RETRY_BUDGET_MS, headersMs = HEADERS_TIMEOUT_MS, ...expected }: SendSettings,
): Promise<PayerReply> {
	const { deadline = Infinity } = expected;
	const retryUntil = Math.min(Date.now() + timeLimitMs, deadline);
	for (let attempt = 1; ; attempt += 1) {
		const waitMs = Math.min(headersMs, Math.max(deadline - Date.now(), LEAST_WAIT_MS));
		const opened = await sendPaced(context, destination, request, retryUntil, waitMs);
		const reply = 'status' in opened ? await readAnswer(context, opened, expected) : opened;
		const pause = retryDelayMs(reply, retry, attempt, retryUntil - Date.now());
		if (pause === undefined) return replyOrThrow(reply, destination, request);
		await waitOrStop(context, pause);
	}
}

/**
 * Makes one attempt at the rate of the run, and adjusts the rate to the response.
 * @param deadline ms since 1970
 * @param headersMs how long to wait for the headers of the answer
 * @throws ExchangeError if the next slot is after the deadline, or whatever `beforeRequest` throws; nothing was sent
 */
export async function sendPaced(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	deadline: number,
	headersMs: number,
): Promise<OpenReply | NoAnswer> {
	throwIfStopped(context);
	if (!isAllowedUrl(destination, request)) throw foreignUrlError();
	const { pace } = destination;
	do {
		// A request that is due is sent, also where its time ends within this millisecond.
		const remaining = Math.max(deadline - Date.now(), 0);
		const wait = pace.reserveSlot(Date.now(), remaining);
		if (wait > remaining) throw rateLimitError(wait);
		await waitOrStop(context, wait);
		// Another request may have got a 429 while this one was waiting.
	} while (pace.notBefore > Date.now());
	destination.beforeRequest?.();
	const opened = await sendOnce(context, destination, request, headersMs);
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
	timeout: number,
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
		timeout,
	};
	const { helpers } = context;
	// With the token, the credential adds the certificates. A file host that is not the payer's gets none.
	const isOwn = isBelow(destination.baseUrl, request.url);
	const tls = requestTls(request.withoutToken && isOwn ? destination.tls : undefined);
	const sent: Promise<IN8nHttpFullResponse> = request.withoutToken
		? helpers.httpRequest({ ...options, ...tls.options, abortSignal: context.getExecutionCancelSignal() })
		: helpers.httpRequestWithAuthentication.call(context, destination.credentialType, options);
	const opened = await sent.then(openReply, (error: unknown) => {
		throwIfStopped(context);
		return replyFromError(error) ?? noAnswer(error);
	});
	return ignoredAnswer(tls, opened) ?? opened;
}

/** The response. @throws ExchangeError if there is none, the token was rejected, or it is a redirect */
export function replyOrThrow(
	reply: PayerReply | NoAnswer,
	destination: Destination,
	request: PayerRequest,
): PayerReply {
	if (!('status' in reply)) throw noAnswerError(reply, destination, request);
	if (reply.status === 401 && !request.withoutToken) throw tokenRejectedError();
	if (reply.status === 407) throw proxyLoginError();
	if (reply.status >= 300 && reply.status < 400) throw redirectError(reply, destination);
	return reply;
}

/** A request of a credential, sent before it has a token. */
export interface UnauthenticatedRequest {
	method: 'GET' | 'POST';
	url: string;
	headers?: Record<string, string>;
	body?: string;
	/** Certificates of the credential, if they are for this URL. */
	tls?: PayerTls;
}

/**
 * Sends a request once, without a token, and reads the complete response. Redirects are not followed. n8n gives a credential nothing that
 * Stop reaches, so only the time ends it.
 * @throws ExchangeError if the response exceeds a limit
 */
export async function sendUnauthenticated(
	{ helpers }: IHttpRequestHelper,
	{ headers, tls: certificates, ...request }: UnauthenticatedRequest,
): Promise<PayerReply | NoAnswer> {
	const options: IHttpRequestOptions = {
		...request,
		headers: { ...headers, Accept: 'application/json' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: SIGN_IN_HEADERS_TIMEOUT_MS,
	};
	const tls = requestTls(certificates);
	const sent: Promise<IN8nHttpFullResponse> = helpers.httpRequest({ ...options, ...tls.options });
	const answer = await sent.then(openReply, noAnswer);
	const opened = ignoredAnswer(tls, answer) ?? answer;
	return 'status' in opened ? await readAnswer(undefined, opened, SIGN_IN) : opened;
}

const SIGN_IN: Expected = { answer: 'signIn' };
