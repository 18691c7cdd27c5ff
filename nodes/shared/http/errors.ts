import { ExchangeError, type ExchangeErrorDetails } from '../n8n/exchangeError';
import { MINUTE } from '../n8n/time';
import { hostForError, tryParseUrl } from './addresses';
import { failureCause, isLasting } from './failures';
import { brokenOffAdvice, failureWords, PROXY_LOGIN } from './failureWords';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination, PayerRequest } from './request';

/** Connection errors shared by all nodes. Each says what was being done, what came back, and what to do. */

/** `httpCode` of an AccessTokenError, the only property that n8n 2.8 preserves: what a later attempt may bring stands in it. */
const NO_TOKEN = 'NO_TOKEN';
const NO_TOKEN_NOW = /^NO_TOKEN_NOW(?:_AFTER_(\d{1,9}))?$/;

/** Reads the `httpCode` of an AccessTokenError. @returns undefined if it is another code */
export function readNoToken(httpCode: unknown): Pick<ExchangeErrorDetails, 'tokenRetry'> | undefined {
	if (httpCode === NO_TOKEN) return {};
	const match = typeof httpCode === 'string' ? NO_TOKEN_NOW.exec(httpCode) : null;
	if (!match) return undefined;
	return { tokenRetry: match[1] === undefined ? {} : { afterMs: Number(match[1]) } };
}

/**
 * Why there is no access token, worded for the user of the credential form. Never contains data that was sent or received.
 * Credentials throw it inside n8n's HTTP helper; `n8nAnswer.ts` extracts it again.
 */
export class AccessTokenError extends Error {
	readonly httpCode: string;

	/**
	 * @param transient whether a later attempt may succeed: the endpoint did not respond, or had a server error
	 * @param retryAfterMs the pause that the endpoint asks for
	 */
	constructor(message: string, transient = false, retryAfterMs?: number) {
		super(message);
		this.name = 'AccessTokenError';
		const after = retryAfterMs === undefined ? '' : `_AFTER_${Math.ceil(retryAfterMs)}`;
		this.httpCode = transient ? `NO_TOKEN_NOW${after}` : NO_TOKEN;
	}

	/** The same for a reason that will pass. */
	passing(): AccessTokenError {
		return this.httpCode === NO_TOKEN ? new AccessTokenError(this.message, true) : this;
	}
}

/** For a URL outside the payer's hosts; nothing was sent. */
export function foreignUrlError(): ExchangeError {
	return new ExchangeError('The address to ask does not belong to the payer of the credential', {
		whatToDo: 'Nothing was sent. Check the ids and addresses in the input item.',
	});
}

/** @param mayBeCarriedOut whether the payer may have done what it was asked for */
export function noAnswerError(
	{ code, mayPass, cause = failureCause([code], []) }: NoAnswer,
	{ addressField, tls }: Destination,
	{ url }: Pick<PayerRequest, 'url'>,
	mayBeCarriedOut = false,
): ExchangeError {
	const field = `credential's '${addressField}'`;
	const words = failureWords(cause, { host: new URL(url).host, addressField: field, tls });
	// n8n replaces a message that contains a code such as ECONNREFUSED, so the code goes into the description.
	return new ExchangeError(
		words
			? `The payer cannot be reached: ${words.what}`
			: `The payer did not answer${cause === 'timeout' ? ' in time' : ''}`,
		{
			whatToDo: `(${code}) ${words?.whatToDo ?? brokenOffAdvice({ addressField: field, tls })}`,
			concerns: 'run',
			transient: mayPass === true || !isLasting(cause),
			...(mayBeCarriedOut && { mayBeCarriedOut }),
		},
	);
}

/** For a 407 of a proxy: the payer has not been asked. */
export function proxyLoginError(): ExchangeError {
	return new ExchangeError(PROXY_LOGIN.what, {
		whatToDo: PROXY_LOGIN.whatToDo,
		httpStatus: 407,
		concerns: 'run',
	});
}

/** @param pauseMs how long the payer asks to wait */
export function rateLimitError(pauseMs: number): ExchangeError {
	const minutes = Math.ceil(pauseMs / MINUTE);
	return new ExchangeError('The payer is asked too often (HTTP 429)', {
		whatToDo: `It wants to be left alone for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, which is longer than this step waits. Nothing was sent for this item; run it again after that.`,
		httpStatus: 429,
		issueCode: 'throttled',
	});
}

export function tokenRejectedError(): ExchangeError {
	return new ExchangeError('The payer does not accept the credential (HTTP 401)', {
		whatToDo:
			'It refused the access token, also a new one. Open the credential, press Test, and check its Scope.',
		httpStatus: 401,
		concerns: 'run',
	});
}

/** @param tokenRetry set if there is none for now only */
export function noTokenError(
	message: string,
	{ tokenRetry }: Pick<ExchangeErrorDetails, 'tokenRetry'>,
): ExchangeError {
	return new ExchangeError('The payer gave no access token for the credential', {
		whatToDo: `${message} Open the credential and press Test.`,
		concerns: 'run',
		transient: tokenRetry !== undefined,
		noToken: true,
		tokenRetry,
	});
}

/** @param advice what to do instead of checking the address of the credential */
export function redirectError(
	reply: Pick<PayerReply, 'status' | 'headers'>,
	{ baseUrl, addressField }: Pick<Destination, 'baseUrl' | 'addressField'>,
	advice = `Check the credential's '${addressField}'.`,
): ExchangeError {
	const target = tryParseUrl(reply.headers.location ?? '', baseUrl);
	const isKnown = target?.host === tryParseUrl(baseUrl)?.host;
	const host = (target && (isKnown ? target.host : hostForError(target))) || 'another address';
	return new ExchangeError(`The payer points to ${host} instead of answering (HTTP ${reply.status})`, {
		whatToDo: `It was not followed, since the token goes to the payer only. ${advice}`,
		httpStatus: reply.status,
		pointsElsewhere: true,
	});
}

export function downloadInterruptedError(code: string, attempts: number): ExchangeError {
	return new ExchangeError(`The file broke off on its way${attempts === 1 ? '' : `, ${attempts} times`}`, {
		whatToDo: `(${code}) Nothing of it was taken. Run this node for the item again later.`,
	});
}

/** @param exceeds completes "The payer's answer …", e.g. `is longer than 4 MB` */
export function answerExceedsError(status: number, exceeds: string): ExchangeError {
	return new ExchangeError(`The payer's answer ${exceeds} (HTTP ${status})`, {
		httpStatus: status,
		exceedsLimit: true,
		whatToDo:
			'More than that is not read, since it could fill the memory of n8n. Check the credential and the input item, and ask the payer why its answer is so large.',
	});
}

/** Label of the credentials' field for hosts that files may be fetched from. */
export const FILE_HOSTS_LABEL = 'Allowed File Hosts';

/** What to do about a file on a host that is not asked. */
export function otherHostAdvice(url: URL): string {
	if (url.protocol === 'http:') {
		return 'Files on other hosts are fetched over https only: ask the payer for an https address.';
	}
	const host = hostForError(url) === url.host ? url.host : 'its host';
	return `If this is where the payer keeps its files, add ${host} to '${FILE_HOSTS_LABEL}' of the credential: they are fetched there over https, without the token.`;
}
