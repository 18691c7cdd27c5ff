import type { IHttpRequestHelper } from 'n8n-workflow';
import { AccessTokenError } from '../http/errors';
import { failureCause, isLasting } from '../http/failures';
import { brokenOffAdvice, failureWords, PROXY_LOGIN, type FailedRequest } from '../http/failureWords';
import type { PayerReply } from '../http/reply';
import { sendUnauthenticated, type UnauthenticatedRequest } from '../http/send';
import type { PayerTls } from '../http/tls';
import { ExchangeError } from '../n8n/exchangeError';

/** A token request (RFC 6749 section 4.4.2). */
export interface TokenRequest {
	url: string;
	/** Label of the URL field in the credential; used in errors. */
	addressField: string;
	form: Record<string, string>;
	headers?: Record<string, string>;
	/** Certificates of the credential, if they are for this URL. */
	tls?: PayerTls;
}

/** Posts a form to a token endpoint. @throws AccessTokenError if there was no response */
export async function postForm(helper: IHttpRequestHelper, request: TokenRequest): Promise<PayerReply> {
	const { url, addressField, form, tls } = request;
	const headers = { ...request.headers, 'Content-Type': 'application/x-www-form-urlencoded' };
	const body = new URLSearchParams(form).toString();
	return await replyOrThrow(helper, { method: 'POST', url, headers, body, tls }, addressField);
}

/** Reads a public JSON document of a payer. @throws AccessTokenError if there was no response */
export async function getJson(
	helper: IHttpRequestHelper,
	url: string,
	addressField: string,
	tls?: PayerTls,
): Promise<PayerReply> {
	return await replyOrThrow(helper, { method: 'GET', url, tls }, addressField);
}

/**
 * Posts JSON to an endpoint of the payer that wants no token.
 * @param endpoint what it is, e.g. `registration endpoint`
 * @throws AccessTokenError if there was no response
 */
export async function postJson(
	helper: IHttpRequestHelper,
	{ url, body, tls }: { url: string; body: object; tls?: PayerTls },
	addressField: string,
	endpoint: string,
): Promise<PayerReply> {
	const headers = { 'Content-Type': 'application/json' };
	const request = { method: 'POST', url, headers, body: JSON.stringify(body), tls } as const;
	return await replyOrThrow(helper, request, addressField, endpoint);
}

async function replyOrThrow(
	helper: IHttpRequestHelper,
	request: UnauthenticatedRequest,
	addressField: string,
	endpoint = 'token endpoint',
): Promise<PayerReply> {
	const reply = await sendUnauthenticated(helper, request).catch((error: unknown) => {
		if (!(error instanceof ExchangeError)) throw error;
		throw new AccessTokenError(
			`${error.message}. That is no answer of a ${endpoint}; check the ${addressField}.`,
		);
	});
	if ('status' in reply) {
		const refused = proxyOrTlsProblem(reply, request, addressField);
		if (refused !== undefined) throw new AccessTokenError(refused);
		return reply;
	}
	const { code, cause = failureCause([code], []) } = reply;
	const words = failureWords(cause, failedRequest(request, addressField));
	// Without the network error code: n8n replaces a message that contains one.
	throw new AccessTokenError(
		words
			? sentences(words)
			: `The ${endpoint} did not answer${cause === 'timeout' ? ' in time' : ': the connection broke off'}. ${brokenOffAdvice({ addressField, tls: request.tls })}`,
		// More often a host name was entered wrongly than that the network is in trouble.
		!isLasting(cause) && code !== 'ENOTFOUND',
	);
}

const PROXY_WANTS_LOGIN = 407;
/** What nginx answers, with status 400, to a client without a certificate, and to one whose certificate it does not take. */
const NGINX_WANTS_CERTIFICATE = /No required SSL certificate was sent|The SSL certificate error/i;

/** Of an answer that is none of the token endpoint: it comes from a proxy, or from the server's TLS. */
function proxyOrTlsProblem(
	{ status, text }: PayerReply,
	request: UnauthenticatedRequest,
	addressField: string,
): string | undefined {
	if (status === PROXY_WANTS_LOGIN) return sentences(PROXY_LOGIN);
	const [said] = (status === 400 && NGINX_WANTS_CERTIFICATE.exec(text)) || [];
	if (said === undefined) return undefined;
	const cause = /^No/i.test(said) ? 'certificateWanted' : 'certificateRefused';
	const words = failureWords(cause, failedRequest(request, addressField));
	return words && sentences(words);
}

function failedRequest({ url, tls }: UnauthenticatedRequest, addressField: string): FailedRequest {
	return { host: new URL(url).host, addressField, tls };
}

function sentences({ what, whatToDo }: { what: string; whatToDo: string }): string {
	return `${what}. ${whatToDo}`;
}
