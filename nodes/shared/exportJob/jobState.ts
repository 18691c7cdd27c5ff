import { consentEndedJson } from '../exchange/consentEnd';
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
	status: string;
	progress?: unknown;
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
	httpStatus?: number;
	batches?: BatchCounts;
}

/** After this many consecutive server errors or missing responses, the job fails. */
const MAX_TROUBLES = 5;

/** Initial state: the job was not polled yet. @param previous state from an earlier run, if the item carries one */
export function kickedOff<Job extends JobReference & { manifest?: Manifest }>(
	job: Job,
	previous: Partial<Pick<PolledJob, 'polls' | 'troubles' | 'status' | 'progress'>> = {},
): Job & PolledJob {
	return { polls: 0, troubles: 0, status: 'Not asked yet', ...previous, ...job };
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
			job.troubles = 0;
			job.status = answer.status;
			job.progress = answer.progress;
			return { pollIn: retryAfterMs ?? pollBackoff(job, pollEveryMs) };
		case 'trouble': {
			job.troubles += 1;
			job.status = `HTTP ${answer.httpStatus}`;
			const { reason, httpStatus } = answer;
			if (job.troubles >= MAX_TROUBLES) return { failed: { state: 'failed', reason, httpStatus } };
			return { pollIn: retryAfterMs ?? backoffMs(job.troubles) };
		}
		case 'finished':
			return { finished: answer.manifest };
		case 'failed':
			return { failed: answer };
	}
}

/**
 * Handles a failed status request. Updates the job.
 * @throws the error itself if it affects all jobs of the run and is permanent, or occurred too often
 */
export function afterError(job: PolledJob, error: Error, pollEveryMs: number): NextStep {
	if (!(error instanceof ExchangeError)) throw error;
	const { concerns, transient, whatToDo, httpStatus } = error.details;
	// The payer asks for a longer pause than a single request waits. This is not a failure of the job.
	if (httpStatus === 429) return { pollIn: pollBackoff(job, pollEveryMs) };
	if (concerns !== 'run') {
		return { failed: { state: 'failed', reason: `${error.message}. ${whatToDo}`, httpStatus } };
	}
	job.troubles += 1;
	job.status = error.message;
	if (transient !== true || job.troubles >= MAX_TROUBLES) throw error;
	return { pollIn: backoffMs(job.troubles) };
}

/** The final state of a job whose consent has ended. @param lastDay `YYYY-MM-DD` */
export function endForConsent(lastDay: string): FailedJob {
	return { state: 'failed', reason: consentEndedJson(lastDay).reason, consentEnded: lastDay };
}

/** The job has finished, but its list of files was not read to the end before the deadline. It is read again next time. */
export function listNotRead(job: PolledJob, pollEveryMs: number): NextStep & { pollIn: number } {
	job.troubles = 0;
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
