import type { IN8nHttpFullResponse } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import { noTokenError, readNoToken } from './errors';
import { failureCause, isBeforeSending } from './failures';
import type { NoAnswer } from './reply';
import { isByteStream, type ByteStream } from './watchedBody';

/** A response whose body has not been read yet. Header names are lower case. */
export interface OpenReply {
	status: number;
	headers: Record<string, string>;
	body: ByteStream;
	/** The address that was asked, if relative addresses of the answer are resolved against it. */
	url?: string;
}

/** Converts the helper's result for a 2xx. @throws Error if the body is not a stream */
export function openReply({ statusCode, headers, body }: IN8nHttpFullResponse): OpenReply {
	if (!isByteStream(body)) throw new Error('n8n gave no stream');
	return { status: statusCode, headers: lowerCaseHeaders(headers), body };
}

/**
 * n8n throws for every non-2xx status; the response is inside the error. Nothing else of that error is used.
 *
 * @returns undefined if the error contains no response
 * @throws ExchangeError if the credential could not get an access token
 */
export function replyFromError(error: unknown): OpenReply | undefined {
	throwIfNoToken(error);
	for (const cause of causes(error)) {
		const response = propertyOf(cause, 'response');
		if (isObject(response) && typeof response.status === 'number' && isByteStream(response.data)) {
			return { status: response.status, headers: lowerCaseHeaders(response.headers), body: response.data };
		}
	}
	return replyWithoutCause(error);
}

/** @throws ExchangeError if the credential could not get an access token */
function throwIfNoToken(error: unknown): void {
	const chain = causes(error);
	// Not by instanceof: with N8N_DEV_RELOAD, nodes and credentials can have separate copies of the class. n8n 2.8 has its own error instead.
	const cause =
		chain.find(({ name }) => name === 'AccessTokenError') ??
		chain.find((each) => readNoToken(propertyOf(each, 'httpCode')));
	if (cause) throw noTokenError(cause.message, readNoToken(propertyOf(cause, 'httpCode')) ?? {});
}

/**
 * The same for n8n 2.8, whose error has no cause but keeps the status and the open body. The headers are read from the body;
 * a decompressed body has none.
 */
function replyWithoutCause(error: unknown): OpenReply | undefined {
	const httpCode = propertyOf(error, 'httpCode');
	const context = propertyOf(error, 'context');
	const body = isObject(context) ? context.data : undefined;
	if (!/^[3-5]\d\d$/.test(String(httpCode)) || !isByteStream(body)) return undefined;
	return { status: Number(httpCode), headers: lowerCaseHeaders(propertyOf(body, 'headers')), body };
}

/** The reason for a missing response: the network error code, if there is one, and the cause as far as it can be known. */
export function noAnswer(error: unknown): NoAnswer {
	const found = causes(error);
	const codes = found
		// n8n 2.8 keeps the network error code only in httpCode.
		.flatMap((cause) => [propertyOf(cause, 'code'), propertyOf(cause, 'httpCode')])
		.filter((each) => typeof each === 'string')
		.filter((each) => /^[A-Z][A-Z0-9_]{2,60}$/.test(each));
	const cause = failureCause(codes, found.flatMap(messagesOf));
	return { code: codes[0] ?? 'no answer', cause, certainlyNotSent: isBeforeSending(cause) };
}

/** n8n puts a sentence of its own in place of some messages, and keeps them in `messages`. */
function messagesOf(error: Error): string[] {
	const kept = propertyOf(error, 'messages');
	const all: unknown[] = [error.message, ...(Array.isArray(kept) ? kept : [])];
	return all.filter((each) => typeof each === 'string');
}

function causes(error: unknown): Error[] {
	const found: Error[] = [];
	for (let each = error; each instanceof Error && found.length < 8; each = each.cause) found.push(each);
	return found;
}

/** Reads a property of any object. */
function propertyOf(value: unknown, key: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Headers as strings with lower-case names. */
export function lowerCaseHeaders(headers: unknown): Record<string, string> {
	const entries = isObject(headers) ? Object.entries(headers) : [];
	return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}
