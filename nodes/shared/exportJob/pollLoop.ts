/** What one look at a job gave: its end, or how many milliseconds to wait before the next look. */
export type Look<T> = { end: T } | { againIn: number };

/** A job as the loop sees it. */
export interface JobClock {
	/** When the payer wants to be asked first (ms since 1970). */
	firstLookAt: number;
}

/** What became of a job: its end, the time of the next look where the deadline came first, or an error. */
export type JobResult<T> = { end: T } | { nextLookAt: number } | { error: Error };

export interface PollLimits {
	/** No look is planned after this time (ms since 1970). A look that was due before it still takes place. */
	deadline: number;
	/** No look takes place before this time (ms since 1970): the payer asked to be left alone. */
	notBefore?(): number;
	/** Looks under way at once. */
	concurrency: number;
	/** Told after each look how many jobs have ended. */
	onLook?(ended: number, all: number): void;
	/** Whether an error of one job ends the loop for all. */
	haltOn(error: Error): boolean;
}

/** So that Stop and a due job are noticed soon, whatever the loop waits for. */
const LONGEST_NAP_MS = 500;

/**
 * Polls all jobs of a run in one loop, each on its own clock. A job leaves as soon as it has ended or its next look would fall
 * after the deadline.
 *
 * @param look asks for the job with this index, once
 * @param nap waits for at most the given milliseconds; throws when the run is stopped
 */
export async function pollJobs<T>(
	jobs: readonly JobClock[],
	look: (index: number) => Promise<Look<T>>,
	limits: PollLimits,
	nap: (ms: number) => Promise<void>,
): Promise<Array<JobResult<T>>> {
	const results = new Array<JobResult<T>>(jobs.length);
	const waiting = new Map<number, number>();
	const underway = new Set<Promise<void>>();
	let halt: Error | undefined;
	let ended = 0;

	const plan = (index: number, at: number) => {
		if (at > limits.deadline) results[index] = { nextLookAt: at };
		else waiting.set(index, at);
	};
	const start = (index: number) => {
		waiting.delete(index);
		const looking = look(index)
			.then(
				(seen) => {
					if (!('end' in seen)) return plan(index, Date.now() + seen.againIn);
					results[index] = seen;
					ended += 1;
				},
				(error: Error) => {
					results[index] = { error };
					if (limits.haltOn(error)) halt ??= error;
				},
			)
			.finally(() => {
				underway.delete(looking);
				limits.onLook?.(ended, jobs.length);
			});
		underway.add(looking);
	};

	jobs.forEach((job, index) => plan(index, job.firstLookAt));
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
		await Promise.race([...underway, nap(Math.min(Math.max(nextDue - now, 1), LONGEST_NAP_MS))]);
	}
	await Promise.all(underway);
	const error = halt;
	return error ? Array.from(results, (result) => result ?? { error }) : results;
}
