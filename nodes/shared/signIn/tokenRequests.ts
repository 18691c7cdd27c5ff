import type { IHttpRequestHelper } from 'n8n-workflow';
import { AccessTokenError } from '../http/errors';
import type { PayerReply } from '../http/reply';
import { sendUnauthenticated, type UnauthenticatedRequest } from '../http/send';

/** A request for a token (RFC 6749 section 4.4.2). */
export interface TokenRequest {
	url: string;
	/** What the credential's form calls the address, for errors. */
	addressField: string;
	form: Record<string, string>;
	headers?: Record<string, string>;
}

/** Posts a form to a token endpoint. @throws AccessTokenError where no answer came */
export async function postForm(helper: IHttpRequestHelper, request: TokenRequest): Promise<PayerReply> {
	const { url, addressField, form } = request;
	const headers = { ...request.headers, 'Content-Type': 'application/x-www-form-urlencoded' };
	const body = new URLSearchParams(form).toString();
	return await replyOrNoToken(helper, { method: 'POST', url, headers, body }, addressField);
}

/** Reads a public JSON document of a payer. @throws AccessTokenError where no answer came */
export async function getJson(
	helper: IHttpRequestHelper,
	url: string,
	addressField: string,
): Promise<PayerReply> {
	return await replyOrNoToken(helper, { method: 'GET', url }, addressField);
}

async function replyOrNoToken(
	helper: IHttpRequestHelper,
	request: UnauthenticatedRequest,
	addressField: string,
): Promise<PayerReply> {
	const reply = await sendUnauthenticated(helper, request);
	if ('status' in reply) return reply;
	// Without the code of the network: n8n puts words of its own in the place of a message that holds one.
	throw new AccessTokenError(
		`The token endpoint did not answer${reply.certainlyNotSent ? '; there is no connection to it' : ' in time'}. Check the ${addressField} and the network of n8n.`,
		true,
	);
}
