import type { IExecuteFunctions } from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../exchange/consentEnd';
import { FINISHING_MS } from '../fhir/limits';
import { isObject, textOf } from '../fhir/json';
import { retryAfterMs } from '../http/backoff';
import { REPEAT } from '../http/repeat';
import type { PayerReply } from '../http/reply';
import { send } from '../http/send';
import { ExchangeError } from '../n8n/exchangeError';
import { tryAsValue } from '../n8n/items';
import { letOthersRun } from '../n8n/longRun';
import { MINUTE } from '../n8n/time';
import { withGrant } from '../payers/connection';
import {
	afterAnswer,
	afterError,
	endForConsent,
	endOfAnother,
	finishJob,
	listNotRead,
	type JobEnd,
	type NextStep,
	type PolledJob,
} from './jobState';
import type { PollResult, PollSettings } from './pollLoop';
import { isSameRequest } from './requestOfManifest';
import { judgeStatus } from './statusAnswer';
import { readCompleteExport } from './completeExport';

/** For the answer to a poll that begins shortly before the deadline of the node. */
const LEAST_STATUS_MS = MINUTE;

/** Reads a result that stands in the status answer itself; undefined if it is none. */
type ReadResult<T> = (reply: PayerReply) => T | undefined;

/**
 * Polls a job once, and reads its manifest and error files if it has finished. The consent is looked at before each request. An error of
 * this job alone ends the job.
 * @param readResult for jobs whose result need not come in files
 * @throws ExchangeError if the error affects all requests to the payer
 */
export async function pollStatus<T = never>(
	context: IExecuteFunctions,
	{ connection, ...settings }: PollSettings,
	job: PolledJob,
	readResult?: ReadResult<T>,
): Promise<PollResult<JobEnd | T>> {
	const watched = whileConsentHolds(context, connection, job.consentEnd);
	const result = await tryAsValue(async () => {
		// A manifest that came with the kick-off may need no further request.
		watched.beforeRequest();
		return await pollOnce(context, { connection: watched, ...settings }, job, readResult);
	});
	if (result instanceof ConsentEnded) return { end: endForConsent(result.lastDay) };
	if (result instanceof Error) throw result;
	return result;
}

async function pollOnce<T>(
	context: IExecuteFunctions,
	settings: PollSettings,
	job: PolledJob,
	readResult?: ReadResult<T>,
): Promise<PollResult<JobEnd | T>> {
	const { connection, pollEveryMs } = settings;
	const next = job.manifest ? { finished: job.manifest } : await nextStep(context, settings, job, readResult);
	if ('pollIn' in next || 'end' in next) return next;
	if ('finished' in next) {
		const deadline = Math.max(settings.deadline, Date.now() + FINISHING_MS);
		const whole = await tryAsValue(() => readCompleteExport(context, connection, next.finished, deadline));
		if (whole instanceof Error && !isOutage(whole)) throw whole;
		if (!whole || whole instanceof Error) return listNotRead(job, pollEveryMs);
		await letOthersRun();
		return { end: finishJob(whole) };
	}
	const { failed } = next;
	const grant = failed.httpStatus === 403 ? connection.reducedGrant() : undefined;
	return { end: { ...failed, reason: withGrant(failed.reason, grant) } };
}

/** Whether the payer cannot be reached for now. What it has finished is still there then, and so are the other jobs. */
function isOutage(error: Error): boolean {
	return (
		error instanceof ExchangeError && error.details.concerns === 'run' && error.details.transient === true
	);
}

async function nextStep<T>(
	context: IExecuteFunctions,
	{ connection, pollEveryMs, deadline }: PollSettings,
	job: PolledJob,
	readResult?: ReadResult<T>,
): Promise<NextStep | { end: T }> {
	job.polls += 1;
	const reply = await tryAsValue(() =>
		send(context, connection, connection.statusRequest(job), {
			answer: 'manifest',
			repeat: { ...REPEAT.status, forMs: Math.max(deadline - Date.now(), FINISHING_MS) },
			deadline: Math.max(deadline, Date.now() + LEAST_STATUS_MS),
		}),
	);
	if (reply instanceof Error) return afterError(job, reply, pollEveryMs);
	const result = reply.status === 200 ? readResult?.(reply) : undefined;
	if (result !== undefined) return { end: result };
	const answer = judgeStatus(reply);
	if (answer.state === 'finished' && isOfAnother(job, reply.json)) return { failed: endOfAnother() };
	return afterAnswer(job, answer, retryAfterMs(reply.headers['retry-after'], Date.now()), pollEveryMs);
}

function isOfAnother({ expectedRequest }: PolledJob, manifest: unknown): boolean {
	if (expectedRequest === undefined) return false;
	return !isSameRequest(isObject(manifest) ? textOf(manifest.request) : undefined, expectedRequest);
}
