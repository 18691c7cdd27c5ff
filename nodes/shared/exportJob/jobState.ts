import { consentEndedJson } from '../exchange/consentEnd';
import { JOB_TROUBLE_LIMIT_MS, NEW_JOB_GRACE_MS, OUT_OF_SIGHT_MS } from '../fhir/limits';
import { ExchangeError } from '../n8n/exchangeError';
import { backoffMs } from '../http/backoff';
import type { JobReference } from '../payers/payer';
import type { BatchCounts, Manifest } from './manifest';
import type { StatusAnswer } from './statusAnswer';
import { describeMissing, type CompleteExport } from './completeExport';

/**
 * The life of a job at the payer:
 *
 *     kicked off ──► polling ──► completed      the manifest is complete
 *                    │  ▲   ├──► partial        files are listed, but something is missing
 *                    └──┘   ├──► failed         the job failed, is unknown to the payer, or produced no files
 *                           ├──► consent ended  nothing more is asked of the payer, not even how far the job is
 *                           └──► still running  the node's deadline came first; polling continues when the item is fed back in
 *
 * All state transitions are functions of this file; `statusPoll.ts` sends the requests, `pollLoop.ts` does the scheduling.
 */

/** A polled job and its last known state, carried on the item while the job is still running. */
export interface PolledJob extends JobReference {
	/** Set if the kick-off response already contained the manifest. */
	manifest?: Manifest;
	/** Last day of the consent (`YYYY-MM-DD`), after which nothing more is asked; undefined if it is not watched. */
	consentEnd?: string;
	polls: number;
	/** Consecutive server errors and missing responses. */
	troubles: number;
	/** When they began (ms since 1970). */
	troubledSince?: number;
	/** Whether the payer has said that it works at the job. */
	isKnown: boolean;
	/** When it sent something other than an answer of its API in place of the next one (ms since 1970). */
	outOfSightSince?: number;
	/** Until then (ms since 1970), a payer that does not know the job, or fails at it, may not have it at hand yet. */
	isNewUntil: number;
	status: string;
	progress?: unknown;
	/** The request that the list of files must state, where the payer named the job without being asked for this one. */
	expectedRequest?: string;
}

/** The result of a poll: poll again after a pause, or the end of the job. */
export type NextStep = { pollIn: number } | { finished: Manifest } | { failed: FailedJob };

/** The final state of a job. */
export type JobEnd = FinishedJob | FailedJob;

export interface FinishedJob extends CompleteExport {
	state: 'completed' | 'partial' | 'failed';
	/** Sentences about what is missing; undefined if nothing is. */
	missing?: string;
}

/** A job without a manifest. `reason` can contain the payer's text and is for data items only. */
export interface FailedJob {
	state: 'failed';
	reason: string;
	/** Set if the job ends because the consent has: its last day (`YYYY-MM-DD`). */
	consentEnded?: string;
	/** Set if it cannot be told whose export it is. */
	isUnclear?: boolean;
	httpStatus?: number;
	batches?: BatchCounts;
}

/**
 * Initial state: the job was not polled yet.
 * @param previous state from an earlier run, if the item carries one
 * @param startedAt when the export was started (ms since 1970), if that is known
 */
export function kickedOff<Job extends JobReference & { manifest?: Manifest }>(
	job: Job,
	previous: Partial<Pick<PolledJob, 'polls' | 'troubles' | 'troubledSince' | 'status' | 'progress'>> = {},
	startedAt = 0,
): Job & PolledJob {
	const isNewUntil = Math.min(startedAt, Date.now()) + NEW_JOB_GRACE_MS;
	const { polls = 0, troubles = 0 } = previous;
	return {
		polls,
		troubles,
		isKnown: polls > troubles,
		isNewUntil,
		status: 'Not asked yet',
		...previous,
		...job,
	};
}

/**
 * Handles the response to a status request. Updates the job.
 *
 * @param retryAfterMs the pause that the payer asks for, if any
 * @param pollEveryMs the first pause otherwise
 */
export function afterAnswer(
	job: PolledJob,
	answer: StatusAnswer,
	retryAfterMs: number | undefined,
	pollEveryMs: number,
): NextStep {
	switch (answer.state) {
		case 'running':
			endTroubles(job);
			job.isKnown = true;
			job.outOfSightSince = undefined;
			job.isNewUntil = 0;
			job.status = answer.status;
			job.progress = answer.progress;
			return { pollIn: retryAfterMs ?? pollBackoff(job, pollEveryMs) };
		case 'trouble':
			return afterTrouble(job, answer, retryAfterMs);
		case 'finished':
			return { finished: answer.manifest };
		case 'failed':
			return isNotAtHandYet(job, answer) || isOutOfSight(job, answer)
				? afterTrouble(job, answer, retryAfterMs)
				: { failed: answer };
	}
}

