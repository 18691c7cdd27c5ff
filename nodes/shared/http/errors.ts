import { ExchangeError } from '../n8n/exchangeError';
import { MINUTE } from '../n8n/time';
import { parsedUrl } from './addresses';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination } from './request';

/** Errors about the way to the payer, the same for every step. Each says what was done, what came back, and what to do. */

/** The `httpCode` of an AccessTokenError, the one sign of it that n8n 2.8 lets through; NOW: asking later may go well. */
export const NO_TOKEN = 'NO_TOKEN';
export const NO_TOKEN_NOW = 'NO_TOKEN_NOW';

/**
 * Why no access token came, in words for the person at the credential form. Never holds what was sent or received. Credentials
 * throw it inside n8n's HTTP helper; `n8nAnswer.ts` finds it there again.
 */
export class AccessTokenError extends Error {
	readonly httpCode: string;

	/** @param transient whether asking again later may go well: the endpoint did not answer, or had trouble of its own */
	constructor(
		message: string,
		readonly transient = false,
	) {
		super(message);
		this.name = 'AccessTokenError';
		this.httpCode = transient ? NO_TOKEN_NOW : NO_TOKEN;
	}
}

/** Nothing is sent to an address that is not the payer's. */
export function foreignAddress(): ExchangeError {
	return new ExchangeError('The address to ask does not belong to the payer of the credential', {
		whatToDo: 'Nothing was sent. Check the ids and addresses in the input item.',
	});
}

export function gaveNoAnswer({ code }: NoAnswer, { addressField }: Destination): ExchangeError {
	// n8n puts its own words for a message that holds a code such as ECONNREFUSED, so the code stands apart from it.
	return new ExchangeError('The payer did not answer', {
		whatToDo: `(${code}) Check the credential's '${addressField}' and whether n8n can reach it, then run again.`,
		concerns: 'run',
		transient: true,
	});
}

/** @param pauseMs how long the payer wants to be left alone */
export function askedTooOften(pauseMs: number): ExchangeError {
	const minutes = Math.ceil(pauseMs / MINUTE);
	return new ExchangeError('The payer is asked too often (HTTP 429)', {
		whatToDo: `It wants to be left alone for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, which is longer than this step waits. Nothing was sent for this item; run it again after that.`,
		httpStatus: 429,
		issueCode: 'throttled',
	});
}

export function tokenNotAccepted(): ExchangeError {
	return new ExchangeError('The payer does not accept the credential (HTTP 401)', {
		whatToDo:
			'It refused the access token, also a new one. Open the credential, press Test, and check its Scope.',
		httpStatus: 401,
		concerns: 'run',
	});
}

export function gaveNoToken({ message, transient }: AccessTokenError): ExchangeError {
	return new ExchangeError('The payer gave no access token for the credential', {
		whatToDo: `${message} Open the credential and press Test.`,
		concerns: 'run',
		transient,
	});
}

export function redirected(reply: PayerReply, { baseUrl, addressField }: Destination): ExchangeError {
	const host = parsedUrl(reply.headers.location ?? '', baseUrl)?.host || 'another address';
	return new ExchangeError(`The payer points to ${host} instead of answering (HTTP ${reply.status})`, {
		whatToDo: `It was not followed, since the token goes to the payer only. Check the credential's '${addressField}'.`,
		httpStatus: reply.status,
	});
}

export function fileBrokeOff(code: string, attempts: number): ExchangeError {
	return new ExchangeError(`The file broke off on its way, ${attempts} times`, {
		whatToDo: `(${code}) Nothing of it was taken. Run Fetch Batch for this item again later.`,
	});
}

export function replyTooLong(status: number, mostBytes: number): ExchangeError {
	return new ExchangeError(`The payer's answer is longer than ${mostBytes / 1024 / 1024} MB`, {
		httpStatus: status,
		whatToDo: 'That is no match answer, job state or manifest. Check the credential and the input item.',
	});
}
