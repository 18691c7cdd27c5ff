import type { IExecuteFunctions } from 'n8n-workflow';
import { PROBE_TIMEOUT_MS, type AnswerKind } from '../../shared/fhir/limits';
import { readAnswer } from '../../shared/http/guard';
import type { OpenReply } from '../../shared/http/n8nAnswer';
import type { NoAnswer, PayerReply } from '../../shared/http/reply';
import type { PayerRequest } from '../../shared/http/request';
import { replyOrThrow, sendPaced } from '../../shared/http/send';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { tryAsValue } from '../../shared/n8n/items';
import { throwIfStopped, waitOrStop } from '../../shared/n8n/longRun';
import { SECOND } from '../../shared/n8n/time';
import type { OpenConnection } from '../../shared/payers/connection';

/** What a question brought: the answer, whatever its status, or why there is none. */
export type Asked = PayerReply | ExchangeError;

/**
 * Asks one question, once.
 * @param answer what a good answer is; undefined if only its status and headers are waited for
 * @param forMs how long, sign-in and body included
 * @throws ExchangeError if the run was stopped
 */
export async function ask(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
	answer: AnswerKind | undefined,
	forMs = PROBE_TIMEOUT_MS,
): Promise<Asked> {
	const finished = new AbortController();
	// A sign-in has time limits of its own, and headers that trickle in have none: what takes too long is left to itself.
	const asked = await Promise.race([
		tryAsValue(async () => await reply(Date.now() + forMs)),
		waitOrStop(context, forMs, finished.signal),
	]).finally(() => finished.abort());
	throwIfStopped(context);
	if (asked === undefined) return new LateError(forMs);
	if (!(asked instanceof Error)) return asked;
	return asked instanceof ExchangeError ? asked : unexpectedError();

	async function reply(deadline: number): Promise<PayerReply> {
		const opened = await sendPaced(context, connection, request, { deadline, headersMs: forMs });
		if (!('status' in opened) || answer === undefined)
			return replyOrThrow(closed(opened), connection, request);
		return replyOrThrow(await readAnswer(context, opened, { answer, deadline }), connection, request);
	}
}

function closed(opened: OpenReply | NoAnswer): PayerReply | NoAnswer {
	if (!('status' in opened)) return opened;
	opened.body.destroy();
	return { status: opened.status, headers: opened.headers, text: '', json: undefined };
}

/** For a question that was not answered within its time. */
export class LateError extends ExchangeError {
	constructor(forMs: number) {
		super(`The payer did not answer within ${Math.round(forMs / SECOND)} seconds`, {
			whatToDo:
				'Run the check again later. If it stays so, ask the payer, and your n8n administrator about the network.',
			transient: true,
		});
	}
}

/** Its own words are not passed on: they can hold anything. */
function unexpectedError(): ExchangeError {
	return new ExchangeError('The payer could not be asked', {
		whatToDo: 'Open the credential, press Test, and run the check again.',
	});
}
