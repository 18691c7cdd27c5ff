import { opaqueId } from '../ids';
import { batchesOf, type Member } from '../members';
import { withFirst, type JobBatch } from '../exportJobs';
import { operationOutcome } from '../operationOutcome';
import { ndjsonOf, resourcesOf } from '../resources';

/** An export of one member, by the rules of FHIR Bulk Data 2. */
export interface StandardJob {
	id: string;
	member: Member;
	batches: readonly JobBatch[];
	request: string;
	startedAt: string;
	polls: number;
}

/** How many status calls find a job still running. */
const RUNNING_POLLS = 1;

export class StandardJobs {
	private readonly jobs = new Map<string, StandardJob>();

	start(member: Member, types: readonly string[], request: string): StandardJob {
		const batches = withFirst(batchesOf(member, '')).filter(
			({ type }) => types.length === 0 || types.includes(type),
		);
		const id = opaqueId('standard', member.key, String(this.jobs.size));
		const job = { id, member, batches, request, startedAt: new Date().toISOString(), polls: 0 };
		this.jobs.set(id, job);
		return job;
	}

	find(id: string): StandardJob | undefined {
		return this.jobs.get(id);
	}

	forget(id: string): boolean {
		return this.jobs.delete(id);
	}
}

export function isStillRunning(job: StandardJob): boolean {
	job.polls += 1;
	return job.polls <= RUNNING_POLLS;
}

/** The manifest of Bulk Data 2: failed batches are told of in an error file. */
export function manifestOf(job: StandardJob, filesAt: string): object {
	const output = job.batches.flatMap(({ type, fails, count }, index) =>
		fails ? [] : [{ type, url: `${filesAt}/${job.id}.${index}`, count }],
	);
	const error = job.batches.some(({ fails }) => fails)
		? [{ type: 'OperationOutcome', url: `${filesAt}/${job.id}.error` }]
		: [];
	return {
		transactionTime: job.startedAt,
		request: job.request,
		requiresAccessToken: true,
		output,
		deleted: [],
		error,
	};
}

/** The bytes of a file; undefined where there is none of that name. */
export function fileOf(jobs: StandardJobs, name: string): Iterable<Buffer> | undefined {
	const [id, part] = name.split('.');
	const job = jobs.find(id);
	if (!job) return undefined;
	if (part === 'error') {
		return [
			Buffer.from(`${JSON.stringify(operationOutcome('exception', 'Some files could not be made.'))}\n`),
		];
	}
	const batch = job.batches[Number(part)];
	return batch && !batch.fails
		? ndjsonOf(resourcesOf(job.member, batchesOf(job.member, ''), batch))
		: undefined;
}
