import type {
	IAdditionalCredentialOptions,
	IExecuteFunctions,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { HEADERS_TIMEOUT_MS, SIGN_IN_HEADERS_TIMEOUT_MS, type AnswerKind } from '../fhir/limits';
import { ExchangeError, rethrown } from '../n8n/exchangeError';
import { orStop, throwIfStopped, waitOrStop } from '../n8n/longRun';
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
import type { Pace } from './pace';
import { notePeerOfBody, withPeerCertificate } from './peerCertificate';
import {
	mayBeCarriedOut,
	pauseBeforeRepeat,
	repeatUntil,
	requestedPauseMs,
	type RepeatPolicy,
} from './repeat';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination, PayerRequest } from './request';
import { requestTls, type PayerTls } from './tls';

/** All requests to a payer are sent here: token, rate, retries, Stop. Their answers are read by the guard. */

/** How a request is sent, and what is expected of the answer. */
export interface SendSettings extends Expected {
	/** There is no further attempt if the payer asks for a pause that is longer than what remains. */
	repeat: RepeatPolicy;
	/** How long to wait for the headers of the answer. */
	headersMs?: number;
	/** Whether the request has the payer start a job, of which it may refuse further ones (HTTP 429). */
	startsJob?: boolean;
}

/** One attempt at a request. */
export interface Attempt extends Pick<SendSettings, 'startsJob'> {
	/** Until when it may wait to be sent (ms since 1970). */
	deadline: number;
	/** How long to wait for the headers of the answer. */
	headersMs: number;
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
	{ repeat, headersMs = HEADERS_TIMEOUT_MS, startsJob, ...expected }: SendSettings,
): Promise<PayerReply> {
	const { deadline = Infinity } = expected;
	const began = destination.trouble.since(Date.now());
	const sendUntil = Math.min(Date.now() + repeat.forMs, deadline);
	for (let attempt = 1; ; attempt += 1) {
		const waitMs = Math.min(headersMs, Math.max(deadline - Date.now(), LEAST_WAIT_MS));
		const opened = await sendPaced(context, destination, request, {
			deadline: sendUntil,
			headersMs: waitMs,
			startsJob,
		});
		const reply = 'status' in opened ? await readAnswer(context, opened, expected) : opened;
		destination.trouble.record(reply, Date.now());
		const until = Math.min(repeatUntil(began, repeat, reply), deadline);
		const pause = pauseBeforeRepeat(reply, repeat, attempt, until - Date.now());
		if (pause === undefined) return replyOrThrow(reply, destination, request);
		await waitOrStop(context, pause);
	}
}

/**
 * Makes one attempt at the rate that the payer bears, and adjusts the rate to the response.
 * @throws ExchangeError if the next slot is after the deadline, or whatever `beforeRequest` throws; nothing was sent
 */
export async function sendPaced(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	{ deadline, headersMs, startsJob = false }: Attempt,
): Promise<OpenReply | NoAnswer> {
	throwIfStopped(context);
	if (!isAllowedUrl(destination, request)) throw foreignUrlError();
	const { all, kickOff } = destination.paces;
	const paces = startsJob ? [kickOff, all] : [all];
	const opened = await withToken(context, destination, request, deadline, async () => {
		await waitForSlot(context, paces, deadline);
		destination.beforeRequest?.();
		return await sendOnce(context, destination, request, headersMs);
	});
	if (!('status' in opened)) return destination.answerTimes.judged(opened, request.url, Date.now());
	destination.answerTimes.record(request.url, Date.now());
	// A refused job says nothing of other requests.
	if (opened.status === 429) paces[0].recordRateLimit(requestedPauseMs(opened), Date.now());
	else paces.forEach((pace) => pace.recordReply(Date.now()));
	return destination.keepsRelativeUrls ? opened : { ...opened, url: request.url };
}

/** Waits until a request may be sent by all of the rates. @throws ExchangeError if that is after the deadline */
async function waitForSlot(
	context: IExecuteFunctions,
	paces: readonly Pace[],
	deadline: number,
): Promise<void> {
	do {
		for (const pace of paces) await waitFor(context, pace, deadline);
		// A 429 may have come while it was waiting.
	} while (paces.some((pace) => pace.notBefore > Date.now()));
}

