import { tryParseJson } from '../fhir/json';
import { JsonMeter, type JsonExcess } from '../fhir/jsonMeter';
import {
	ANSWER_IDLE_TIMEOUT_MS,
	ANSWER_LIMITS,
	ANSWER_TIMEOUT_MS,
	MAX_DEPTH,
	type AnswerKind,
	type AnswerLimits,
} from '../fhir/limits';
import { answerExceedsError } from './errors';
import type { OpenReply } from './n8nAnswer';
import type { NoAnswer, PayerReply } from './reply';
import { letOthersRun } from '../n8n/longRun';
import { readBody, type Stoppable } from './watchedBody';

/** The guard at the door: every answer that is read into memory passes here, and no other place parses one. */

/** What is expected, and how long is waited for it. */
export interface Expected {
	/** What a 2xx other than 202 is; any other answer counts as `status`. */
	answer: AnswerKind;
	/** When to stop reading at the latest (ms since 1970). */
	deadline?: number;
}

/** Characters of a text whose parsing takes so long that n8n has a turn before and after it. */
const LONG_TEXT = 1_000_000;

/**
 * Reads the body of an answer, up to the limits of its kind. An interrupted body counts as no answer.
 *
 * @param run undefined if nothing can stop it, as in a credential
 * @throws ExchangeError if a limit is exceeded, or the run was stopped
 */
export async function readAnswer(
	run: Stoppable | undefined,
	{ status, headers, body, url }: OpenReply,
	{ answer, deadline = Infinity }: Expected,
): Promise<PayerReply | NoAnswer> {
	const limits = ANSWER_LIMITS[status >= 200 && status < 300 && status !== 202 ? answer : 'status'];
	const result = await readBody(
		run,
		body,
		async ({ arriving }) => await readText(arriving, limits, (what) => answerExceedsError(status, what)),
		{
			idleMs: ANSWER_IDLE_TIMEOUT_MS,
			totalMs: Math.min(ANSWER_TIMEOUT_MS, Math.max(deadline - Date.now(), 0)),
		},
	);
	// A 202 says all in its headers: that the job was taken or runs on, and where.
	const isComplete = 'value' in result || status === 202;
	if (!isComplete) return { code: result.interruption, certainlyNotSent: false };
	const text = 'value' in result ? result.value : '';
	return { status, headers, text, json: await parse(text), url };
}

/**
 * Reads a file that is JSON into memory, up to the limits of its kind.
 * @param onPart called with the bytes as they arrive
 * @returns undefined if it is not JSON
 * @throws ExchangeError if a limit is exceeded
 */
export async function readJsonFile(
	arriving: AsyncIterable<Uint8Array>,
	answer: AnswerKind,
	onPart: (part: Uint8Array) => void,
): Promise<unknown> {
	async function* seen(): AsyncGenerator<Uint8Array> {
		for await (const part of arriving) {
			onPart(part);
			yield part;
		}
	}
	const refuse = (what: string) => answerExceedsError(200, what);
	return await parse(await readText(seen(), ANSWER_LIMITS[answer], refuse));
}

async function readText(
	arriving: AsyncIterable<Uint8Array>,
	limits: AnswerLimits,
	refuse: (exceeds: string) => Error,
): Promise<string> {
	const meter = new JsonMeter({ values: limits.values, depth: MAX_DEPTH });
	// Without its byte order mark, if there is one.
	const decoder = new TextDecoder('utf-8');
	const parts: string[] = [];
	let bytes = 0;
	for await (const part of arriving) {
		bytes += part.length;
		if (bytes > limits.bytes) throw refuse(`is longer than ${limits.bytes / 1024 / 1024} MB`);
		const text = decoder.decode(part, { stream: true });
		meter.push(text);
		parts.push(text);
		if (meter.exceeded !== undefined) throw refuse(excess(meter.exceeded, limits.values));
	}
	return parts.join('') + decoder.decode();
}

async function parse(text: string): Promise<unknown> {
	const isLong = text.length > LONG_TEXT;
	if (isLong) await letOthersRun();
	const json = tryParseJson(text);
	if (isLong) await letOthersRun();
	return json;
}

function excess(exceeded: JsonExcess, values: number): string {
	return exceeded === 'values'
		? `has more than ${values.toLocaleString('en-US')} JSON values`
		: `is nested more than ${MAX_DEPTH} deep`;
}
