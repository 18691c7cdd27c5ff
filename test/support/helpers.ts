/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error */
import { inspect } from 'node:util';
import { ExchangeError } from '../../nodes/shared/n8n/exchangeError';
import { tryParseJson } from '../../nodes/shared/fhir/json';
import type { PayerReply } from '../../nodes/shared/http/reply';
import type { Finding, Reading } from '../../nodes/shared/n8n/findings';

export { outcome } from '../support/operationOutcome';

/** A payer's response: an object becomes JSON, a string is sent unchanged. */
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

/** Every text of an error that can appear in the editor or in a log. */
export function everythingOf(error: Error): string {
	return inspect(error, { depth: 10, showHidden: true });
}

/** The findings of a reader; empty if it returned a value. */
export function findingsOf(reading: Reading<unknown>): Finding[] {
	return 'findings' in reading ? reading.findings : [];
}

/** The value of a reader. */
export function valueOf<T>(reading: Reading<T>): T {
	if ('value' in reading) return reading.value;
	throw new Error(reading.findings.map(({ says }) => says).join('; '));
}
