import type { IN8nHttpFullResponse } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import { AccessTokenError, gaveNoToken, NO_TOKEN, NO_TOKEN_NOW } from './errors';
import type { NoAnswer } from './reply';
import { isByteStream, type ByteStream } from './watchedBody';

/** An answer whose body is still to come. Header names are lower case. */
export interface OpenReply {
	status: number;
	headers: Record<string, string>;
	body: ByteStream;
}

const NOT_SENT_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** What n8n's HTTP helper resolves with for a 2xx. @throws Error where it has no stream as its body: that is no answer of the helper */
export function openReply({ statusCode, headers, body }: IN8nHttpFullResponse): OpenReply {
	if (!isByteStream(body)) throw new Error('n8n gave no stream');
	return { status: statusCode, headers: lowerCase(headers), body };
}

/**
 * n8n throws for every status but 2xx; the answer is then inside the error. Nothing else of that error is ever used.
 *
 * @throws ExchangeError where the error is that of a credential that got no access token
 */
export function replyInside(error: unknown): OpenReply | undefined {
	for (const cause of causes(error)) {
		// By its name: with N8N_DEV_RELOAD, nodes and credentials can hold two copies of the class.
		if (cause.name === 'AccessTokenError') {
			throw gaveNoToken(new AccessTokenError(cause.message, valueOf(cause, 'transient') === true));
		}
		const response = valueOf(cause, 'response');
		if (isObject(response) && typeof response.status === 'number' && isByteStream(response.data)) {
			return { status: response.status, headers: lowerCase(response.headers), body: response.data };
		}
	}
	return replyWithoutCause(error);
}

/**
 * The same in n8n 2.8, whose error has lost its cause: it keeps the status and the open body. The headers are those of the
 * body, which a compressed one does not have.
 */
function replyWithoutCause(error: unknown): OpenReply | undefined {
	const httpCode = valueOf(error, 'httpCode');
	if (httpCode === NO_TOKEN || httpCode === NO_TOKEN_NOW) {
		const message = error instanceof Error ? error.message : '';
		throw gaveNoToken(new AccessTokenError(message, httpCode === NO_TOKEN_NOW));
	}
	const context = valueOf(error, 'context');
	const body = isObject(context) ? context.data : undefined;
	if (!/^[3-5]\d\d$/.test(String(httpCode)) || !isByteStream(body)) return undefined;
	return { status: Number(httpCode), headers: lowerCase(valueOf(body, 'headers')), body };
}

/** Why there is no answer: the network's own code, where it has one. */
export function noAnswer(error: unknown): NoAnswer {
	const code = causes(error)
		// n8n 2.8 keeps the code of the network in httpCode alone.
		.flatMap((cause) => [valueOf(cause, 'code'), valueOf(cause, 'httpCode')])
		.find((each) => typeof each === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(each));
	return { code: String(code ?? 'no answer'), certainlyNotSent: NOT_SENT_CODES.includes(String(code)) };
}

function causes(error: unknown): Error[] {
	const found: Error[] = [];
	for (let each = error; each instanceof Error && found.length < 8; each = each.cause) found.push(each);
	return found;
}

/** A property of whatever it is. */
function valueOf(value: unknown, key: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Headers as text, by names in lower case. */
export function lowerCase(headers: unknown): Record<string, string> {
	const entries = isObject(headers) ? Object.entries(headers) : [];
	return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}
