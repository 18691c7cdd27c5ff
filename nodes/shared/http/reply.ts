import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isObject, parsedJson } from '../fhir/json';
import { replyTooLong } from './errors';
import { LONGEST_REPLY_BYTES, REPLY_IDLE_MS, REPLY_WITHIN_MS } from './limits';
import type { OpenReply } from './n8nAnswer';
import type { NoAnswer } from './patience';
import { readBody } from './watchedBody';

/** A payer's answer, read whole. Header names are lower case. */
export interface PayerReply {
	status: number;
	headers: Record<string, string>;
	/** The body as text; empty where there was none. */
	text: string;
	/** The body where it is JSON, else undefined. */
	json: unknown;
}

/** Whether the status is a 2xx. */
export function isSuccess(reply: PayerReply): boolean {
	return reply.status >= 200 && reply.status < 300;
}

/** What kind of body came, for an error that must not show the body itself. */
export function bodyKind(reply: PayerReply): string {
	if (reply.text.trim() === '') return 'an empty answer';
	if (reply.json !== undefined) return 'a JSON answer of another shape';
	return /^\s*</.test(reply.text) ? 'an HTML or XML page' : 'an answer that is not JSON';
}

/** The answer as a data item keeps it: JSON where it is an object or a list of objects, else its text. */
export function rawAnswer({ json, text }: PayerReply): IDataObject | IDataObject[] | string {
	if (isObject(json)) return json;
	return Array.isArray(json) && json.every(isObject) ? json : text;
}

/**
 * Reads an open answer whole. A body that breaks off counts as no answer.
 * @throws ExchangeError where it is too long, or the run was stopped
 */
export async function readReply(
	context: IExecuteFunctions,
	{ status, headers, body }: OpenReply,
): Promise<PayerReply | NoAnswer> {
	const result = await readBody(
		context,
		body,
		async ({ arriving }) => {
			const parts: Uint8Array[] = [];
			let size = 0;
			for await (const part of arriving) {
				size += part.length;
				if (size > LONGEST_REPLY_BYTES) throw replyTooLong(status, LONGEST_REPLY_BYTES);
				parts.push(part);
			}
			return Buffer.concat(parts)
				.toString('utf8')
				.replace(/^\uFEFF/, '');
		},
		{ idleMs: REPLY_IDLE_MS, totalMs: REPLY_WITHIN_MS },
	);
	if ('brokenOff' in result) return { code: result.brokenOff, certainlyNotSent: false };
	const text = result.value;
	return { status, headers, text, json: parsedJson(text) };
}
