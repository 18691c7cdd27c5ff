import type { IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../n8n/exchangeError';
import { Progress, waitOrStop } from '../n8n/longRun';
import type { OpenConnection } from '../payers/connection';

/** What one poll of a job gave: its end, or how many milliseconds to wait before the next poll. */
export type PollResult<T> = { end: T } | { pollIn: number };

/** A job as the loop sees it. */
export interface JobClock {
	/** When the payer wants to be asked first (ms since 1970). */
	firstPollAt: number;
}

/** What became of a job: its end, the time of the next poll where the deadline came first (still running), or an error. */
export type JobResult<T> = { end: T } | { nextPollAt: number } | { error: Error };

/** Where the jobs of a run are polled, and how often where the payer does not say. */
export interface PollSettings {
	connection: OpenConnection;
	pollEveryMs: number;
}

/** How long the jobs of a run are polled, and how many at once. */
export interface PollRun extends PollSettings {
	/** ms since 1970 */
	deadline: number;
	concurrency: number;
}

/**
 * Polls the jobs of a node run at its payer: at the pace of the run, until Stop, and where On Error is to stop, until the first error.
 *
 * @param poll asks for one job, once
 * @param says completes "3 of 10 …" in n8n's log
 */
export async function pollJobs<Job extends JobClock, T>(
	context: IExecuteFunctions,
	{ connection, deadline, concurrency }: PollRun,
	jobs: readonly Job[],
	poll: (job: Job) => Promise<PollResult<T>>,
	says: string,
): Promise<Array<JobResult<T>>> {
	const progress = new Progress(context);
	return await pollLoop(
		jobs,
		async (index) => await poll(jobs[index]),
		{
			deadline,
			concurrency,
			notBefore: () => connection.pace.notBefore,
			onPoll: (ended, all) => progress.report(() => `${ended} of ${all} ${says}`),
			haltOn: (error) =>
				!context.continueOnFail() || (error instanceof ExchangeError && error.details.concerns === 'run'),
		},
		async (ms, wake) => await waitOrStop(context, ms, wake),
	);
}

export interface PollLimits {
	/** No poll is planned after this time (ms since 1970). A poll that was due before it still takes place. */
	deadline: number;
	/** No poll takes place before this time (ms since 1970): the payer asked to be left alone. */
	notBefore?(): number;
	/** Polls under way at once. */
	concurrency: number;
	/** Called after each poll with how many jobs have ended. */
	onPoll?(ended: number, all: number): void;
	/** Whether an error of one job ends the loop for all. */
	haltOn(error: Error): boolean;
}

/** So that Stop and a due job are noticed soon, whatever the loop waits for. */
const LONGEST_NAP_MS = 500;

/**
 * Polls all jobs of a run in one loop, each on its own clock. A job leaves as soon as it has ended or its next poll would fall
 * after the deadline.
 *
 * @param poll asks for the job with this index, once
 * @param nap waits for at most the given milliseconds, less where `wake` is aborted; throws when the run is stopped
 */
export async function pollLoop<T>(
	jobs: readonly JobClock[],
	poll: (index: number) => Promise<PollResult<T>>,
	limits: PollLimits,
	nap: (ms: number, wake: AbortSignal) => Promise<void>,
): Promise<Array<JobResult<T>>> {
	const results = new Array<JobResult<T>>(jobs.length);
	const waiting = new Map<number, number>();
	const underway = new Set<Promise<void>>();
	let halt: Error | undefined;
	let ended = 0;
	let turn = new AbortController();

	const plan = (index: number, at: number) => {
		if (at > limits.deadline) results[index] = { nextPollAt: at };
		else waiting.set(index, at);
	};
	const start = (index: number) => {
		waiting.delete(index);
		const polling = poll(index)
			.then(
				(result) => {
					if ('pollIn' in result) return plan(index, Date.now() + result.pollIn);
					results[index] = result;
					ended += 1;
				},
				(error: Error) => {
					results[index] = { error };
					if (limits.haltOn(error)) halt ??= error;
				},
			)
			.finally(() => {
				underway.delete(polling);
				limits.onPoll?.(ended, jobs.length);
				turn.abort();
			});
		underway.add(polling);
	};

	jobs.forEach((job, index) => plan(index, job.firstPollAt));
	while (!halt && (waiting.size > 0 || underway.size > 0)) {
		const now = Date.now();
		const heldUntil = limits.notBefore?.() ?? 0;
		for (const [index, at] of waiting) {
			if (at < heldUntil) {
				waiting.delete(index);
				plan(index, heldUntil);
			} else if (at <= now && underway.size < limits.concurrency) start(index);
		}
		const nextDue = Math.min(...(underway.size < limits.concurrency ? waiting.values() : []));
		// A poll that ends wakes the loop, and the nap leaves no timer behind.
		turn = new AbortController();
		await nap(Math.min(Math.max(nextDue - now, 1), LONGEST_NAP_MS), turn.signal);
	}
	await Promise.all(underway);
	const error = halt;
	return error ? Array.from(results, (result) => result ?? { error }) : results;
}
