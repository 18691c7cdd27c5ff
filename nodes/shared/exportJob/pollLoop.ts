import type { IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../n8n/exchangeError';
import { Lanes, type LanePlaces } from '../n8n/lanes';
import { Progress, waitOrStop } from '../n8n/longRun';
import type { OpenConnection } from '../payers/connection';
import { DueTimes } from './dueTimes';

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

/** A run over jobs of one payer or of several. */
export interface PollRun<Job> extends Omit<PollSettings, 'connection'> {
	connectionOf(job: Job): OpenConnection;
	/** Polls of one payer at once. */
	concurrency: number;
	/** Shared with other work of the run. */
	places?: LanePlaces;
}

/**
 * Polls the jobs of a node run at the rate of each payer, until Stop or, if On Error is to stop, until the first error. An error that
 * concerns all jobs of a payer ends them and leaves those of other payers.
 * @param poll polls one job once
 * @param label completes "3 of 10 …" in n8n's log
 */
export async function pollJobs<Job extends JobClock, T>(
	context: IExecuteFunctions,
	{ connectionOf, concurrency, places, ...settings }: PollRun<Job>,
	jobs: readonly Job[],
	poll: (job: Job, settings: PollSettings) => Promise<PollResult<T>>,
	label: string,
): Promise<Array<JobResult<T>>> {
	const progress = new Progress(context);
	const connections = jobs.map(connectionOf);
	return await pollLoop(
		jobs,
		async (index) => await poll(jobs[index], { ...settings, connection: connections[index] }),
		{
			deadline: settings.deadline,
			concurrency,
			places,
			laneOf: (index) => connections[index].key,
			notBefore: (index) => connections[index].paces.all.notBefore,
			onPoll: (ended, all) => progress.report(() => `${ended} of ${all} ${label}`),
			haltsOn: (error) => {
				if (!context.continueOnFail()) return 'all';
				return error instanceof ExchangeError && error.details.concerns === 'run' ? 'lane' : 'none';
			},
		},
		async (ms, wake) => await waitOrStop(context, ms, wake),
	);
}

/** What the error of one job ends: that job alone, all of its lane, or all of the run. */
export type Halt = 'none' | 'lane' | 'all';

export interface PollLimits {
	/** No poll is scheduled after this time (ms since 1970). A poll that was due earlier still takes place. */
	deadline: number;
	/** The payer of the job with this index: jobs of several lanes do not wait for one another (see `Lanes`). */
	laneOf?(index: number): string;
	/** No poll of the job's lane takes place before this time (ms since 1970), because of a 429. */
	notBefore?(index: number): number;
	/** Maximum number of concurrent polls of a lane. */
	concurrency: number;
	/** Shared with other work of the run. */
	places?: LanePlaces;
	/** Called after each poll with the number of jobs that have ended. */
	onPoll?(ended: number, all: number): void;
	haltsOn(error: Error): Halt;
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
	const laneOf = limits.laneOf ?? (() => '');
	const lanes = new Lanes(limits.concurrency, jobs.keys(), laneOf, limits.places);
	const laneErrors = new Map<string, Error>();
	const results = new Array<JobResult<T>>(jobs.length);
	const waiting = new DueTimes();
	const running = new Map<number, Promise<void>>();
	let haltError: Error | undefined;
	let withoutResult = jobs.length;
	let ended = 0;
	let wake = new AbortController();

	const settle = (index: number, result: JobResult<T>) => {
		results[index] = result;
		withoutResult -= 1;
	};
	const schedule = (index: number, at: number) => {
		const error = laneErrors.get(laneOf(index));
		if (at > limits.deadline) settle(index, { nextPollAt: at });
		else if (error) settle(index, { error });
		else waiting.add(index, at);
	};
	/** Gives all jobs of this job's lane a result, except those that are being polled. */
	const settleLane = (index: number, result: JobResult<T>) => {
		lanes.withdraw(index);
		for (const each of lanes.sameLane(index)) {
			if (!results[each] && !running.has(each)) settle(each, result);
		}
	};
	const halt = (index: number, error: Error) => {
		const reach = limits.haltsOn(error);
		if (reach === 'all') haltError ??= error;
		if (reach !== 'lane') return;
		laneErrors.set(laneOf(index), error);
		settleLane(index, { error });
	};
	/** 0 if the job may be polled now. */
	const heldUntil = (index: number, now: number) => {
		const until = limits.notBefore?.(index) ?? 0;
		return until > now ? until : 0;
	};
	const start = (index: number) => {
		const polling = poll(index)
			.then(
				(result) => {
					if ('pollIn' in result) return schedule(index, Date.now() + result.pollIn);
					settle(index, result);
					ended += 1;
				},
				(error: Error) => {
					settle(index, { error });
					halt(index, error);
				},
			)
			.finally(() => {
				running.delete(index);
				lanes.done(index);
				const nextPollAt = heldUntil(index, Date.now());
				if (nextPollAt > limits.deadline) settleLane(index, { nextPollAt });
				limits.onPoll?.(ended, jobs.length);
				wake.abort();
			});
		running.set(index, polling);
	};
	/** The payer wants to be left alone. */
	const putOff = (index: number, until: number) => {
		lanes.done(index);
		if (until > limits.deadline) settleLane(index, { nextPollAt: until });
		else schedule(index, until);
	};
	const startDueJobs = (now: number) => {
		for (let due = waiting.take(now); due !== undefined; due = waiting.take(now)) {
			if (!results[due]) lanes.ready(due);
		}
		for (let next = lanes.next(); next !== undefined; next = lanes.next()) {
			const until = heldUntil(next, now);
			if (until > 0) putOff(next, until);
			else start(next);
		}
	};

	lanes.onPlace = () => wake.abort();
	jobs.forEach((job, index) => schedule(index, job.firstPollAt));
	try {
		while (!haltError && withoutResult > 0) {
			const now = Date.now();
			startDueJobs(now);
			if (withoutResult === 0) break;
			// A finished poll, or a place, wakes the loop, and ends the wait without leaving a timer behind.
			wake = new AbortController();
			await wait(Math.min(Math.max(waiting.nextAt - now, 1), MAX_WAIT_MS), wake.signal);
		}
	} finally {
		lanes.withdrawAll();
	}
	await Promise.all(running.values());
	const error = haltError;
	return error ? Array.from(results, (result) => result ?? { error }) : results;
}
