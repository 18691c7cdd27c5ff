import { BoundedMap } from './boundedMap';
import { opaqueId } from './ids';
import { JSON_TYPE } from './mediaTypes';
import { batchesOf, resourceCountOf, type Batch, type Member, type ResourceType } from './members';
import { fhirAnswer, type Answer } from './operationOutcome';
import { dataLastUpdated } from './resources/context';
import type { Settings } from './settings';

/** One batch of a job, and which of the member's resources of its type it holds. */
export interface JobBatch extends Batch {
	first: number;
}

/** An export job, from kick-off to files. */
export interface ExportJob {
	id: string;
	tenant: string;
	member: Member;
	/** The size of the member, also where `_type` leaves most of it out. */
	allBatches: readonly Batch[];
	batches: readonly JobBatch[];
	request: string;
	startedAt: string;
	lastUpdated: string;
	polls: number;
	runningPolls: number;
}

/** What a kick-off asks for. */
export interface KickOff {
	tenant: string;
	member: Member;
	types: string[];
	since?: string;
	request: string;
}

/** Numbers the batches' resources: the second batch of a type goes on where the first one ends. */
export function withFirst(batches: readonly Batch[]): JobBatch[] {
	const next: Partial<Record<ResourceType, number>> = {};
	return batches.map((batch) => {
		const first = next[batch.type] ?? 0;
		next[batch.type] = first + batch.count;
		return { ...batch, first };
	});
}

/** The export jobs of all tenants, in memory; the oldest goes when there are too many. */
export class ExportJobs {
	private readonly jobs = new BoundedMap<string, ExportJob>();
	private started = 0;

	start({ tenant, member, types, since, request }: KickOff, settings: Settings, now: Date): ExportJob {
		const allBatches = batchesOf(member, settings.resources);
		const nothingNew = since !== undefined && Date.parse(since) >= Date.parse(dataLastUpdated);
		const asked = withFirst(allBatches).filter(({ type }) => types.length === 0 || types.includes(type));
		this.started += 1;
		const job: ExportJob = {
			id: opaqueId('job', tenant, member.row.memberId, now.toISOString(), String(this.started)),
			tenant,
			member,
			allBatches,
			batches: nothingNew ? [] : asked,
			request,
			startedAt: now.toISOString(),
			lastUpdated: now.toISOString(),
			polls: 0,
			runningPolls: settings.runningPolls === '' ? member.runningPolls : settings.runningPolls,
		};
		this.jobs.set(job.id, job);
		return job;
	}

	find(tenant: string, id: string): ExportJob | undefined {
		const job = this.jobs.get(id);
		return job?.tenant === tenant ? job : undefined;
	}
}

function isRunning(job: ExportJob): boolean {
	return job.polls <= job.runningPolls;
}

/** Counts one status call; the job moves on by being asked for. */
export function poll(job: ExportJob, now: Date): void {
	if (isRunning(job)) job.lastUpdated = now.toISOString();
	job.polls += 1;
}

/** Ends the job without a status call. */
export function finish(job: ExportJob): void {
	job.polls = job.runningPolls + 1;
}

/** The batch behind a file name, where the job is finished and the batch did not fail. */
export function batchOfFile(
	jobs: ExportJobs,
	tenant: string,
	name: string,
): [ExportJob, JobBatch] | undefined {
	const [, jobId, number] = /^([a-z0-9]+)\.(\d{1,6})$/.exec(name) ?? [];
	const job = jobId === undefined ? undefined : jobs.find(tenant, jobId);
	const batch = job?.batches[Number(number) - 1];
	return job && batch && !batch.fails && !isRunning(job) ? [job, batch] : undefined;
}

function manifest(job: ExportJob, settings: Settings, ownHost: string): object {
	const { batches, tenant } = job;
	const running = isRunning(job);
	const failed = batches.filter((batch) => batch.fails).length;
	const done = running
		? Math.floor((batches.length * Math.max(0, job.polls - 1)) / (job.runningPolls + 1))
		: batches.length - failed;
	const nothingCame = batches.length > 0 && failed === batches.length;
	const files = `${settings.fileHost || ownHost}/v1/${tenant}/bulk-data/r4/$export/file`;
	const output = batches.flatMap(({ type, fails }, index) =>
		fails ? [] : [{ type, url: `${files}/${job.id}.${index + 1}.ndjson` }],
	);
	return {
		id: job.id,
		transactionTime: job.startedAt,
		request: job.request,
		requiresAccessToken: true,
		status: running ? settings.runningWord : nothingCame ? settings.failedWord : 'Successful',
		resourceCount: resourceCountOf(running ? batches.slice(0, done) : batches),
		batches: {
			running: running ? batches.length - done : 0,
			complete: done,
			failed: running ? 0 : failed,
			total: batches.length,
		},
		lastUpdated: job.lastUpdated,
		output: running ? [] : output,
	};
}

const json = { 'content-type': `${JSON_TYPE}; charset=utf-8` };

/** The answer to a status call. */
export function statusAnswer(job: ExportJob, settings: Settings, ownHost: string): Answer {
	if (!isRunning(job)) return { status: 200, headers: json, body: manifest(job, settings, ownHost) };
	const retryAfter = settings.retryAfter || job.member.retryAfter;
	const wait: Record<string, string> = retryAfter ? { 'retry-after': retryAfter } : {};
	if (settings.runningStatus === 202) {
		const progress = `status call ${job.polls} of ${job.runningPolls} that find the job running`;
		return { status: 202, headers: { ...wait, 'x-progress': progress } };
	}
	return { status: 200, headers: { ...json, ...wait }, body: manifest(job, settings, ownHost) };
}

/** The answer to a kick-off: somewhere in it is the job id. */
export function kickOffAnswer(job: ExportJob, settings: Settings, ownHost: string): Answer {
	const address = `${settings.responseHost || ownHost}/v1/${job.tenant}/bulk-data/r4/$export/job/${job.id}`;
	const sentence = `Asynchronous export running. Track job at ${address}`;
	const outcome = (issue: Partial<fhir4.OperationOutcomeIssue>): Answer =>
		fhirAnswer(settings.kickOffStatus, {
			resourceType: 'OperationOutcome',
			id: opaqueId('operation', job.id),
			issue: [{ severity: 'information', code: 'informational', ...issue }],
		});
	const location = { 'content-location': address };

	switch (settings.jobIdIn) {
		case 'text':
			return outcome({ details: { text: sentence } });
		case 'diagnostics':
			return outcome({ diagnostics: sentence });
		case 'content-location':
			return { status: settings.kickOffStatus, headers: location };
		case 'both': {
			const answer = outcome({ details: { text: sentence } });
			return { ...answer, headers: { ...answer.headers, ...location } };
		}
		case 'finished':
			finish(job);
			return { status: 200, headers: json, body: manifest(job, settings, ownHost) };
	}
}
