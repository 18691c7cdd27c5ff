import { AccessTokenError, NO_TOKEN, NO_TOKEN_NOW } from '../signIn/accessToken';
import { isObject } from '../fhir/json';
import type { NoAnswer } from './patience';
import { gaveNoToken } from './errors';
import type { ByteStream } from './watchedBody';

/** An answer whose body is still to come. Header names are lower case. */
export interface OpenReply {
	status: number;
	headers: Record<string, string>;
	body: ByteStream;
}

const NOT_SENT_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** n8n throws for every status but 2xx; the answer is then inside the error. Nothing else of that error is ever used. */
export function answerInside(error: unknown): OpenReply | undefined {
	for (const cause of causes(error)) {
		if (cause.name === 'AccessTokenError') throw gaveNoToken(cause as AccessTokenError);
		const { response } = cause as { response?: { status?: unknown; headers?: unknown; data?: unknown } };
		if (typeof response?.status === 'number') {
			return {
				status: response.status,
				headers: lowerCase(response.headers),
				body: response.data as ByteStream,
			};
		}
	}
	return answerWithoutCause(error);
}

/**
 * The same in n8n 2.8, whose error has lost its cause: it keeps the status and the open body. The headers are those of the
 * body, which a compressed one does not have.
 */
function answerWithoutCause(error: unknown): OpenReply | undefined {
	const { httpCode, context, message } = error as {
		httpCode?: unknown;
		context?: { data?: { pipe?: unknown; headers?: unknown } };
		message: string;
	};
	if (httpCode === NO_TOKEN || httpCode === NO_TOKEN_NOW) {
		throw gaveNoToken(new AccessTokenError(message, httpCode === NO_TOKEN_NOW));
	}
	const body = context?.data;
	if (!/^[3-5]\d\d$/.test(String(httpCode)) || typeof body?.pipe !== 'function') return undefined;
	return { status: Number(httpCode), headers: lowerCase(body.headers), body: body as unknown as ByteStream };
}

export function noAnswer(error: unknown): NoAnswer {
	const code = causes(error)
		// n8n 2.8 keeps the code of the network in httpCode alone.
		.flatMap((cause) => [(cause as { code?: unknown }).code, (cause as { httpCode?: unknown }).httpCode])
		.find((each) => typeof each === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(each));
	return { code: String(code ?? 'no answer'), certainlyNotSent: NOT_SENT_CODES.includes(String(code)) };
}

function causes(error: unknown): Error[] {
	const found: Error[] = [];
	for (let each = error; each instanceof Error && found.length < 8; each = each.cause) found.push(each);
	return found;
}

/** Headers as text, by names in lower case. */
export function lowerCase(headers: unknown): Record<string, string> {
	const entries = isObject(headers) ? Object.entries(headers) : [];
	return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}
