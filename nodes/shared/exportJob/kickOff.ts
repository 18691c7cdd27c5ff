import { JOB_ID_PATTERN } from '../fhir/ids';
import { isObject, objectsOf, textOf } from '../fhir/json';
import { MAX_ISSUES, TEXT_LIMITS } from '../fhir/limits';
import { issueCodeForError } from '../fhir/operationOutcome';
import { describeAnswer } from '../http/describeAnswer';
import { tryParseUrl } from '../http/addresses';
import { isSuccess, type PayerReply } from '../http/reply';
import { ExchangeError, rethrown } from '../n8n/exchangeError';
import type { JobReference, KickOffHints } from '../payers/payer';
import { manifestFromReply, type Manifest } from './manifest';
import { judgeStatus } from './statusAnswer';

/** The result of a kick-off: a job to poll, or a manifest (older servers export synchronously). */
export type KickOff = JobReference & { manifest?: Manifest };

/** Error texts of a kick-off. */
export interface KickOffMessages {
	refused: string;
	noJob: string;
	/** Advice by HTTP status. */
	hints: KickOffHints;
}

/** Error texts of an export kick-off. @param hints the payer's advice by HTTP status */
export function exportMessages(hints: KickOffHints): KickOffMessages {
	return {
		refused: 'The payer did not start the export',
		noJob: 'The payer answered the kick-off, but named no export job',
		hints: { 429: 'The payer has too many exports running; start this one again later.', ...hints },
	};
}

/**
 * Reads the response to a kick-off of an export or another asynchronous job: a finished manifest in the body, else the job
 * from `Content-Location` (FHIR Bulk Data) or `Location`, else from the texts of the OperationOutcome (1up's contract).
 *
 * @param jobFrom extracts the job from a URL or a text, specific to the payer
 * @param known values of the item, masked in errors
 * @param messages error texts
 * @param showWords whether errors repeat the payer's words
 * @throws ExchangeError for any other response
 */
export function readKickOff(
	reply: PayerReply,
	jobFrom: (text: string) => JobReference | undefined,
	known: readonly unknown[],
	messages: KickOffMessages,
	showWords = false,
): KickOff {
	const answer = describeAnswer(reply, { known, show: showWords });
	if (!isSuccess(reply)) {
		throw new ExchangeError(`${messages.refused} (HTTP ${reply.status})`, {
			httpStatus: reply.status,
			issueCode: issueCodeForError(reply.json),
			whatToDo: [answer, messages.hints[reply.status] ?? ''].filter(Boolean).join(' '),
		});
	}
	const manifest = manifestFromReply(reply);
	if (manifest && judgeStatus(reply).state === 'finished') {
		const id = isObject(reply.json) ? textOf(reply.json.id) : undefined;
		return { jobId: id !== undefined && JOB_ID_PATTERN.test(id) ? id : '', manifest };
	}
	// Content-Location first: it takes precedence over a URL in the texts.
	for (const text of jobTexts(reply)) {
		const job = withAddress(() => jobFrom(text), text);
		if (job && JOB_ID_PATTERN.test(job.jobId)) return job;
	}
	throw new ExchangeError(messages.noJob, {
		httpStatus: reply.status,
		issueCode: issueCodeForError(reply.json),
		whatToDo: `${answer} Looked for the job in Content-Location, in Location and in the texts of the OperationOutcome.`,
	});
}

/** The job. @throws what `jobFrom` throws, with the address of the job that was started */
function withAddress<T>(jobFrom: () => T, statusUrl: string): T {
	try {
		return jobFrom();
	} catch (error) {
		if (!(error instanceof ExchangeError) || statusUrl.length > TEXT_LIMITS.address) throw rethrown(error);
		throw rethrown(new ExchangeError(error.message, { ...error.details, statusUrl }));
	}
}

/** The texts that can name the job. */
export function jobTexts(reply: PayerReply): string[] {
	const issues = isObject(reply.json) ? objectsOf(reply.json.issue).slice(0, MAX_ISSUES) : [];
	const texts = issues.flatMap((issue) => [
		isObject(issue.details) ? textOf(issue.details.text) : undefined,
		textOf(issue.diagnostics),
	]);
	// Some servers send Location instead (Smile CDR). Relative ones are resolved as RFC 9110 section 10.2.2 says.
	const headers = [reply.headers['content-location'], reply.headers.location].map((header) =>
		header === undefined ? undefined : (tryParseUrl(header, reply.url)?.href ?? header),
	);
	return [...headers, ...texts].filter((text) => text !== undefined);
}
