import { ExchangeError } from '../n8n/exchangeError';
import { backoffMs } from '../http/backoff';
import type { JobReference } from '../payers/payer';
import type { BatchCounts, Manifest } from './manifest';
import type { StatusAnswer } from './statusAnswer';
import { whatIsMissing, type WholeExport } from './wholeExport';

/**
 * The life of a job at the payer:
 *
 *     kicked off ──► polling ──► completed      all that the payer has is listed
 *                    │  ▲   ├──► partial        files are listed, and something is missing
 *                    └──┘   ├──► failed         the payer gave the job up, does not know it, or nothing came of it
 *                           └──► still running  the node's time was over first: the item can come back in, polling
 *
 * Every step from one state to the next is a function of this file; `statusPoll.ts` asks the payer, `pollLoop.ts` keeps the clocks.
 */

/** A job that is polled, and what was last heard of it. Travels on the item while the job is still running. */
export interface PolledJob extends JobReference {
	/** Set where the kick-off itself already brought the manifest. */
	manifest?: Manifest;
	polls: number;
	/** Server errors and missing answers in a row. */
	troubles: number;
	status: string;
	progress?: unknown;
}

/** What follows a poll: the next one after a pause, or the end. */
export type NextStep = { pollIn: number } | { finished: Manifest } | { failed: FailedJob };

/** How a job ended. */
export type JobEnd = FinishedJob | FailedJob;

export interface FinishedJob extends WholeExport {
	state: 'completed' | 'partial' | 'failed';
	/** What is missing, as sentences; undefined where nothing is. */
	missing?: string;
}

/** A job without a manifest. `reason` can hold the payer's words: it belongs into the data item only. */
export interface FailedJob {
	state: 'failed';
	reason: string;
	httpStatus?: number;
	batches?: BatchCounts;
}

/** Trouble of the server, or a missing answer, this often in a row counts as one that stays. */
const MOST_TROUBLES = 5;

/** Kicked off: nothing was heard of the job yet. @param known what an item says of an earlier run's polls */
export function kickedOff<Job extends JobReference & { manifest?: Manifest }>(
	job: Job,
	known: Partial<Pick<PolledJob, 'polls' | 'troubles' | 'status' | 'progress'>> = {},
): Job & PolledJob {
	return { polls: 0, troubles: 0, status: 'Not asked yet', ...known, ...job };
}

/**
 * Polling: what follows an answer to a status request. Changes what is known of the job.
 *
 * @param wantedPauseMs the pause that the payer asks for, where it does
 * @param pollEveryMs the first pause, where it does not
 */
export function afterAnswer(
	job: PolledJob,
	answer: StatusAnswer,
	wantedPauseMs: number | undefined,
	pollEveryMs: number,
): NextStep {
	switch (answer.state) {
		case 'running':
			job.troubles = 0;
			job.status = answer.status;
			job.progress = answer.progress;
			return { pollIn: wantedPauseMs ?? growingPause(job, pollEveryMs) };
		case 'trouble': {
			job.troubles += 1;
			job.status = `HTTP ${answer.httpStatus}`;
			const { reason, httpStatus } = answer;
			if (job.troubles >= MOST_TROUBLES) return { failed: { state: 'failed', reason, httpStatus } };
			return { pollIn: wantedPauseMs ?? backoffMs(job.troubles) };
		}
		case 'finished':
			return { finished: answer.manifest };
		case 'failed':
			return { failed: answer };
	}
}

/**
 * Polling: what follows where no answer could be had. Changes what is known of the job.
 * @throws the error itself where it concerns all jobs of the run and will not pass, or has not passed by now
 */
export function afterError(job: PolledJob, error: Error, pollEveryMs: number): NextStep {
	if (!(error instanceof ExchangeError)) throw error;
	const { concerns, transient, whatToDo, httpStatus } = error.details;
	// The payer wants to be left alone for longer than a single request waits: that is no fault of the job.
	if (httpStatus === 429) return { pollIn: growingPause(job, pollEveryMs) };
	if (concerns !== 'run') {
		return { failed: { state: 'failed', reason: `${error.message}. ${whatToDo}`, httpStatus } };
	}
	job.troubles += 1;
	job.status = error.message;
	if (transient !== true || job.troubles >= MOST_TROUBLES) throw error;
	return { pollIn: backoffMs(job.troubles) };
}

/** The end of a job whose manifest and error files were read. */
export function endOf(whole: WholeExport): FinishedJob {
	const missing = whatIsMissing(whole);
	if (missing === undefined) return { ...whole, state: 'completed' };
	const { files, deletedFiles } = whole.manifest;
	return { ...whole, state: files.length + deletedFiles.length > 0 ? 'partial' : 'failed', missing };
}

/** The pause before the next poll, where the payer does not say: longer each time, up to a minute. */
function growingPause({ polls }: PolledJob, pollEveryMs: number): number {
	return backoffMs(polls, undefined, pollEveryMs);
}