/** Where the kick-off and the status are answered by different machines, the second may not know the job for a moment. */
function isNotAtHandYet({ isNewUntil }: PolledJob, { httpStatus }: { httpStatus?: number }): boolean {
	return Date.now() < isNewUntil && (httpStatus === 404 || (httpStatus !== undefined && httpStatus >= 500));
}

/** While a gateway starts again or is maintained, a page of its own stands in the place of the answer. Updates the job. */
function isOutOfSight(job: PolledJob, { isFromElsewhere }: { isFromElsewhere?: boolean }): boolean {
	if (!job.isKnown || !isFromElsewhere) return false;
	const now = Date.now();
	job.outOfSightSince ??= now;
	return now - job.outOfSightSince < OUT_OF_SIGHT_MS;
}

/** A broken line ends no job, but one of which nothing else has been heard for a day is not well. */
function afterTrouble(
	job: PolledJob,
	{ reason, httpStatus }: Pick<FailedJob, 'reason' | 'httpStatus'>,
	retryAfterMs?: number,
): NextStep {
	const now = Date.now();
	job.troubles += 1;
	job.troubledSince ??= now;
	job.status = httpStatus === undefined ? reason : `HTTP ${httpStatus}`;
	if (now - job.troubledSince > JOB_TROUBLE_LIMIT_MS) {
		return { failed: { state: 'failed', reason: `${reason} This has been so for a day.`, httpStatus } };
	}
	return { pollIn: retryAfterMs ?? backoffMs(job.troubles) };
}

function endTroubles(job: PolledJob): void {
	job.troubles = 0;
	job.troubledSince = undefined;
}

/**
 * Handles a failed status request. Updates the job.
 * @throws the error itself if it affects all jobs of the run and is permanent
 */
export function afterError(job: PolledJob, error: Error, pollEveryMs: number): NextStep {
	if (!(error instanceof ExchangeError)) throw error;
	const { concerns, transient, whatToDo, httpStatus } = error.details;
	// The payer asks for a longer pause than a single request waits. This is not a failure of the job.
	if (httpStatus === 429) return { pollIn: pollBackoff(job, pollEveryMs) };
	if (concerns !== 'run') {
		const isFromElsewhere = httpStatus !== undefined && httpStatus >= 300 && httpStatus < 400;
		if (isOutOfSight(job, { isFromElsewhere }))
			return afterTrouble(job, { reason: error.message, httpStatus });
		return { failed: { state: 'failed', reason: `${error.message}. ${whatToDo}`, httpStatus } };
	}
	if (transient !== true) throw error;
	return afterTrouble(job, { reason: error.message, httpStatus });
}

/** The final state of a job whose consent has ended. @param lastDay `YYYY-MM-DD` */
export function endForConsent(lastDay: string): FailedJob {
	return { state: 'failed', reason: consentEndedJson(lastDay).reason, consentEnded: lastDay };
}

/** The final state of an export that the payer named as running, and that was started by another request. */
export function endOfAnother(): FailedJob {
	return {
		state: 'failed',
		isUnclear: true,
		reason:
			'The payer named this export as the one that runs, but its list of files states another request, or none: it may be of another member. Nothing of it is given out.',
	};
}

/** The job has finished, but its list of files was not read to the end before the deadline. It is read again next time. */
export function listNotRead(job: PolledJob, pollEveryMs: number): NextStep & { pollIn: number } {
	endTroubles(job);
	job.status = 'Finished, but its list of files was not read within Give Up After';
	return { pollIn: pollBackoff(job, pollEveryMs) };
}

/** The final state of a job whose manifest and error files were read. */
export function finishJob(whole: CompleteExport): FinishedJob {
	const missing = describeMissing(whole);
	if (missing === undefined) return { ...whole, state: 'completed' };
	const { files, deletedFiles } = whole.manifest;
	return { ...whole, state: files.length + deletedFiles.length > 0 ? 'partial' : 'failed', missing };
}

/** The pause before the next poll without Retry-After: exponential, up to a minute. */
function pollBackoff({ polls }: PolledJob, pollEveryMs: number): number {
	return backoffMs(polls, undefined, pollEveryMs);
}
