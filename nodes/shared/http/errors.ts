import { ExchangeError } from '../n8n/exchangeError';
import { MINUTE } from '../n8n/time';
import { hostForError, tryParseUrl } from './addresses';
import { failureCause, isLasting } from './failures';
import { brokenOffAdvice, failureWords, PROXY_LOGIN } from './failureWords';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination, PayerRequest } from './request';

/** Connection errors shared by all nodes. Each says what was being done, what came back, and what to do. */

/** `httpCode` of an AccessTokenError, the only property that n8n 2.8 preserves. TRANSIENT: a later retry may succeed. */
export const NO_TOKEN = 'NO_TOKEN';
export const NO_TOKEN_TRANSIENT = 'NO_TOKEN_NOW';

/**
 * Why there is no access token, worded for the user of the credential form. Never contains data that was sent or received.
 * Credentials throw it inside n8n's HTTP helper; `n8nAnswer.ts` extracts it again.
 */
export class AccessTokenError extends Error {
	readonly httpCode: string;

	/** @param transient whether a later retry may succeed: the endpoint did not respond, or had a server error */
	constructor(
		message: string,
		readonly transient = false,
	) {
		super(message);
		this.name = 'AccessTokenError';
		this.httpCode = transient ? NO_TOKEN_TRANSIENT : NO_TOKEN;
	}
}

/** For a URL outside the payer's hosts; nothing was sent. */
export function foreignUrlError(): ExchangeError {
	return new ExchangeError('The address to ask does not belong to the payer of the credential', {
		whatToDo: 'Nothing was sent. Check the ids and addresses in the input item.',
	});
}

export function noAnswerError(
	{ code, cause = failureCause([code], []) }: NoAnswer,
	{ addressField, tls }: Destination,
	{ url }: Pick<PayerRequest, 'url'>,
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
			transient: !isLasting(cause),
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

export function noTokenError({ message, transient }: AccessTokenError): ExchangeError {
	return new ExchangeError('The payer gave no access token for the credential', {
		whatToDo: `${message} Open the credential and press Test.`,
		concerns: 'run',
		transient,
	});
}

export function redirectError(reply: PayerReply, { baseUrl, addressField }: Destination): ExchangeError {
	const target = tryParseUrl(reply.headers.location ?? '', baseUrl);
	const isKnown = target?.host === tryParseUrl(baseUrl)?.host;
	const host = (target && (isKnown ? target.host : hostForError(target))) || 'another address';
	return new ExchangeError(`The payer points to ${host} instead of answering (HTTP ${reply.status})`, {
		whatToDo: `It was not followed, since the token goes to the payer only. Check the credential's '${addressField}'.`,
		httpStatus: reply.status,
	});
}

export function downloadInterruptedError(code: string, attempts: number): ExchangeError {
	return new ExchangeError(`The file broke off on its way${attempts === 1 ? '' : `, ${attempts} times`}`, {
		whatToDo: `(${code}) Nothing of it was taken. Run Fetch Batch for this item again later.`,
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
