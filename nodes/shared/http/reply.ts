import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import type { FailureCause } from './failures';

/** A payer's response, read into memory. Header names are lower case. */
export interface PayerReply {
	status: number;
	headers: Record<string, string>;
	/** The body as text; empty if there was none. */
	text: string;
	/** The parsed body; undefined if it is not JSON. */
	json: unknown;
	/** The address that was asked, if relative addresses of the answer are resolved against it. */
	url?: string;
}

/** The reason for a missing response. */
export interface NoAnswer {
	code: string;
	/** Undefined if it is not known, as for a connection that broke. */
	cause?: FailureCause;
	/** The request did not reach the payer. */
	certainlyNotSent: boolean;
	/** The cause is a lasting one, but the host has answered lately: it may be restarting. */
	mayPass?: boolean;
}

/** Whether the status is a 2xx. */
export function isSuccess(reply: PayerReply): boolean {
	return reply.status >= 200 && reply.status < 300;
}

/** Describes the kind of body, for an error that must not show the body itself. */
export function bodyKind(reply: PayerReply): string {
	if (reply.text.trim() === '') return 'an empty answer';
	if (reply.json !== undefined) return 'a JSON answer of another shape';
	return /^\s*</.test(reply.text) ? 'an HTML or XML page' : 'an answer that is not JSON';
}

/** The response body for a data item: JSON if it is an object or a list of objects, else the text. */
export function rawAnswer({ json, text }: PayerReply): IDataObject | IDataObject[] | string {
	if (isObject(json)) return json;
	return Array.isArray(json) && json.every(isObject) ? json : text;
}
