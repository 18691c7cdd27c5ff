import { isObject, textOf } from '../fhir/json';
import { payerMessage, readIssues } from '../fhir/operationOutcome';
import { plainWords } from '../fhir/payerWords';
import { bodyKind, type PayerReply } from '../http/reply';
import {
	manifestFromReply,
	manifestWithoutFiles,
	readBatches,
	indicatesFailure,
	type BatchCounts,
	type Manifest,
} from './manifest';

/** The job state in a status response. `reason` can contain the payer's text and is for data items only. */
export type StatusAnswer =
	| { state: 'running'; status: string; progress?: string }
	/** A transient server error: poll again, within a limit. */
	| { state: 'trouble'; reason: string; httpStatus: number }
	| { state: 'finished'; manifest: Manifest }
	| {
			state: 'failed';
			reason: string;
			httpStatus?: number;
			batches?: BatchCounts;
			/** A page or a redirect, as something in front of the payer's server sends it. */
			isFromElsewhere?: boolean;
	  };

/** Most characters of a status or progress that an item shows. */
const MAX_STATUS_CHARS = 200;

const DONE_STATUS = /^(success(ful(ly)?)?|succeeded|completed?|finished|done)$/i;
/** R4 issue-type `transient` and its children (FHIR Bulk Data, "Response - Error Status"). */
const TRANSIENT_CODES = [
	'transient',
	'lock-error',
	'no-store',
	'exception',
	'timeout',
	'incomplete',
	'throttled',
];

/** Sent by proxies and gateways in front of the payer's server, whatever the body. */
const TRANSIENT_STATUSES = [502, 503, 504];

/**
 * Interprets the response to a status request. 202 is running and 200 with a manifest is finished (FHIR Bulk Data). 1up's
 * fields `status` and `batches` take precedence, so that an unfinished job is never reported as finished.
 */
export function judgeStatus(reply: PayerReply): StatusAnswer {
	if (reply.status === 202) return runningState(reply);
	if (reply.status === 429) return runningState(reply, 'Asked too often');
	if (reply.status >= 200 && reply.status < 300) return judgeBody(reply);
	const reason =
		payerMessage(reply.json) ??
		DEFAULT_REASONS[reply.status] ??
		`The payer answered HTTP ${reply.status} with ${bodyKind(reply)}.`;
	const issues = readIssues(reply.json);
	const isTransient =
		issues.some(({ code }) => TRANSIENT_CODES.includes(code)) ||
		TRANSIENT_STATUSES.includes(reply.status) ||
		(reply.status >= 500 && issues.length === 0);
	return isTransient
		? { state: 'trouble', reason, httpStatus: reply.status }
		: { state: 'failed', reason, httpStatus: reply.status, isFromElsewhere: reply.status < 400 };
}

const DEFAULT_REASONS: Record<number, string> = {
	403: 'The payer does not allow this credential to see the export (HTTP 403). Check with the payer whether your client may see it, and check the Scope of the credential.',
	404: 'The payer does not know this export job (HTTP 404). It may have expired or been deleted; start the export again.',
	410: 'The payer no longer keeps this export job (HTTP 410). Start the export again.',
};

function judgeBody(reply: PayerReply): StatusAnswer {
	const failed = (reason: string) => ({ state: 'failed' as const, reason, httpStatus: reply.status });
	if (!isObject(reply.json)) {
		const reason = `The payer answered the status request with ${bodyKind(reply)}.`;
		return { ...failed(reason), isFromElsewhere: reply.json === undefined };
	}
	const body = reply.json;
	const statusText = textOf(body.status) ?? '';
	const batches = readBatches(body.batches);
	const manifest = manifestFromReply(reply);
	const hasFiles = manifest !== undefined && manifest.files.length > 0;

	if (indicatesFailure(statusText) && !(batches?.running && batches.running > 0)) {
		// The listed files are complete all the same; what is missing goes to Failed.
		if (hasFiles) return { state: 'finished', manifest };
		const reason =
			payerMessage(body) ??
			`The payer says that the export ended as ${plainWords(statusText, MAX_STATUS_CHARS)}.`;
		return { state: 'failed', reason, httpStatus: reply.status, batches };
	}
	const isDone = areBatchesDone(batches) && (hasFiles || batches?.complete === 0);
	const isUnfinished =
		(batches?.running ?? 0) > 0 || (statusText !== '' && !DONE_STATUS.test(statusText) && !isDone);
	if (isUnfinished) return runningState(reply);
	if (manifest) return { state: 'finished', manifest };
	// Without a list of files, only a job that reports an empty result is finished.
	if (statusText !== '' && (body.resourceCount === 0 || batches?.total === 0)) {
		return { state: 'finished', manifest: manifestWithoutFiles(body) };
	}
	return failed(payerMessage(body) ?? 'The payer answered the status request without a list of files.');
}

/** Whether the counts show that all batches are done. */
function areBatchesDone(batches: BatchCounts | undefined): boolean {
	const { running, complete, failed, total } = batches ?? {};
	return running === 0 && total !== undefined && total > 0 && (complete ?? 0) + (failed ?? 0) === total;
}

/** The payer's status or progress for the item. */
function shortWords(value: unknown): string | undefined {
	return plainWords(textOf(value) ?? '', MAX_STATUS_CHARS) || undefined;
}

function runningState(reply: PayerReply, statusText?: string): StatusAnswer {
	const body = isObject(reply.json) ? reply.json : {};
	const batches = readBatches(body.batches);
	const done = batches?.total ? `${batches.complete ?? 0} of ${batches.total} batches` : undefined;
	return {
		state: 'running',
		status: statusText ?? shortWords(body.status) ?? 'In progress',
		progress: shortWords(reply.headers['x-progress']) ?? done,
	};
}
