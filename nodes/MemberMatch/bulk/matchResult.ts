import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../../shared/exchange/consentEnd';
import { endForConsent, type FailedJob } from '../../shared/exportJob/jobState';
import { indicatesFailure, type Manifest, type ManifestFile } from '../../shared/exportJob/manifest';
import {
	pollJobs,
	type JobResult,
	type PollResult,
	type PollRun,
	type PollSettings,
} from '../../shared/exportJob/pollLoop';
import { pollStatus } from '../../shared/exportJob/statusPoll';
import type { CompleteExport } from '../../shared/exportJob/completeExport';
import { ANSWER_LIMITS } from '../../shared/fhir/limits';
import { objectsOf } from '../../shared/fhir/json';
import { NdjsonReader, type NdjsonSummary } from '../../shared/fhir/ndjson';
import { compareFacts } from '../../shared/files/statedFacts';
import { download } from '../../shared/http/download';
import { answerExceedsError } from '../../shared/http/errors';
import { bodyKind } from '../../shared/http/reply';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { tryAsValue } from '../../shared/n8n/items';
import { MINUTE } from '../../shared/n8n/time';
import type { OpenConnection } from '../../shared/payers/connection';
import { isBulkMatchResult } from '../answer/bulkAnswer';
import type { MatchJob } from './matchJob';

/** The resources of the response, and the reason if it is incomplete; or how the job failed. */
export type MatchEnd = { resources: IDataObject[]; incompleteReason?: string } | FailedJob;

export type MatchResult = JobResult<MatchEnd>;

/** Between two chunks of a result file. */
const IDLE_TIMEOUT_MS = MINUTE;

/** Polls the jobs until they end or the deadline comes, and reads their results. */
export async function pollMatches<Job extends MatchJob>(
	context: IExecuteFunctions,
	jobs: readonly Job[],
	run: PollRun<Job>,
): Promise<MatchResult[]> {
	return await pollJobs(
		context,
		run,
		jobs,
		async (job, settings) => await pollMatch(context, settings, job),
		'match requests are answered',
	);
}

async function pollMatch(
	context: IExecuteFunctions,
	settings: PollSettings,
	job: MatchJob,
): Promise<PollResult<MatchEnd>> {
	if (job.result) return { end: { resources: job.result } };
	// Some servers answer as FHIR's asynchronous pattern has it, without files (FHIR R5, "Asynchronous Interaction Request Pattern").
	const result = await pollStatus(context, settings, job, ({ json }) =>
		isBulkMatchResult(json) ? { resources: [json] } : undefined,
	);
	if ('pollIn' in result) return result;
	const { end } = result;
	if (!('manifest' in end)) return { end };
	const connection = whileConsentHolds(context, settings.connection, job.consentEnd);
	const read = await tryAsValue(() => readResult(context, connection, end));
	if (read instanceof ConsentEnded) return { end: endForConsent(read.lastDay) };
	if (read instanceof Error) throw read;
	return { end: read };
}

/** @throws ExchangeError if a result file cannot be fetched, because then no outcome is reliable */
async function readResult(
	context: IExecuteFunctions,
	connection: OpenConnection,
	{ manifest, errors }: CompleteExport,
): Promise<MatchEnd> {
	const resources: IDataObject[] = [];
	let rejected = 0;
	let isOther = false;
	/** What the files before this one held. */
	const before = { bytes: 0, values: 0 };
	for (const file of resultFiles(manifest)) {
		const request = connection.fileRequest(file.url, manifest.requiresAccessToken);
		const result = await download(context, connection, request, {
			idleMs: IDLE_TIMEOUT_MS,
			read: async ({ arriving, length }) => {
				const lines: IDataObject[] = [];
				let { bytes, values } = before;
				const reader = new NdjsonReader({
					onResource: (line, _, __, lineValues) => {
						values += lineValues;
						throwIfTooLarge(bytes, values);
						lines.push(line);
					},
					onRejected: () => undefined,
				});
				for await (const part of arriving) {
					bytes += part.length;
					throwIfTooLarge(bytes, values);
					reader.push(Buffer.from(part));
				}
				const summary = reader.end();
				return {
					lines,
					rejected: summary.rejected,
					bytes,
					values,
					isOther: differs(file, lines, summary, length),
				};
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
		for (const line of result.value.lines) resources.push(line);
		rejected += result.value.rejected;
		isOther ||= result.value.isOther;
		Object.assign(before, { bytes: result.value.bytes, values: result.value.values });
	}
	return {
		resources,
		incompleteReason:
			whyIncomplete(manifest, errors.isSerious ? errors.summary : undefined, rejected) ??
			(isOther ? 'A file of the answer is not what the payer states of it' : undefined),
	};
}

/** Whether a file is not what the manifest states of it. Some payers count the members of its Groups. */
function differs(
	file: ManifestFile,
	lines: readonly IDataObject[],
	{ resources, bytes, sha256 }: NdjsonSummary,
	transferred?: number,
): boolean {
	const members = lines.reduce((sum, { member }) => sum + objectsOf(member).length, 0);
	const came = { counts: [resources, members], bytes, sha256, transferred };
	// A Parameters holds several Groups, so a count of them may be of either.
	const count = file.type === 'Group' ? file.count : undefined;
	return compareFacts({ ...file, count }, came, () => 'count').differences.length > 0;
}

/** The limits are the same as where the result comes in one answer. */
function throwIfTooLarge(bytes: number, values: number): void {
	const limits = ANSWER_LIMITS.bulkMatch;
	if (bytes > limits.bytes) throw answerExceedsError(200, `is longer than ${limits.bytes / 1024 / 1024} MB`);
	if (values > limits.values) {
		throw answerExceedsError(200, `has more than ${limits.values.toLocaleString('en-US')} JSON values`);
	}
}

/** Files of Groups if there are any (pdex-138b), else all files: Parameters that contain the Groups (PDex 2.1). */
function resultFiles({ files }: Manifest): ManifestFile[] {
	const groups = files.filter(({ type }) => type === 'Group');
	return groups.length > 0 ? groups : files;
}

function whyIncomplete(
	{ truncated, withoutAddress, errorsWithoutAddress = 0, status, batches }: Manifest,
	errors: string | undefined,
	rejected: number,
): string | undefined {
	if (errors) return errors.replace(/\.$/, '');
	if (rejected > 0) return `${rejected} lines of the answer could not be read`;
	if (indicatesFailure(status) || (batches?.failed ?? 0) > 0)
		return 'The payer says that a part of the answer failed';
	return truncated || withoutAddress + errorsWithoutAddress > 0
		? 'The list of the files of the answer is not whole'
		: undefined;
}
