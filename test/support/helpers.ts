/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error */
import { inspect } from 'node:util';
import { ExchangeError } from '../../nodes/shared/n8n/exchangeError';
import { tryParseJson } from '../../nodes/shared/fhir/json';
import type { PayerReply } from '../../nodes/shared/http/reply';
import type { Finding, Reading } from '../../nodes/shared/n8n/findings';

export { outcome } from '../support/operationOutcome';

/** A payer's answer: an object is sent as JSON, a text as it is. */
export function reply(
	status: number,
	body: object | string = '',
	headers: Record<string, string> = {},
): PayerReply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return { status, headers, text, json: tryParseJson(text) };
}

export const HTML = '<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>';

/** The ExchangeError that the work throws. */
export function thrown(work: () => unknown): ExchangeError {
	try {
		work();
	} catch (error) {
		if (error instanceof ExchangeError) return error;
		throw error;
	}
	throw new Error('Nothing was thrown');
}

/** Everything of an error that a person or a log can see. */
export function everythingOf(error: Error): string {
	return inspect(error, { depth: 10, showHidden: true });
}

/** What a reader found wrong; nothing where it gave a value. */
export function findingsOf(reading: Reading<unknown>): Finding[] {
	return 'findings' in reading ? reading.findings : [];
}

/** The value that a reader gave. */
export function valueOf<T>(reading: Reading<T>): T {
	if ('value' in reading) return reading.value;
	throw new Error(reading.findings.map(({ says }) => says).join('; '));
}