async function waitFor(context: IExecuteFunctions, pace: Pace, deadline: number): Promise<void> {
	for (;;) {
		// A request that is due is sent, also where its time ends within this millisecond.
		const remaining = Math.max(deadline - Date.now(), 0);
		const slot = pace.reserveSlot(Date.now(), remaining);
		if (slot.waitMs > remaining) throw rateLimitError(slot.waitMs);
		await waitOrStop(context, slot.waitMs);
		if (pace.isDue(slot)) return;
	}
}

/**
 * Sends a request, again while there is no access token for now (RFC 6749 section 4.4: asking for one again is safe). Nothing was sent
 * to the payer then, so this holds for any request.
 */
async function withToken(
	context: IExecuteFunctions,
	{ signInPause }: Destination,
	{ withoutToken }: PayerRequest,
	deadline: number,
	sendIt: () => Promise<OpenReply | NoAnswer>,
): Promise<OpenReply | NoAnswer> {
	if (withoutToken) return await sendIt();
	for (;;) {
		const failure = signInPause.failure(Date.now(), deadline);
		if (failure) throw failure;
		await waitOrStop(context, signInPause.notBefore - Date.now());
		try {
			const opened = await sendIt();
			signInPause.recordSuccess();
			return opened;
		} catch (error) {
			if (!(error instanceof ExchangeError) || !error.details.tokenRetry) throw rethrown(error);
			signInPause.recordFailure(error, Date.now());
		}
	}
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
	const seen = withPeerCertificate(tls.options, request.onCertificate);
	const sent: Promise<IN8nHttpFullResponse> = request.withoutToken
		? helpers.httpRequest({ ...options, ...seen, abortSignal: context.getExecutionCancelSignal() })
		: helpers.httpRequestWithAuthentication.call(
				context,
				destination.credentialType,
				options,
				...credentialsFor(destination),
			);
	const answer = sent.then(openReply, (error: unknown) => {
		throwIfStopped(context);
		return replyFromError(error) ?? noAnswer(error);
	});
	const opened = await orStop(context, answer, (late) => 'status' in late && late.body.destroy());
	if ('status' in opened) notePeerOfBody(opened.body, request.onCertificate);
	return ignoredAnswer(tls, opened) ?? opened;
}

/** The fields that n8n gives to the credential in place of those that it stores: an object for this request alone, which it changes. */
function credentialsFor({
	requestCredentials,
	credentialType,
}: Destination): [IAdditionalCredentialOptions?] {
	if (!requestCredentials) return [];
	const data = requestCredentials();
	return [{ credentialsDecrypted: { id: '', name: credentialType, type: credentialType, data } }];
}

/** The response. @throws ExchangeError if there is none, the token was rejected, or it is a redirect */
export function replyOrThrow(
	reply: PayerReply | NoAnswer,
	destination: Destination,
	request: PayerRequest,
): PayerReply {
	if (!('status' in reply)) throw noAnswerError(reply, destination, request, mayBeCarriedOut(reply));
	if (reply.status === 401 && !request.withoutToken) throw tokenRejectedError();
	if (reply.status === 407) throw proxyLoginError();
	if (reply.status >= 300 && reply.status < 400) throw redirectError(reply, destination);
	return reply;
}

/** A request without a token: of a credential that has none yet, or to a public server. */
export interface UnauthenticatedRequest {
	method: 'GET' | 'POST';
	url: string;
	headers?: Record<string, string>;
	body?: string;
	/** Certificates of the credential, if they are for this URL. */
	tls?: PayerTls;
	/** What a good answer is, if not one of a sign-in. */
	answer?: AnswerKind;
}

/**
 * Sends a request once, without a token, and reads the complete response. Redirects are not followed. n8n gives a credential nothing that
 * Stop reaches, so only the time ends it; a node wraps it with `orStop`.
 * @throws ExchangeError if the response exceeds a limit
 */
export async function sendUnauthenticated(
	{ helpers }: IHttpRequestHelper,
	{ headers, tls: certificates, answer: kind = 'signIn', ...request }: UnauthenticatedRequest,
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
	return 'status' in opened ? await readAnswer(undefined, opened, { answer: kind }) : opened;
}
