import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { FailedJob } from '../../shared/exportJob/jobState';
import type { Manifest, ManifestFile } from '../../shared/exportJob/manifest';
import {
	pollJobs,
	type JobResult,
	type PollResult,
	type PollRun,
	type PollSettings,
} from '../../shared/exportJob/pollLoop';
import { pollStatus } from '../../shared/exportJob/statusPoll';
import type { CompleteExport } from '../../shared/exportJob/wholeExport';
import { NdjsonReader } from '../../shared/fhir/ndjson';
import { download } from '../../shared/http/download';
import { bodyKind } from '../../shared/http/reply';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { MINUTE } from '../../shared/n8n/time';
import type { OpenConnection } from '../../shared/payers/connection';
import type { MatchJob } from './matchJob';

/** The resources of the answer, and why it is not whole where it is not; or how the job failed. */
export type MatchEnd = { resources: IDataObject[]; notWhole?: string } | FailedJob;

export type MatchResult = JobResult<MatchEnd>;

/** Between two pieces of a result file. */
const IDLE_MS = MINUTE;

/** Asks for the jobs until each has ended or the deadline has come, and reads their answers. */
export async function pollMatches(
	context: IExecuteFunctions,
	jobs: readonly MatchJob[],
	run: PollRun,
): Promise<MatchResult[]> {
	return await pollJobs(
		context,
		run,
		jobs,
		async (job) => await pollMatch(context, run, job),
		'match requests are answered',
	);
}

async function pollMatch(
	context: IExecuteFunctions,
	settings: PollSettings,
	job: MatchJob,
): Promise<PollResult<MatchEnd>> {
	if (job.result) return { end: { resources: job.result } };
	const result = await pollStatus(context, settings, job);
	if ('pollIn' in result) return result;
	const { end } = result;
	return { end: 'manifest' in end ? await readResult(context, settings.connection, end) : end };
}

/** @throws ExchangeError where a file of the answer cannot be had: nobody can be told how they came out */
async function readResult(
	context: IExecuteFunctions,
	connection: OpenConnection,
	{ manifest, errors }: CompleteExport,
): Promise<MatchEnd> {
	const resources: IDataObject[] = [];
	let rejected = 0;
	for (const { url } of resultFiles(manifest)) {
		const request = connection.fileRequest(url, manifest.requiresAccessToken);
		const result = await download(context, connection, request, {
			idleMs: IDLE_MS,
			read: async ({ arriving }) => {
				const lines: IDataObject[] = [];
				const reader = new NdjsonReader({
					onResource: (line) => void lines.push(line),
					onRejected: () => undefined,
				});
				for await (const part of arriving) reader.push(Buffer.from(part));
				return { lines, rejected: reader.end().rejected };
			},
		});
		if ('refused' in result) {
			throw new ExchangeError(
				`The payer did not give the result of the match (HTTP ${result.refused.status})`,
				{
					httpStatus: result.refused.status,
					whatToDo: `It sent ${bodyKind(result.refused)}. Run the node again for these members.`,
				},
			);
		}
		resources.push(...result.value.lines);
		rejected += result.value.rejected;
	}
	return {
		resources,
		notWhole: whyNotWhole(manifest, errors.isSerious ? errors.summary : undefined, rejected),
	};
}

/** Groups where there are any (pdex-138b), else whatever the payer lists: Parameters with the Groups in them (PDex 2.1). */
function resultFiles({ files }: Manifest): ManifestFile[] {
	const groups = files.filter(({ type }) => type === 'Group');
	return groups.length > 0 ? groups : files;
}

function whyNotWhole(
	{ truncated, withoutAddress }: Manifest,
	errors: string | undefined,
	rejected: number,
): string | undefined {
	if (errors) return errors.replace(/\.$/, '');
	if (rejected > 0) return `${rejected} lines of the answer could not be read`;
	return truncated || withoutAddress > 0 ? 'The list of the files of the answer is not whole' : undefined;
}
