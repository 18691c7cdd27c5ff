/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { OutgoingHttpHeaders } from 'node:http';
import { FHIR_JSON, JSON_TYPE } from '../mediaTypes';
import { operationOutcome } from '../operationOutcome';
import type { WireAnswer } from './wire';

export const bodyKinds = ['operation-outcome', 'json', 'html', 'xml', 'text', 'empty'] as const;

const dateWords: Record<string, number> = { 'past-date': -3600, 'future-date': 3 };

/** A header as it is, or as an HTTP date: `past-date`, `future-date`, `date+5`, `date-60` (seconds from now). */
export function headerValue(text: string, now = Date.now()): string {
	const [, seconds] = /^date([+-]\d{1,9})$/.exec(text) ?? [];
	const offset = seconds === undefined ? dateWords[text] : Number(seconds);
	return offset === undefined ? text : new Date(now + offset * 1000).toUTCString();
}

export function headerValues(headers: Record<string, string>): OutgoingHttpHeaders {
	return Object.fromEntries(
		Object.entries(headers).map(([name, text]) => [name.toLowerCase(), headerValue(text)]),
	);
}

function wire(status: number, contentType: string, body: string | object): WireAnswer {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return { status, headers: { 'content-type': contentType }, body: Buffer.from(text), framing: 'length' };
}

/** No answer: what is sent where nothing is sent. */
export const nothing: WireAnswer = { status: 200, headers: {}, body: Buffer.alloc(0), framing: 'length' };

export function json(status: number, body: object): WireAnswer {
	return wire(status, `${JSON_TYPE}; charset=utf-8`, body);
}

/** An answer of any status in any shape. */
export function answerOf(
	kind: (typeof bodyKinds)[number],
	{
		status,
		code,
		severity,
		text,
		json: body,
	}: Record<'code' | 'severity' | 'text', string> & {
		status: number;
		json: object;
	},
): WireAnswer {
	switch (kind) {
		case 'operation-outcome': {
			const outcome = operationOutcome(code as fhir4.OperationOutcomeIssue['code'], text);
			const issue = [{ ...outcome.issue[0], severity }];
			return wire(status, `${FHIR_JSON}; charset=utf-8`, { ...outcome, issue });
		}
		case 'json':
			return json(status, body);
		case 'html':
			return wire(
				status,
				'text/html; charset=utf-8',
				`<!doctype html><html><body><h1>${status}</h1><p>${text}</p></body></html>\n`,
			);
		case 'xml':
			return wire(
				status,
				'application/xml',
				`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`,
			);
		case 'text':
			return wire(status, 'text/plain; charset=utf-8', text);
		case 'empty':
			return { ...nothing, status };
	}
}

/** The answer to a token that is not, or no longer, good. */
export function badToken(): WireAnswer {
	const error = 'invalid_token';
	const answer = json(401, { error, error_description: 'The access token is missing, unknown or expired.' });
	return { ...answer, headers: { ...answer.headers, 'www-authenticate': `Bearer error="${error}"` } };
}
