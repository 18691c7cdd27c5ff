import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { failedJobItem, finishedItems } from './exportItems';
import { lookAt, type JobEnd } from '../shared/exportJob/statusPoll';
import type { JobResult } from '../shared/exportJob/pollLoop';
import { pollPayer, type Polling } from '../shared/exportJob/pollPayer';
import { exportHints, showHints } from '../shared/n8n/hints';
import { concurrencyOf, placeResults, settle, type ItemResult, type Routed } from '../shared/n8n/items';
import { PAYER_CREDENTIALS } from '../shared/payers';
import { openConnection } from '../shared/http/send';
import { waitForExportForm } from './form';
import { readJob, stillRunning, type Job } from './job';

const COMPLETED = 0;
const STILL_RUNNING = 1;
const FAILED = 2;

const STANDARD_CONCURRENCY = 5;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

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
		credentials: PAYER_CREDENTIALS,
		properties: waitForExportForm,
	};

	/** Polls all jobs of the run in one loop, each on its own clock. What concerns one job leaves by Failed. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const started = Date.now();
		const run = await settle(async () => ({
			connection: await openConnection(this),
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
			const look = async (job: Job) => await lookAt(this, run, job);
			const ends = await pollPayer(this, run, jobs, look, 'exports have ended');
			jobs.forEach((job, index) => (results[job.itemIndex] = routed(this, job, ends[index])));
		}
		const outputs = placeResults(this, results, { count: 3, error: FAILED });
		if (this.isToolExecution?.() !== true) showHints(this, exportHints(outputs));
		return outputs;
	}
}

function readForm(context: IExecuteFunctions, started: number): Omit<Polling, 'connection'> {
	const number = (name: string) => Number(context.getNodeParameter(name, 0));
	const options = context.getNodeParameter('options', 0, {}) as IDataObject;
	return {
		deadline: started + Math.max(number('giveUpAfter') || 0, 0) * MINUTE,
		pollEveryMs: Math.max(number('pollEvery') || 10, 1) * SECOND,
		concurrency: concurrencyOf(options, STANDARD_CONCURRENCY),
	};
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
