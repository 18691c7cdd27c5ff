import { JSON_TYPE } from '../mediaTypes';
import { fhirAnswer, refusal, type Answer } from '../operationOutcome';
import { isRunning, poll, type StandardJob } from './jobs';
import { hasPart, manifestOf, type Addresses } from './manifests';
import type { Payer, PayerRequest } from './payer';

const AS_JSON = { 'content-type': JSON_TYPE };

/**
 * Starts a job, and tells where to ask for it.
 *
 * @param statusPath path of its status, with `{id}` in place of the job
 */
export function startJob(
	{ payer, request }: PayerRequest,
	id: string,
	job: Pick<StandardJob, 'files' | 'failure' | 'byPatient' | 'filesInPart' | 'separateStatus' | 'result'>,
	statusPath: string,
): Answer {
	const { dialect, rules, settings, jobs } = payer;
	const origin = payer.url();
	jobs.add({
		...job,
		id,
		dialect,
		request: `${origin}${request.url}`,
		startedAt: new Date().toISOString(),
		polls: 0,
		runningPolls: settings.runningPolls,
	});
	const how = settings.contentLocation === 'dialect' ? rules.contentLocation : settings.contentLocation;
	const origins = {
		relative: '',
		absolute: origin,
		'other-scheme': origin.replace('http:', 'https:'),
		'other-host': 'http://backend.internal:8080',
	};
	const path = statusPath.replace('{id}', id);
	const headers: Record<string, string> = { [settings.jobHeader]: origins[how] + path };
	if (job.separateStatus) headers['preference-applied'] = 'respond-async, separate-export-status';
	if (rules.bulkData !== 1) return { status: 202, headers };
	const answer = fhirAnswer(202, {
		resourceType: 'OperationOutcome',
		issue: [{ severity: 'information', code: 'informational', diagnostics: 'The export has started.' }],
	});
	return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** A status call. */
export function jobStatus(asked: PayerRequest): Answer {
	const { payer, headers, checks } = asked;
	checks.check('E1', 'Accept is JSON', headers.accept?.includes(JSON_TYPE) === true);
	const job = payer.jobs.find(payer.dialect, jobIdOf(asked));
	if (!job) return refusal(404, 'not-found', 'There is no such job.');
	poll(job, payer.settings, Date.now());
	const answer = statusOf(payer, job);
	if (!job.separateStatus) return answer;
	const exportStatus = { 'x-export-status': String(answer.status) };
	return { ...answer, status: 200, headers: { ...answer.headers, ...exportStatus } };
}

/** A later part of a manifest. */
export function manifestPart({ payer, params }: PayerRequest): Answer {
	const job = payer.jobs.find(payer.dialect, params.id);
	const part = /^\d{1,6}$/.test(params.part) ? Number(params.part) : 0;
	if (!job || isRunning(job) || !hasPart(job, part)) {
		return refusal(404, 'not-found', 'There is no such manifest.');
	}
	return manifestAnswer(payer, job, part);
}

/** DELETE of a job. */
export function deleteJob(asked: PayerRequest): Answer {
	const { payer } = asked;
	const job = payer.jobs.find(payer.dialect, jobIdOf(asked));
	if (!job) return refusal(404, 'not-found', 'There is no such job.');
	payer.jobs.forget(job);
	return { status: 202 };
}

/** PDex 2.1 has the job in the query. */
function jobIdOf({ params, query }: PayerRequest): string {
	return 'id' in params ? params.id : String(query._jobId);
}

function statusOf(payer: Payer, job: StandardJob): Answer {
	const { retryAfter } = payer.settings;
	if (isRunning(job)) {
		const headers: Record<string, string> = {
			'x-progress': `status call ${job.polls} of ${job.runningPolls} that find the job running`,
		};
		if (retryAfter !== '') headers['retry-after'] = retryAfter;
		if (job.filesInPart === undefined) return { status: 202, headers };
		return { status: 202, headers: { ...headers, ...AS_JSON }, body: manifest(payer, job, 1) };
	}
	if (job.failure !== undefined) return refusal(500, 'processing', job.failure);
	if (job.result) return fhirAnswer(200, job.result);
	return manifestAnswer(payer, job, 1);
}

function manifestAnswer(payer: Payer, job: StandardJob, part: number): Answer {
	const expires = new Date(job.expiresAt ?? 0).toUTCString();
	return { status: 200, headers: { ...AS_JSON, expires }, body: manifest(payer, job, part) };
}

function manifest({ dialect, rules, settings, url, openUrl }: Payer, job: StandardJob, part: number): object {
	const origin = settings.fileAccess === 'open-elsewhere' ? openUrl() : url();
	const at: Addresses = {
		file: (number) =>
			`${settings.fileUrls === 'relative' ? '' : origin}/${dialect}/files/${job.id}/${number + 1}.ndjson`,
		part: (number) => `${url()}/${dialect}/manifests/${job.id}/${number}`,
		isOpen: settings.fileAccess !== 'token',
	};
	return manifestOf(job, rules, at, part);
}
