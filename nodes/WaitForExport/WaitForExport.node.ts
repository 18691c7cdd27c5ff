import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { hasEnded } from '../shared/exchange/consentEnd';
import { exchangeOfError } from '../shared/exchange/exchange';
import { endForConsent, type JobEnd } from '../shared/exportJob/jobState';
import { pollJobs, type JobResult, type PollRun } from '../shared/exportJob/pollLoop';
import { pollStatus } from '../shared/exportJob/statusPoll';
import { showHints } from '../shared/n8n/hints';
import { memberColumnOf, stopAtInvalidRows } from '../shared/n8n/invalidRows';
import { letOthersRun } from '../shared/n8n/longRun';
import { placeResults, tryAsValue, type ItemResult } from '../shared/n8n/items';
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import { MINUTE, SECOND } from '../shared/n8n/time';
import { ownFileUrl, type OpenConnection } from '../shared/payers/connection';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import { openPayers } from '../shared/payers/runPayers';
import { payerSubtitle } from '../shared/payers/subtitle';
import { failedJobItem, finishedItems, stillRunningItem } from './exportItems';
import { waitForExportForm } from './form';
import { exportHints } from './hints';
import { readJob, type Job } from './job';

const COMPLETED = 0;
const STILL_RUNNING = 1;
const FAILED = 2;

export class WaitForExport implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Wait For Export',
		name: 'waitForExport',
		icon: { light: 'file:waitForExport.svg', dark: 'file:waitForExport.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: payerSubtitle(
			'$parameter["giveUpAfter"] ? "up to " + $parameter["giveUpAfter"] + " min" : "poll once"',
		),
		description:
			'Payer to payer, step 3 of 4: get the status of FHIR export jobs until they have finished, and list their files',
		defaults: { name: 'Wait For Export' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Completed', 'Still Running', 'Failed'],
		credentials: PAYER_CREDENTIALS,
		properties: waitForExportForm,
	};

	/** Polls all jobs of the run in one loop, each on its own schedule. Errors of a single job go to Failed. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const started = Date.now();
		const run = await tryAsValue(async () => ({
			payers: await openPayers(this),
			...readForm(this, started),
		}));
		const jobsOrErrors = await Promise.all(
			this.getInputData().map((_, itemIndex) =>
				tryAsValue(() => {
					if (run instanceof Error) throw run;
					return readJob(this, run.payers.ofItem(this.getInputData()[itemIndex].json), itemIndex, started);
				}),
			),
		);
		if (!(run instanceof Error)) {
			stopAtInvalidRows(this, jobsOrErrors, (itemIndex) => memberColumnOf(this, itemIndex));
		}
		const results: ItemResult[] = jobsOrErrors.map((job) => (job instanceof Error ? job : []));
		const jobs = jobsOrErrors.filter((job): job is Job => !(job instanceof Error));
		if (!(run instanceof Error)) {
			const ends = await pollJobs(
				this,
				{ ...run, connectionOf: (job) => job.connection },
				jobs,
				async (job, settings) => await pollStatus(this, settings, job),
				'exports have ended',
			);
			for (const [index, job] of jobs.entries()) {
				// One export can have 200,000 files.
				await letOthersRun();
				results[job.itemIndex] = routeResult(this, job, ends[index]);
			}
			await letOthersRun();
		}
		const outputs = placeResults(this, results, {
			count: 3,
			error: FAILED,
			errorAbout: (index) => exchangeOfError(this.getInputData()[index].json),
			agentUrl: run instanceof Error ? undefined : (url) => agentUrl(run.payers.opened(), url),
		});
		showHints(this, exportHints(this, outputs));
		return outputs;
	}
}

/** The address of a file if it is on the server of one of the payers. */
function agentUrl(payers: readonly OpenConnection[], url: string): string | undefined {
	return payers.flatMap((connection) => ownFileUrl(connection, url) ?? [])[0];
}

function readForm(context: IExecuteFunctions, started: number): Omit<PollRun<Job>, 'connectionOf'> {
	const number = (name: string) => Number(context.getNodeParameter(name, 0));
	return {
		deadline: started + Math.max(number('giveUpAfter') || 0, 0) * MINUTE,
		pollEveryMs: Math.max(number('pollEvery') || 10, 1) * SECOND,
		concurrency: concurrencyOf(optionsOf(context, 0)),
	};
}

/** Routes the result of a job to the outputs. */
function routeResult(context: IExecuteFunctions, job: Job, result: JobResult<JobEnd>): ItemResult {
	if ('error' in result) return result.error;
	const toItems = (output: number, items: IDataObject[]) => items.map((json) => ({ output, json }));
	const completedAt = new Date().toISOString();
	const ended = { ...job.envelope, completedAt };
	if ('nextPollAt' in result) {
		// Asked again, it would only end for this.
		if (hasEnded(context, job.consentEnd)) {
			return toItems(FAILED, [failedJobItem(ended, endForConsent(job.consentEnd))]);
		}
		const { json } = context.getInputData()[job.itemIndex];
		return toItems(STILL_RUNNING, [stillRunningItem(json, job, result.nextPollAt)]);
	}
	const { end } = result;
	if (!('manifest' in end)) return toItems(FAILED, [failedJobItem(ended, end)]);
	const { completed, failed } = finishedItems(ended, end, job.requestedAt);
	return [...toItems(COMPLETED, completed), ...toItems(FAILED, failed)];
}
