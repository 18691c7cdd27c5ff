import type { IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../n8n/exchangeError';
import { Progress } from '../n8n/progress';
import { rest } from '../n8n/stopping';
import type { Asking } from './statusPoll';
import { pollJobs, type JobClock, type JobResult, type Look } from './pollLoop';

/** How long the jobs of a run are asked for, and how many at once. */
export interface Polling extends Asking {
	/** ms since 1970 */
	deadline: number;
	concurrency: number;
}

/**
 * Polls the jobs of a node run at its payer: at the pace of the run, until Stop, and where On Error is to stop, until the first error.
 *
 * @param look asks for one job, once
 * @param says completes "3 of 10 …" in n8n's log
 */
export async function pollPayer<Job extends JobClock, T>(
	context: IExecuteFunctions,
	{ connection, deadline, concurrency }: Polling,
	jobs: readonly Job[],
	look: (job: Job) => Promise<Look<T>>,
	says: string,
): Promise<Array<JobResult<T>>> {
	const progress = new Progress(context);
	return await pollJobs(
		jobs,
		async (index) => await look(jobs[index]),
		{
			deadline,
			concurrency,
			notBefore: () => connection.pace.notBefore,
			onLook: (ended, all) => progress.tell(() => `${ended} of ${all} ${says}`),
			haltOn: (error) =>
				!context.continueOnFail() || (error instanceof ExchangeError && error.details.concerns === 'run'),
		},
		async (ms) => await rest(context, ms),
	);
}
