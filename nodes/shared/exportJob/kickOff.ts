import { JOB_ID_PATTERN } from '../fhir/ids';
import { isObject, objectsOf, textOf } from '../fhir/json';
import { issueCodeForError, payerMessageSentence, payerMessageForError } from '../fhir/operationOutcome';
import { bodyKind, isSuccess, type PayerReply } from '../http/reply';
import { ExchangeError } from '../n8n/exchangeError';
import type { JobReference, KickOffHints } from '../payers/payer';
import { manifestIn, type Manifest } from './manifest';
import { judgeStatus } from './statusAnswer';

/** What a kick-off led to: a job to ask about, or a manifest at once (older servers export synchronously). */
export type KickOff = JobReference & { manifest?: Manifest };

/** How an error names what was started. */
export interface KickOffWords {
	refused: string;
	noJob: string;
	/** What to do about a status. */
	hints: KickOffHints;
}

/** @param hints what to do about a status, by the payer */
export function exportWords(hints: KickOffHints): KickOffWords {
	return {
		refused: 'The payer did not start the export',
		noJob: 'The payer answered the kick-off, but named no export job',
		hints: { 429: 'The payer has too many exports running; start this one again later.', ...hints },
	};
}

/**
 * Reads the answer to the kick-off of an export, or of another job that is polled: a finished manifest in the answer itself, else the
 * job from `Content-Location` (FHIR Bulk Data), else from the texts of the OperationOutcome (1up's contract).
 *
 * @param jobFrom finds the job in an address or a sentence; a payer's own way
 * @param known values of the item, taken out of what an error repeats of the payer's words
 * @param says how an error names what was started
 * @throws ExchangeError for any other answer, with the payer's words
 */
export function readKickOff(
	reply: PayerReply,
	jobFrom: (text: string) => JobReference | undefined,
	known: readonly unknown[],
	says: KickOffWords,
): KickOff {
	const words = payerMessageForError(reply.json, known);
	if (!isSuccess(reply)) {
		throw new ExchangeError(`${says.refused} (HTTP ${reply.status})`, {
			httpStatus: reply.status,
			issueCode: issueCodeForError(reply.json),
			whatToDo: [
				words ? payerMessageSentence(words) : `It sent ${bodyKind(reply)}.`,
				// Too much at once is what a payer says in its own words, where it has any.
				reply.status === 429 && words ? '' : (says.hints[reply.status] ?? ''),
			]
				.filter(Boolean)
				.join(' '),
		});
	}
	const manifest = manifestIn(reply);
	if (manifest && judgeStatus(reply).state === 'finished') {
		const id = isObject(reply.json) ? reply.json.id : undefined;
		return { jobId: isWhole(id) ? (textOf(id) ?? '') : '', manifest };
	}
	// One by one: an address in the words counts for nothing where Content-Location names the job.
	for (const place of placesOfJob(reply)) {
		const job = jobFrom(place);
		if (job && JOB_ID_PATTERN.test(job.jobId)) return job;
	}
	throw new ExchangeError(says.noJob, {
		httpStatus: reply.status,
		issueCode: issueCodeForError(reply.json),
		whatToDo: words
			? payerMessageSentence(words)
			: `It sent ${bodyKind(reply)}. Looked for the job in Content-Location and in the texts of the OperationOutcome.`,
	});
}

/** Whether a text is made of whole letters: half of a surrogate pair (JSON can write one) can be in no address. */
function isWhole(text: unknown): boolean {
	return typeof text === 'string' && !/\p{Cs}/u.test(text);
}

function placesOfJob(reply: PayerReply): string[] {
	const texts = isObject(reply.json)
		? objectsOf(reply.json.issue).flatMap((issue) => [
				isObject(issue.details) ? textOf(issue.details.text) : undefined,
				textOf(issue.diagnostics),
			])
		: [];
	return [reply.headers['content-location'], ...texts].filter((text) => text !== undefined);
}
