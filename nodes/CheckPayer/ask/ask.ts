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

/** Asks one question, once. @param forMs how long, sign-in and body included. @throws ExchangeError if the run was stopped */
export async function ask(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
	answer: AnswerKind,
): Promise<Asked> {
	return await inTime(context, async (deadline) => {
		const opened = await sendPaced(context, connection, request, { deadline, headersMs: PROBE_TIMEOUT_MS });
		const reply = 'status' in opened ? await readAnswer(context, opened, { answer, deadline }) : opened;
		return replyOrThrow(reply, connection, request);
	});
}

/** The same, but of the answer only status and headers are waited for. */
export async function askForStatus(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
): Promise<Asked> {
	return await inTime(context, async (deadline) => {
		const opened = await sendPaced(context, connection, request, { deadline, headersMs: PROBE_TIMEOUT_MS });
		return replyOrThrow(closed(opened), connection, request);
	});
}

function closed(opened: OpenReply | NoAnswer): PayerReply | NoAnswer {
	if (!('status' in opened)) return opened;
	opened.body.destroy();
	return { status: opened.status, headers: opened.headers, text: '', json: undefined };
}

/**
 * The result of a question. A sign-in has time limits of its own, and headers that trickle in have none, so what takes too long is left to itself:
 * its body is read no longer than until the same deadline.
 */
async function inTime(
	context: IExecuteFunctions,
	forMs: number,
	work: (deadline: number) => Promise<PayerReply>,
): Promise<Asked> {
	const finished = new AbortController();
	const asking = tryAsValue(async () => await work(Date.now() + forMs));
	const first = await Promise.race([asking, waitOrStop(context, forMs, finished.signal)]).finally(() =>
		finished.abort(),
	);
	throwIfStopped(context);
	if (first === undefined) return new LateError();
	if (!(first instanceof Error)) return first;
	return first instanceof ExchangeError ? first : unexpectedError();
}

/** For a question that was not answered within its time. */
export class LateError extends ExchangeError {
	constructor() {
		super(`The payer did not answer within ${PROBE_TIMEOUT_MS / SECOND} seconds`, {
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
