import { ExchangeError } from '../exchangeError';
import { isObject, objectsOf, textOf } from '../json';
import { issueCodeForError, payerSays, payerWordsForError } from '../operationOutcome';
import type { JobReference } from '../payerApis/payerApi';
import { bodyKind, isSuccess, type PayerReply } from '../payerReply';
import { judgeJob } from './jobState';
import { JOB_ID_FORM } from '../ids';
import { isManifest } from './manifest';

/** What a kick-off led to: a job to ask about, or a manifest at once (older servers export synchronously). */
export type KickOff = JobReference | { finished: true; jobId: string; statusUrl?: undefined };

/**
 * Reads the answer to an export kick-off: the job from `Content-Location` (FHIR Bulk Data), else from the texts of the
 * OperationOutcome (1up's contract), else a finished manifest in the answer itself.
 *
 * @param jobFrom finds the job in an address or a sentence; a payer's own way
 * @param known values of the item, taken out of what an error repeats of the payer's words
 * @param subjectFields the fields that say whose data is wanted, as the form calls them
 * @throws ExchangeError for any other answer, with the payer's words
 */
export function readKickOff(
	reply: PayerReply,
	jobFrom: (text: string) => JobReference | undefined,
	known: readonly unknown[],
	subjectFields: string,
): KickOff {
	const words = payerWordsForError(reply.json, known);
	if (!isSuccess(reply)) {
		throw new ExchangeError(`The payer did not start the export (HTTP ${reply.status})`, {
			httpStatus: reply.status,
			issueCode: issueCodeForError(reply.json),
			whatToDo: [
				words ? payerSays(words) : `It sent ${bodyKind(reply)}.`,
				reply.status === 404 ? notThere(subjectFields) : '',
				reply.status === 429 && !words ? TOO_MANY : '',
			]
				.filter(Boolean)
				.join(' '),
		});
	}
	if (isManifest(reply.json) && judgeJob(reply).state === 'finished') {
		const { id } = reply.json;
		return { finished: true, jobId: isWhole(id) ? (textOf(id) ?? '') : '' };
	}
	// One by one: an address in the words counts for nothing where Content-Location names the job.
	for (const place of placesOfJob(reply)) {
		const job = jobFrom(place);
		if (job && JOB_ID_FORM.test(job.jobId)) return job;
	}
	throw new ExchangeError('The payer answered the kick-off, but named no export job', {
		httpStatus: reply.status,
		issueCode: issueCodeForError(reply.json),
		whatToDo: words
			? payerSays(words)
			: `It sent ${bodyKind(reply)}. Looked for the job in Content-Location and in the texts of the OperationOutcome.`,
	});
}

const TOO_MANY = 'The payer has too many exports running; start this one again later.';

function notThere(subjectFields: string): string {
	return `Check ${subjectFields}: they take the ids that Member Match gives, and no names. An id may also have expired: match the member again.`;
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
