import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../fhir/json';

/** A payer's answer, read whole. Header names are lower case. */
export interface PayerReply {
	status: number;
	headers: Record<string, string>;
	/** The body as text; empty where there was none. */
	text: string;
	/** The body where it is JSON, else undefined. */
	json: unknown;
}

/** Why no answer came at all. */
export interface NoAnswer {
	code: string;
	/** Nothing reached the payer. */
	certainlyNotSent: boolean;
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
