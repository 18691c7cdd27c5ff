import type { IExecuteFunctions } from 'n8n-workflow';
import { envelope, inputJson } from '../shared/exchange/envelope';
import { FILE_URL, knownValues, notFromOutput } from '../shared/exchange/itemFields';
import { issueCodeForError, payerMessageSentence, payerMessageForError } from '../shared/fhir/operationOutcome';
import { instantOf, formatMinute, readText } from '../shared/fhir/values';
import { BatchIntake } from '../shared/files/batchIntake';
import { readBatch } from '../shared/files/batchItem';
import { download } from '../shared/http/download';
import { bodyKind, type PayerReply } from '../shared/http/reply';
import { ExchangeError } from '../shared/n8n/exchangeError';
import { findingsError } from '../shared/n8n/findings';
import type { Routed, RoutedList } from '../shared/n8n/items';
import { rawParameter } from '../shared/n8n/parameters';
import type { OpenConnection } from '../shared/payers/connection';
import { grantSentence, type LesserGrant } from '../shared/signIn/grantedScope';
import { readItems, storeFile } from './batchContents';
import { freshAddress } from './freshAddress';
import { BATCH_REPORT } from './outputs';
import { readWanted } from './wanted';

/** With these a payer says that a file is no longer at its address. */
const ADDRESS_EXPIRED = [403, 404, 410];

/** Fetches the file of one input item, whole or not at all. @throws ExchangeError where the payer does not give it */
export async function fetchBatch(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
): Promise<Array<Routed | RoutedList>> {
	const json = inputJson(context, itemIndex);
	const batch = readBatch(json, envelope(json));
	const wanted = readWanted(context, itemIndex);
	if (batch.isEmptyExport) {
		const intake = new BatchIntake(batch, { ...wanted, mostRejectedBytes: 0 });
		return [{ output: BATCH_REPORT, json: intake.report(intake.reader.end()) }];
	}
	const readContents = wanted.outputAs === 'file' && !batch.isDeleted ? storeFile : readItems;
	const fetchFrom = async (url: string) =>
		await download(context, connection, connection.fileRequest(url, batch.requiresAccessToken), {
			read: async (body, attempt) => await readContents(context, batch, wanted, body, attempt),
			idleMs: wanted.idleMs,
		});

	const result = await fetchFrom(urlOf(context, itemIndex));
	if ('value' in result) return result.value;
	const fresh = ADDRESS_EXPIRED.includes(result.refused.status)
		? await freshAddress(context, connection, batch)
		: undefined;
	const again = fresh === undefined ? result : await fetchFrom(fresh);
	if ('value' in again) return again.value;
	throw refusedError(again.refused, knownValues(context, itemIndex), {
		expiresAt: instantOf(json.expiresAt),
		// A file that is fetched without the token has nothing to do with what was granted.
		grant: batch.requiresAccessToken ? connection.lesserGrant() : undefined,
	});
}

function urlOf(context: IExecuteFunctions, itemIndex: number): string {
	const url = readText(rawParameter(context, 'url', itemIndex));
	if (typeof url === 'string') return url;
	throw findingsError('The request', [notFromOutput(context, FILE_URL, itemIndex, url?.wanted)]);
}

/** @param expiresAt when the address of the file ends, by the payer's own word (ms since 1970) */
function refusedError(
	reply: PayerReply,
	known: readonly unknown[],
	{ expiresAt = Infinity, grant }: { expiresAt?: number; grant?: LesserGrant },
): ExchangeError {
	const words = payerMessageForError(reply.json, known);
	const expired = ADDRESS_EXPIRED.includes(reply.status);
	const when =
		expiresAt <= Date.now()
			? `Its address expired at ${formatMinute(expiresAt)}`
			: 'Its address may have expired';
	return new ExchangeError(`The payer did not give the file (HTTP ${reply.status})`, {
		httpStatus: reply.status,
		issueCode: issueCodeForError(reply.json),
		whatToDo: [
			words ? payerMessageSentence(words) : `It sent ${bodyKind(reply)}.`,
			reply.status === 403 ? grantSentence(grant) : '',
			expired ? `${when}: feed the job into Wait For Export again for fresh addresses.` : '',
		]
			.filter(Boolean)
			.join(' '),
	});
}
