import { BoundedMap } from '../boundedMap';
import { opaqueId } from '../ids';
import type { Dialect } from './dialects';
import type { JobFile } from './files';
import type { StandardSettings } from './settings';

/** An asynchronous job, an export or a bulk match. */
export interface StandardJob {
	id: string;
	dialect: Dialect;
	files: readonly JobFile[];
	request: string;
	startedAt: string;
	polls: number;
	runningPolls: number;
	/** What the job says in place of a manifest. */
	failure?: string;
	byPatient: boolean;
	/** Files in each part of the manifest; undefined: all in one. */
	filesInPart?: number;
	separateStatus: boolean;
	/** What the status address answers in place of a manifest. */
	result?: fhir4.FhirResource;
	/** When it was found finished, and when its files go, in milliseconds since 1970. */
	expiresAt?: number;
}

/** The jobs of all payers; the oldest goes when there are too many. */
export class StandardJobs {
	private readonly jobs = new BoundedMap<string, StandardJob>();
	private started = 0;

	/** An id for a job that is about to start. */
	nextId(): string {
		this.started += 1;
		return opaqueId('standard job', String(this.started), String(Date.now()));
	}

	add(job: StandardJob): void {
		this.jobs.set(job.id, job);
	}

	find(dialect: Dialect, id: string): StandardJob | undefined {
		const job = this.jobs.get(id);
		return job?.dialect === dialect ? job : undefined;
	}

	forget({ id }: StandardJob): void {
		this.jobs.delete(id);
	}
}

/** Whether a job was not found finished yet. */
export function isRunning({ polls, runningPolls }: StandardJob): boolean {
	return polls <= runningPolls;
}

/** Counts a status call, and sets the clock of a job that it finds finished. */
export function poll(job: StandardJob, { expiresSeconds }: StandardSettings, now: number): void {
	job.polls += 1;
	if (!isRunning(job)) job.expiresAt ??= now + expiresSeconds * 1000;
}

/** A file of a job by its number; undefined while the job runs, unless its manifest comes in parts. */
export function fileOfJob(job: StandardJob, number: number): JobFile | undefined {
	const most = isRunning(job) ? (job.filesInPart ?? 0) : job.files.length;
	return number < most ? job.files[number] : undefined;
}
