import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { ExchangeError } from '../shared/exchangeError';
import { failedJobItem, finishedItems } from '../shared/exportJob/exportItems';
import { judgeJob, type JobState } from '../shared/exportJob/jobState';
import { isManifest, readManifest } from '../shared/exportJob/manifest';
import { pollJobs, type JobResult, type Look } from '../shared/exportJob/pollJobs';
import { backoffMs, retryAfterMs } from '../shared/exportJob/schedule';
import { concurrencyOf, placeResults, settle, type ItemResult, type Routed } from '../shared/items';
import { inputJson, JOB_ID, pathParameter, TENANT } from '../shared/parameters';
import { oneUpHealth } from '../shared/payerApis/oneUpHealth';
import type { Connection } from '../shared/payerApis/payerApi';
import { rest } from '../shared/stopping';
import { ask, openConnection, type OpenConnection } from '../shared/transport';
import { waitForExportForm } from './form';
import { wholeExport, type WholeExport } from './wholeExport';

const COMPLETED = 0;
const STILL_RUNNING = 1;
const FAILED = 2;

const STANDARD_CONCURRENCY = 5;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** A server error or a broken connection in passing, this often in a row, counts as one that stays. */
const MOST_TROUBLES = 5;

/** One export job of the run, and what was last heard of it. */
interface Job {
	itemIndex: number;
	/** memberId, tenant, groupId and jobId, which travel with every item of this job. */
	envelope: IDataObject;
	tenant: string;
	jobId: string;
	/** Set where the kick-off itself already brought the manifest. */
	manifest?: IDataObject;
	firstLookAt: number;
	polls: number;
	/** Server errors and missing answers in a row; they count on when the item comes back in. */
	troubles: number;
	status: string;
	progress: unknown;
}

/** How a job ended. */
type JobEnd = WholeExport | Extract<JobState, { reason: string }>;

