import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../n8n/exchangeError';
import { settle } from '../n8n/items';
import type { JobReference } from '../payers/payer';
import { withGrant } from '../http/errors';
import { ask, type OpenConnection } from '../http/send';
import { judgeJob, type JobState } from './statusAnswer';
import { readManifest } from './manifest';
import type { Look } from './pollLoop';
import { backoffMs, retryAfterMs } from '../http/backoff';
import { wholeExport, type WholeExport } from './wholeExport';

/** A server error or a broken connection in passing, this often in a row, counts as one that stays. */
const MOST_TROUBLES = 5;

/** A job at the payer that is asked for until it ends, and what was last heard of it. */
export interface PolledJob extends JobReference {
	/** Set where the kick-off itself already brought the manifest. */
	manifest?: IDataObject;
	polls: number;
	/** Server errors and missing answers in a row. */
	troubles: number;
	status: string;
	progress?: unknown;
}

/** How a job ended. */
export type JobEnd = WholeExport | Extract<JobState, { reason: string }>;

/** Where the jobs of a run are asked for, and how often where the payer does not say. */
export interface Asking {
	connection: OpenConnection;
	pollEveryMs: number;
}

/** Asks for a job once. What concerns this job alone is its end. @throws ExchangeError where the credential or the payer as a whole is at fault */
export async function lookAt(context: IExecuteFunctions, run: Asking, job: PolledJob): Promise<Look<JobEnd>> {
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
	if (state.state === 'finished') return { end: await wholeExport(context, connection, state.manifest) };
	const grant = state.httpStatus === 403 ? connection.lesserGrant() : undefined;
	return { end: { ...state, reason: withGrant(state.reason, grant) } };
}

/** The pause before the next look, where the payer does not say. */
function growingPause({ pollEveryMs }: Asking, { polls }: PolledJob): number {
	return backoffMs(polls, undefined, pollEveryMs);
}

/** What an error means for a job: it is asked about again, it has failed, or the error stays one since it concerns all jobs. */
function afterError(run: Asking, job: PolledJob, error: Error): Look<JobEnd> {
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
