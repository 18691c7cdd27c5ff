import { isObject } from '../fhir/json';
import { REMOVE_BUDGET_MS, RETRY_BUDGET_MS, UNKNOWN_HOST_BUDGET_MS } from '../fhir/limits';
import { backoffMs, retryAfterMs } from './backoff';
import { isLasting } from './failures';
import type { NoAnswer, PayerReply } from './reply';

/** How long, and after what, a request is repeated. Attempts are not counted: time is. */
export interface RepeatPolicy {
	/**
	 * - `anyFailure`: after 408, 425, 429, 5xx except 501 (which is permanent), and a broken connection; asking again changes
	 *   nothing at the payer
	 * - `notCarriedOut`: only where the payer certainly did not carry it out: 425, 429, 503, no connection, a 5xx that carries an
	 *   OperationOutcome (FHIR Bulk Data, "Response - Error": the export was not started)
	 * - `nothing`: the caller has a schedule of its own
	 */
	after: 'anyFailure' | 'notCarriedOut' | 'nothing';
	/** For all attempts together, pauses included; of a file only the time in which no byte arrives. */
	forMs: number;
}

/** The policy of each kind of request; a token has its own (`signInPause.ts`), since it serves many requests. */
export const REPEAT = {
	/** Whatever only reads. */
	read: { after: 'anyFailure', forMs: RETRY_BUDGET_MS },
	/** To match the same member again changes nothing (HRex, `$member-match`). */
	match: { after: 'anyFailure', forMs: RETRY_BUDGET_MS },
	file: { after: 'anyFailure', forMs: RETRY_BUDGET_MS },
	/** A courtesy: the payer removes what is old by itself. To remove a job twice does no harm. */
	remove: { after: 'anyFailure', forMs: REMOVE_BUDGET_MS },
	/** A second export would be started. */
	kickOff: { after: 'notCarriedOut', forMs: RETRY_BUDGET_MS },
	/** The next poll of the job is the repetition, until the deadline of the node. */
	status: { after: 'nothing', forMs: RETRY_BUDGET_MS },
} as const satisfies Record<string, RepeatPolicy>;

/** When the time for repeating a request ends. @param began when it began (ms since 1970) @param reply the last one */
export function repeatUntil(
	began: number,
	{ forMs }: Pick<RepeatPolicy, 'forMs'>,
	reply: PayerReply | NoAnswer,
): number {
	const isUnknownHost = 'code' in reply && reply.code === 'ENOTFOUND';
	return began + (isUnknownHost ? Math.min(forMs, UNKNOWN_HOST_BUDGET_MS) : forMs);
}

/** Less than this is not worth another attempt. */
const LEAST_REMAINING_MS = 100;

/**
 * The pause before the next attempt: as long as the payer asks for in Retry-After, else growing to a minute, the last one cut to
 * the time that remains.
 *
 * @param attempt 1 for the first
 * @param remainingMs time left for repeating
 * @returns milliseconds; undefined if there must be no further attempt
 */
export function pauseBeforeRepeat(
	reply: PayerReply | NoAnswer,
	{ after }: Pick<RepeatPolicy, 'after'>,
	attempt: number,
	remainingMs: number,
): number | undefined {
	if (!mayRepeat(reply, after) || remainingMs < LEAST_REMAINING_MS) return undefined;
	const pause = requestedPauseMs(reply) ?? Math.min(backoffMs(attempt), remainingMs);
	return pause <= remainingMs ? pause : undefined;
}

/** The delay that the payer asks for in Retry-After, in milliseconds; undefined if it does not. */
export function requestedPauseMs(reply: Pick<PayerReply, 'headers'> | NoAnswer): number | undefined {
	return 'headers' in reply ? retryAfterMs(reply.headers['retry-after'], Date.now()) : undefined;
}

function mayRepeat(reply: PayerReply | NoAnswer, after: RepeatPolicy['after']): boolean {
	if (after === 'nothing') return false;
	if (isCertainlyNotCarriedOut(reply)) return true;
	return after === 'anyFailure' && isTransientFailure(reply);
}

/** Whether the payer certainly did not do what it was asked for, and may do it when asked again. */
export function isCertainlyNotCarriedOut(reply: PayerReply | NoAnswer): boolean {
	if (!('status' in reply)) return reply.certainlyNotSent && !isLastingFailure(reply);
	// 425: the server did not risk to carry it out (RFC 8470 section 5.2).
	if ([425, 429, 503].includes(reply.status)) return true;
	return isTransientFailure(reply) && reply.status >= 500 && isOperationOutcome(reply.json);
}

/** Whether it cannot be told if the payer did what it was asked for. */
export function mayBeCarriedOut(reply: PayerReply | NoAnswer): boolean {
	return isTransientFailure(reply) && !isCertainlyNotCarriedOut(reply);
}

/** Whether the same request may have an answer later: the payer, or what lies between, is in trouble. */
export function isTransientFailure(reply: Pick<PayerReply, 'status'> | NoAnswer): boolean {
	if (!('status' in reply)) return !isLastingFailure(reply);
	const { status } = reply;
	return [408, 425, 429].includes(status) || (status >= 500 && status !== 501);
}

/** Whether asking again would bring the same. */
export function isLastingFailure({ cause, mayPass }: NoAnswer): boolean {
	return isLasting(cause) && mayPass !== true;
}

function isOperationOutcome(json: unknown): boolean {
	return isObject(json) && json.resourceType === 'OperationOutcome';
}
