/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ExchangeError } from '../../nodes/shared/exchangeError';
import type { PayerReply } from '../../nodes/shared/payerReply';

/** A payer's answer: an object is sent as JSON, a text as it is. */
export function reply(
	status: number,
	body: object | string = '',
	headers: Record<string, string> = {},
): PayerReply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return { status, headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** An OperationOutcome with one issue. */
export function outcome(code: string, text: string, severity = 'error'): object {
	return { resourceType: 'OperationOutcome', issue: [{ severity, code, details: { text } }] };
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

const folder = process.env.PAYER_EXAMPLES || join(__dirname, '..', '..', '..', 'shared', 'examples');

/** Tests on the official example payloads, which are not part of this project. */
export function describeExamples(title: string, tests: () => void): void {
	if (existsSync(folder)) return describe(`${title} (official examples)`, tests);
	describe(`${title}: LEFT OUT, there are no official examples here`, () => {
		test('set PAYER_EXAMPLES to their folder to run these tests', () => {
			expect(existsSync(folder)).toBe(false);
		});
	});
}

/** An official example, read at run time. */
export function example<T = object>(name: string): T {
	return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}
