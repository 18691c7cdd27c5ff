import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { lookAt, type Asking, type JobEnd } from '../../shared/exportJob/statusPoll';
import type { Manifest, ManifestFile } from '../../shared/exportJob/manifest';
import type { JobResult, Look } from '../../shared/exportJob/pollLoop';
import { pollPayer, type Polling } from '../../shared/exportJob/pollPayer';
import type { WholeExport } from '../../shared/exportJob/wholeExport';
import { NdjsonReader } from '../../shared/fhir/ndjson';
import { bodyKind } from '../../shared/http/reply';
import { download, type OpenConnection } from '../../shared/http/send';
import type { MatchJob } from './matchJob';

/** The resources of the answer, and why it is not whole where it is not; or how the job failed. */
export type MatchEnd = { resources: IDataObject[]; notWhole?: string } | Extract<JobEnd, { reason: string }>;

export type MatchResult = JobResult<MatchEnd>;

/** Between two pieces of a result file. */
const IDLE_MS = 60_000;

/** Asks for the jobs until each has ended or the deadline has come, and reads their answers. */
export async function pollMatches(
	context: IExecuteFunctions,
	jobs: readonly MatchJob[],
	run: Polling,
): Promise<MatchResult[]> {
	return await pollPayer(
		context,
		run,
		jobs,
		async (job) => await look(context, run, job),
		'match requests are answered',
	);
}

async function look(context: IExecuteFunctions, run: Asking, job: MatchJob): Promise<Look<MatchEnd>> {
	if (job.result) return { end: { resources: job.result } };
	const seen = await lookAt(context, run, job);
	if (!('end' in seen)) return seen;
	return { end: 'manifest' in seen.end ? await readResult(context, run.connection, seen.end) : seen.end };
}

/** @throws ExchangeError where a file of the answer cannot be had: nobody can be told how they came out */
async function readResult(
	context: IExecuteFunctions,
	connection: OpenConnection,
	{ manifest, complaints }: WholeExport,
): Promise<MatchEnd> {
	const resources: IDataObject[] = [];
	let rejected = 0;
	for (const { url } of resultFiles(manifest)) {
		const request = connection.fileRequest(url, manifest.requiresAccessToken);
		const result = await download(context, connection, request, {
			idleMs: IDLE_MS,
			take: async ({ arriving }) => {
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
		resources.push(...result.taken.lines);
		rejected += result.taken.rejected;
	}
	return {
		resources,
		notWhole: whyNotWhole(manifest, complaints.areSerious ? complaints.summary : undefined, rejected),
	};
}

/** Groups where there are any (pdex-138b), else whatever the payer lists: Parameters with the Groups in them (PDex 2.1). */
function resultFiles({ files }: Manifest): ManifestFile[] {
	const groups = files.filter(({ type }) => type === 'Group');
	return groups.length > 0 ? groups : files;
}

function whyNotWhole(
	{ cutAfter, withoutAddress }: Manifest,
	complaints: string | undefined,
	rejected: number,
): string | undefined {
	if (complaints) return complaints.replace(/\.$/, '');
	if (rejected > 0) return `${rejected} lines of the answer could not be read`;
	return cutAfter || withoutAddress > 0 ? 'The list of the files of the answer is not whole' : undefined;
}
