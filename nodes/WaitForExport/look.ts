import type { IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../shared/exchangeError';
import { judgeJob, type JobState } from '../shared/exportJob/jobState';
import { readManifest } from '../shared/exportJob/manifest';
import type { Look } from '../shared/exportJob/pollJobs';
import { backoffMs, retryAfterMs } from '../shared/exportJob/schedule';
import { settle } from '../shared/items';
import { ask, type OpenConnection } from '../shared/transport';
import type { Job } from './job';
import { wholeExport, type WholeExport } from './wholeExport';

/** A server error or a broken connection in passing, this often in a row, counts as one that stays. */
const MOST_TROUBLES = 5;

/** How a job ended. */
export type JobEnd = WholeExport | Extract<JobState, { reason: string }>;

/** What the form says for the run as a whole. */
export interface Form {
	/** ms since 1970 */
	deadline: number;
	pollEveryMs: number;
	concurrency: number;
}

export type Run = Form & { connection: OpenConnection };

/** Asks for a job once. What concerns this job alone is its end. @throws ExchangeError where the credential or the gateway is at fault */
export async function lookAt(context: IExecuteFunctions, run: Run, job: Job): Promise<Look<JobEnd>> {
	const { connection } = run;
	if (job.manifest) return { end: await wholeExport(context, connection, readManifest(job.manifest)) };
	job.polls += 1;
	const reply = await settle(() => ask(context, connection, connection.statusRequest(job), 'never'));
	if (reply instanceof Error) return afterError(run, job, reply);
	const state = judgeJob(reply);
	const wanted = retryAfterMs(reply.headers['retry-after'], Date.now());
	if (state.state === 'running') {
		job.troubles = 0;
		job.status = state.status;
		job.progress = state.progress;
		return { againIn: wanted ?? growingPause(run, job) };
	}
	if (state.state === 'trouble') {
		job.troubles += 1;
		job.status = `HTTP ${state.httpStatus}`;
		if (job.troubles < MOST_TROUBLES) return { againIn: wanted ?? backoffMs(job.troubles) };
	}
	return { end: state.state === 'finished' ? await wholeExport(context, connection, state.manifest) : state };
}

/** The pause before the next look, where the payer does not say. */
function growingPause({ pollEveryMs }: Form, { polls }: Job): number {
	return backoffMs(polls, undefined, pollEveryMs);
}

/** What an error means for a job: it is asked about again, it has failed, or the error stays one since it concerns all jobs. */
function afterError(run: Run, job: Job, error: Error): Look<JobEnd> {
	if (!(error instanceof ExchangeError)) throw error;
	const { concerns, passing, whatToDo, httpStatus } = error.details;
	// The payer wants to be left alone for longer than a single request waits: that is no fault of the job.
	if (httpStatus === 429) return { againIn: growingPause(run, job) };
	if (concerns !== 'run')
		return { end: { state: 'failed', reason: `${error.message}. ${whatToDo}`, httpStatus } };
	job.troubles += 1;
	job.status = error.message;
	if (passing !== true || job.troubles >= MOST_TROUBLES) throw error;
	return { againIn: backoffMs(job.troubles) };
}
