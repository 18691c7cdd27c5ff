import {
	issueCodeForError,
	payerMessage,
	payerMessageForError,
	payerMessageSentence,
	readIssues,
} from '../fhir/operationOutcome';
import { issueSentence } from '../fhir/payerWords';
import { bodyKind, type PayerReply } from './reply';

/** Label of the credential's switch that shows the payer's words in errors. */
export const SHOW_WORDS_LABEL = "Show the Payer's Words in Errors";

/** Whether an error may repeat the payer's words, and what is masked in them. */
export interface WordsInErrors {
	/** The credential's switch. */
	show: boolean;
	/** Values of the item and the request, which the payer may repeat. */
	known: readonly unknown[];
}

/**
 * What the payer answered, for an error: a fixed sentence for its issue code, or for the kind of body. The payer's own words are left out
 * unless the credential asks for them, because they can name any member.
 */
export function describeAnswer(reply: PayerReply, { show, known }: WordsInErrors): string {
	const words = show ? payerMessageForError(reply.json, known) : undefined;
	if (words !== undefined) return payerMessageSentence(words);
	const code = issueCodeForError(reply.json);
	const sentence = code === undefined ? `It sent ${bodyKind(reply)}.` : issueSentence(code);
	return !hasWords(reply.json)
		? sentence
		: `${sentence} Its own words are not shown here, since they can hold health data: see '${SHOW_WORDS_LABEL}' of the credential.`;
}

function hasWords(body: unknown): boolean {
	const issues = readIssues(body);
	return issues.length > 0 ? issues.some(({ text }) => text !== '') : payerMessage(body) !== undefined;
}
