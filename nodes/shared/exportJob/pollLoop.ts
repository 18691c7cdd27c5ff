import type { IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../n8n/exchangeError';
import { Progress, waitOrStop } from '../n8n/longRun';
import type { OpenConnection } from '../payers/connection';

/** The result of one poll: the end of the job, or the pause before the next poll in milliseconds. */
export type PollResult<T> = { end: T } | { pollIn: number };

/** The part of a job that the loop needs. */
export interface JobClock {
	/** Time of the first poll (ms since 1970). */
	firstPollAt: number;
}

/** The result of a job: its end, the time of the next poll if the deadline came first (still running), or an error. */
export type JobResult<T> = { end: T } | { nextPollAt: number } | { error: Error };

/** The connection for polling, the interval if the payer does not send Retry-After, and the end of it. */
export interface PollSettings {
	connection: OpenConnection;
	pollEveryMs: number;
	/** ms since 1970 */
	deadline: number;
}

/** Deadline and concurrency of a run. */
export interface PollRun extends PollSettings {
	concurrency: number;
}

/**
 * Polls the jobs of a node run at the rate of the run, until Stop or, if On Error is to stop, until the first error.
 * @param poll polls one job once
 * @param label completes "3 of 10 …" in n8n's log
 */
export async function pollJobs<Job extends JobClock, T>(
	context: IExecuteFunctions,
	{ connection, deadline, concurrency }: PollRun,
	jobs: readonly Job[],
	poll: (job: Job) => Promise<PollResult<T>>,
	label: string,
): Promise<Array<JobResult<T>>> {
	const progress = new Progress(context);
	return await pollLoop(
		jobs,
		async (index) => await poll(jobs[index]),
		{
			deadline,
			concurrency,
			notBefore: () => connection.paces.all.notBefore,
			onPoll: (ended, all) => progress.report(() => `${ended} of ${all} ${label}`),
			haltOn: (error) =>
				!context.continueOnFail() || (error instanceof ExchangeError && error.details.concerns === 'run'),
		},
		async (ms, wake) => await waitOrStop(context, ms, wake),
	);
}

export interface PollLimits {
	/** No poll is scheduled after this time (ms since 1970). A poll that was due earlier still takes place. */
	deadline: number;
	/** No poll takes place before this time (ms since 1970), because of a 429. */
	notBefore?(): number;
	/** Maximum number of concurrent polls. */
	concurrency: number;
	/** Called after each poll with the number of jobs that have ended. */
	onPoll?(ended: number, all: number): void;
	/** Whether the error of one job stops the loop. */
	haltOn(error: Error): boolean;
}

/** Short enough to notice Stop and due jobs quickly. */
const MAX_WAIT_MS = 500;

/**
 * Polls all jobs of a run in one loop, each on its own schedule. A job is done when it has ended, or when its next poll
 * would be after the deadline.
 * @param poll polls the job with this index once
 * @param wait waits for the given milliseconds, or until `wake` is aborted; throws if the run is stopped
 */
export async function pollLoop<T>(
	jobs: readonly JobClock[],
	poll: (index: number) => Promise<PollResult<T>>,
	limits: PollLimits,
	wait: (ms: number, wake: AbortSignal) => Promise<void>,
): Promise<Array<JobResult<T>>> {
	const results = new Array<JobResult<T>>(jobs.length);
	const waiting = new Map<number, number>();
	const running = new Set<Promise<void>>();
	let haltError: Error | undefined;
	let ended = 0;
	let wake = new AbortController();

	const schedule = (index: number, at: number) => {
		if (at > limits.deadline) results[index] = { nextPollAt: at };
		else waiting.set(index, at);
	};
	const start = (index: number) => {
		waiting.delete(index);
		const polling = poll(index)
			.then(
				(result) => {
					if ('pollIn' in result) return schedule(index, Date.now() + result.pollIn);
					results[index] = result;
					ended += 1;
				},
				(error: Error) => {
					results[index] = { error };
					if (limits.haltOn(error)) haltError ??= error;
				},
			)
			.finally(() => {
				running.delete(polling);
				limits.onPoll?.(ended, jobs.length);
				wake.abort();
			});
		running.add(polling);
	};

	jobs.forEach((job, index) => schedule(index, job.firstPollAt));
	while (!haltError && (waiting.size > 0 || running.size > 0)) {
		const now = Date.now();
		const heldUntil = limits.notBefore?.() ?? 0;
		for (const [index, at] of waiting) {
			if (at < heldUntil) {
				waiting.delete(index);
				schedule(index, heldUntil);
			} else if (at <= now && running.size < limits.concurrency) start(index);
		}
		let nextDue = Infinity;
		if (running.size < limits.concurrency) for (const at of waiting.values()) nextDue = Math.min(nextDue, at);
		// A finished poll wakes the loop, and ends the wait without leaving a timer behind.
		wake = new AbortController();
		await wait(Math.min(Math.max(nextDue - now, 1), MAX_WAIT_MS), wake.signal);
	}
	await Promise.all(running);
	const error = haltError;
	return error ? Array.from(results, (result) => result ?? { error }) : results;
}