export class WaitForExport implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Wait For Export',
		name: 'waitForExport',
		icon: { light: 'file:waitForExport.svg', dark: 'file:waitForExport.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["giveUpAfter"] ? "up to " + $parameter["giveUpAfter"] + " min" : "look once" }}',
		description: 'Get the status of FHIR export jobs until they have finished, and list the files they made',
		defaults: { name: 'Wait For Export' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Completed', 'Still Running', 'Failed'],
		credentials: [{ name: 'oneUpHealthOAuth2Api', required: true }],
		properties: waitForExportForm,
	};

	/** Polls all jobs of the run in one loop, each on its own clock. What concerns one job leaves by Failed. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const started = Date.now();
		const run = await settle(async () => ({
			connection: await openConnection(this, oneUpHealth),
			...readForm(this, started),
		}));
		const read = await Promise.all(
			this.getInputData().map((_, itemIndex) =>
				settle(() => {
					if (run instanceof Error) throw run;
					return readJob(this, run.connection, itemIndex, started);
				}),
			),
		);
		const results: ItemResult[] = read.map((job) => (job instanceof Error ? job : []));
		const jobs = read.filter((job): job is Job => !(job instanceof Error));
		const mayStart = jobs.length === read.length || this.continueOnFail();
		if (!(run instanceof Error) && mayStart) {
			const ends = await pollAll(this, run, jobs);
			jobs.forEach((job, index) => (results[job.itemIndex] = routed(this, job, ends[index])));
		}
		return placeResults(this, results, { count: 3, error: FAILED });
	}
}

/** What the form says for the run as a whole. */
interface Form {
	/** ms since 1970 */
	deadline: number;
	pollEveryMs: number;
	concurrency: number;
}

type Run = Form & { connection: OpenConnection };

function readForm(context: IExecuteFunctions, started: number): Form {
	const number = (name: string) => Number(context.getNodeParameter(name, 0));
	const options = context.getNodeParameter('options', 0, {}) as IDataObject;
	return {
		deadline: started + Math.max(number('giveUpAfter') || 0, 0) * MINUTE,
		pollEveryMs: Math.max(number('pollEvery') || 10, 1) * SECOND,
		concurrency: concurrencyOf(options, STANDARD_CONCURRENCY),
	};
}

function readJob(context: IExecuteFunctions, connection: Connection, itemIndex: number, now: number): Job {
	const json = inputJson(context, itemIndex);
	const tenant = pathParameter(context, TENANT, itemIndex, connection.defaultTenant);
	const manifest = json.finished === true && isManifest(json.response) ? json.response : undefined;
	const jobId = manifest ? String(json.jobId ?? '') : pathParameter(context, JOB_ID, itemIndex);
	const { memberId, groupId } = json;
	const nextPollAt = typeof json.nextPollAt === 'string' ? Date.parse(json.nextPollAt) : NaN;
	return {
		itemIndex,
		envelope: {
			...(memberId !== undefined && { memberId }),
			tenant,
			...(groupId !== undefined && { groupId }),
			jobId,
		},
		tenant,
		jobId,
		manifest,
		firstLookAt: nextPollAt > now ? nextPollAt : now,
		polls: typeof json.polls === 'number' ? json.polls : 0,
		troubles: typeof json.troubles === 'number' ? json.troubles : 0,
		status: typeof json.status === 'string' ? json.status : 'Not asked yet',
		progress: json.progress,
	};
}

async function pollAll(
	context: IExecuteFunctions,
	run: Run,
	jobs: readonly Job[],
): Promise<Array<JobResult<JobEnd>>> {
	const { connection, deadline, concurrency } = run;
	return await pollJobs(
		jobs,
		async (index) => await lookAt(context, run, jobs[index]),
		{
			deadline,
			concurrency,
			notBefore: () => connection.pace.notBefore,
			haltOn: (error) =>
				!context.continueOnFail() || (error instanceof ExchangeError && error.details.concerns === 'run'),
		},
		async (ms) => await rest(context, ms),
	);
}

/** Asks for a job once. What concerns this job alone is its end. @throws ExchangeError where the credential or the gateway is at fault */
async function lookAt(context: IExecuteFunctions, run: Run, job: Job): Promise<Look<JobEnd>> {
	const { connection } = run;
	if (job.manifest) return { end: await wholeExport(context, connection, readManifest(job.manifest)) };
	job.polls += 1;
	const request = oneUpHealth.statusRequest(connection, job.tenant, job.jobId);
	const reply = await settle(() => ask(context, connection, request, 'never'));
	if (reply instanceof Error) return afterError(job, reply);
	const state = judgeJob(reply);
	const wanted = retryAfterMs(reply.headers['retry-after'], Date.now());
	if (state.state === 'running') {
		job.troubles = 0;
		job.status = state.status;
		job.progress = state.progress;
		return { againIn: wanted ?? run.pollEveryMs };
	}
	if (state.state === 'trouble') {
		job.troubles += 1;
		job.status = `HTTP ${state.httpStatus}`;
		if (job.troubles < MOST_TROUBLES) return { againIn: wanted ?? backoffMs(job.troubles) };
	}
	return { end: state.state === 'finished' ? await wholeExport(context, connection, state.manifest) : state };
}

/** What an error means for a job: it is asked about again, it has failed, or the error stays one since it concerns all jobs. */
function afterError(job: Job, error: Error): Look<JobEnd> {
	if (!(error instanceof ExchangeError)) throw error;
	const { concerns, passing, whatToDo, httpStatus } = error.details;
	if (concerns !== 'run') {
		return { end: { state: 'failed', reason: `${error.message}. ${whatToDo}`, httpStatus: httpStatus ?? 0 } };
	}
	job.troubles += 1;
	job.status = error.message;
	if (passing !== true || job.troubles >= MOST_TROUBLES) throw error;
	return { againIn: backoffMs(job.troubles) };
}

function routed(context: IExecuteFunctions, job: Job, result: JobResult<JobEnd>): ItemResult {
	if ('error' in result) return result.error;
	if ('nextLookAt' in result)
		return [{ output: STILL_RUNNING, json: stillRunning(context, job, result.nextLookAt) }];
	const { end } = result;
	if ('manifest' in end) {
		const { completed, failed } = finishedItems(job.envelope, end.manifest, end.complaints);
		const leave =
			(output: number) =>
			(json: IDataObject): Routed => ({ output, json });
		return [...completed.map(leave(COMPLETED)), ...failed.map(leave(FAILED))];
	}
	return [{ output: FAILED, json: failedJobItem(job.envelope, end) }];
}

/** The input item, ready to come back in: what was last heard, and when the payer wants to be asked again. */
function stillRunning(context: IExecuteFunctions, job: Job, nextLookAt: number): IDataObject {
	const { response, troubles, ...json } = context.getInputData()[job.itemIndex].json;
	// The kick-off's raw answer does not travel past the node that got it; troubles are over once the payer answers.
	void [response, troubles];
	return {
		...json,
		status: job.status,
		...(job.progress !== undefined && { progress: job.progress as string }),
		polls: job.polls,
		...(job.troubles > 0 && { troubles: job.troubles }),
		nextPollAt: new Date(nextLookAt).toISOString(),
	};
}
