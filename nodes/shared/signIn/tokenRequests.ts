import type { IHttpRequestHelper } from 'n8n-workflow';
import { AccessTokenError } from '../http/errors';
import type { PayerReply } from '../http/reply';
import { sendUnauthenticated, type UnauthenticatedRequest } from '../http/send';
import { ExchangeError } from '../n8n/exchangeError';

/** A token request (RFC 6749 section 4.4.2). */
export interface TokenRequest {
	url: string;
	/** Label of the URL field in the credential; used in errors. */
	addressField: string;
	form: Record<string, string>;
	headers?: Record<string, string>;
}

/** Posts a form to a token endpoint. @throws AccessTokenError if there was no response */
export async function postForm(helper: IHttpRequestHelper, request: TokenRequest): Promise<PayerReply> {
	const { url, addressField, form } = request;
	const headers = { ...request.headers, 'Content-Type': 'application/x-www-form-urlencoded' };
	const body = new URLSearchParams(form).toString();
	return await replyOrThrow(helper, { method: 'POST', url, headers, body }, addressField);
}

/** Reads a public JSON document of a payer. @throws AccessTokenError if there was no response */
export async function getJson(
	helper: IHttpRequestHelper,
	url: string,
	addressField: string,
): Promise<PayerReply> {
	return await replyOrThrow(helper, { method: 'GET', url }, addressField);
}

async function replyOrThrow(
	helper: IHttpRequestHelper,
	request: UnauthenticatedRequest,
	addressField: string,
): Promise<PayerReply> {
	const reply = await sendUnauthenticated(helper, request).catch((error: unknown) => {
		if (!(error instanceof ExchangeError)) throw error;
		throw new AccessTokenError(
			`${error.message}. That is no answer of a token endpoint; check the ${addressField}.`,
		);
	});
	if ('status' in reply) return reply;
	// Without the network error code: n8n replaces a message that contains one.
	throw new AccessTokenError(
		`The token endpoint did not answer${reply.certainlyNotSent ? '; there is no connection to it' : ' in time'}. Check the ${addressField} and the network of n8n.`,
		// More often a host name was entered wrongly than that the network is in trouble.
		reply.code !== 'ENOTFOUND',
	);
}
