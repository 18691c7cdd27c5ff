import { isObject, textOf } from '../fhir/json';
import { payerMessage, readIssues } from '../fhir/operationOutcome';
import { bodyKind, type PayerReply } from '../http/reply';
import {
	manifestIn,
	manifestWithoutFiles,
	readBatches,
	saysTrouble,
	type BatchCounts,
	type Manifest,
} from './manifest';

/** What a status answer says of a job. `reason` can hold the payer's words: it belongs into the data item only. */
export type StatusAnswer =
	| { state: 'running'; status: string; progress?: string }
	/** Trouble of the server that may pass: ask again, within a limit. */
	| { state: 'trouble'; reason: string; httpStatus: number }
	| { state: 'finished'; manifest: Manifest }
	| { state: 'failed'; reason: string; httpStatus?: number; batches?: BatchCounts };

const DONE_WORD = /^(success(ful(ly)?)?|succeeded|completed?|finished|done)$/i;
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

/** What stands between a client and the payer's server says these, whatever body it adds. */
const TRANSIENT_STATUS = [502, 503, 504];

/**
 * Judges the answer to a status request. 202 is running and 200 with a manifest is finished (FHIR Bulk Data); where 1up's own
 * fields `status` and `batches` say otherwise, they win: nothing is called finished that is not.
 */
export function judgeStatus(reply: PayerReply): StatusAnswer {
	if (reply.status === 202) return running(reply);
	if (reply.status === 429) return running(reply, 'Asked too often');
	if (reply.status >= 200 && reply.status < 300) return judgeBody(reply);
	const reason =
		payerMessage(reply.json) ??
		PLAIN_REASON[reply.status] ??
		`The payer answered HTTP ${reply.status} with ${bodyKind(reply)}.`;
	const issues = readIssues(reply.json);
	const isTransient =
		issues.some(({ code }) => TRANSIENT_CODES.includes(code)) ||
		TRANSIENT_STATUS.includes(reply.status) ||
		(reply.status >= 500 && issues.length === 0);
	return isTransient
		? { state: 'trouble', reason, httpStatus: reply.status }
		: { state: 'failed', reason, httpStatus: reply.status };
}

const PLAIN_REASON: Record<number, string> = {
	403: 'The payer does not allow this credential to see the export (HTTP 403). Check with the payer whether your client may see it, and check the Scope of the credential.',
	404: 'The payer does not know this export job (HTTP 404). It may have expired or been deleted; start the export again.',
	410: 'The payer no longer keeps this export job (HTTP 410). Start the export again.',
};

function judgeBody(reply: PayerReply): StatusAnswer {
	const failed = (reason: string): StatusAnswer => ({ state: 'failed', reason, httpStatus: reply.status });
	if (!isObject(reply.json)) return failed(`The payer answered the status request with ${bodyKind(reply)}.`);
	const body = reply.json;
	const word = textOf(body.status) ?? '';
	const batches = readBatches(body.batches);
	const manifest = manifestIn(reply);
	const hasFiles = manifest !== undefined && manifest.files.length > 0;

	if (saysTrouble(word) && !(batches?.running && batches.running > 0)) {
		// What is listed is whole even so; what is missing leaves by Failed beside it.
		if (hasFiles) return { state: 'finished', manifest };
		const reason = payerMessage(body) ?? `The payer says that the export ended as ${word}.`;
		return { state: 'failed', reason, httpStatus: reply.status, batches };
	}
	const isDone = allDone(batches) && (hasFiles || batches?.complete === 0);
	const unfinished = (batches?.running ?? 0) > 0 || (word !== '' && !DONE_WORD.test(word) && !isDone);
	if (unfinished) return running(reply);
	if (manifest) return { state: 'finished', manifest };
	// Without a list of files, only a job that says it holds nothing is finished.
	if (word !== '' && (body.resourceCount === 0 || batches?.total === 0)) {
		return { state: 'finished', manifest: manifestWithoutFiles(body) };
	}
	return failed(payerMessage(body) ?? 'The payer answered the status request without a list of files.');
}

/** Whether the counts alone show that no batch is left to do. */
function allDone(batches: BatchCounts | undefined): boolean {
	const { running, complete, failed, total } = batches ?? {};
	return running === 0 && total !== undefined && total > 0 && (complete ?? 0) + (failed ?? 0) === total;
}

function running(reply: PayerReply, word?: string): StatusAnswer {
	const body = isObject(reply.json) ? reply.json : {};
	const batches = readBatches(body.batches);
	const done = batches?.total ? `${batches.complete ?? 0} of ${batches.total} batches` : undefined;
	return {
		state: 'running',
		status: word ?? textOf(body.status) ?? 'In progress',
		progress: textOf(reply.headers['x-progress']) ?? done,
	};
}
