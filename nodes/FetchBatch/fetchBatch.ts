import type { IExecuteFunctions } from 'n8n-workflow';
import { inputJson } from '../shared/exchange/envelope';
import { FILE_URL, knownValues, missingOutputValue, outputValue } from '../shared/exchange/itemFields';
import { issueCodeForError } from '../shared/fhir/operationOutcome';
import { instantOf, formatMinute, readText } from '../shared/fhir/values';
import { BatchIntake } from '../shared/files/batchIntake';
import { download } from '../shared/http/download';
import { describeAnswer, type WordsInErrors } from '../shared/http/describeAnswer';
import type { PayerReply } from '../shared/http/reply';
import { ExchangeError } from '../shared/n8n/exchangeError';
import { findingsError } from '../shared/n8n/findings';
import type { OpenConnection } from '../shared/payers/connection';
import { grantSentence, type ReducedGrant } from '../shared/signIn/grantedScope';
import { readItems, type FetchedFile } from './batchContents';
import { batchOfItem } from './batchOfItem';
import { linesOfPages } from './bundlePages';
import { currentFileUrl } from './currentFileUrl';
import type { ItemsCeiling } from './itemsCeiling';
import { BATCH_REPORT } from './outputs';
import type { RunAddresses } from './runAddresses';
import type { RunPatients } from './runPatients';
import type { RunPreparations } from './prepare/preparation';
import { readFetchSettings } from './settings';
import { storeFile } from './storedContents';

/** Statuses that can mean that the file's URL has expired. */
const URL_EXPIRED_STATUSES = [403, 404, 410];

/** What the files of a node run share. */
export interface SharedByFiles {
	patients: RunPatients;
	ceiling: ItemsCeiling;
	addresses: RunAddresses;
	preparations: RunPreparations;
}

/**
 * Fetches the file of one input item, completely or not at all.
 * @param run what the files of the node run share
 * @throws ExchangeError if the payer refuses it, or the items of the run become too many; ConsentEnded if the consent does not cover it any
 *   more
 */
export async function fetchBatch(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
	{ patients: runPatients, ceiling, addresses, preparations }: SharedByFiles,
): Promise<FetchedFile> {
	const json = inputJson(context, itemIndex);
	const batch = batchOfItem(connection, json);
	const chosen = readFetchSettings(context, itemIndex);
	const patients = runPatients.of(itemIndex);
	const preparation =
		chosen.outputAs === 'items' ? undefined : preparations.of(context, itemIndex, batch, patients);
	const settings = { ...chosen, patients, preparation };
	if (batch.isEmptyExport) {
		const intake = new BatchIntake(batch, { ...settings, maxRejectedBytes: 0 });
		const report = { output: BATCH_REPORT, json: intake.report() };
		return { routed: [report], report, intake };
	}
	await runPatients.patientsRead(itemIndex);
	// Before the address is read: an item of Failed has none, and its job may still be deleted.
	connection.beforeRequest?.();
	const readContents = settings.outputAs === 'file' && !batch.isDeleted ? storeFile : readItems;
	const retakes = { isRetaken: false };
	const fetchFrom = async (url: string) => {
		const request = connection.fileRequest(url, batch.requiresAccessToken);
		return await download(context, connection, request, {
			read: async (body) => {
				const file = linesOfPages(context, connection, request, body, (total) => (batch.count = total));
				return await readContents(context, batch, settings, file, retakes, ceiling.share());
			},
			idleMs: settings.idleMs,
			waitingMs: settings.waitingMs,
		});
	};

	const url = urlOf(context, itemIndex);
	const result = await fetchFrom(url);
	if ('value' in result) return result.value;
	const newUrl = URL_EXPIRED_STATUSES.includes(result.refused.status)
		? await currentFileUrl(context, connection, batch, { item: json, url, addresses })
		: undefined;
	const retried = newUrl === undefined ? result : await fetchFrom(newUrl);
	if ('value' in retried) return retried.value;
	const words = { known: knownValues(context, itemIndex), show: connection.showsWords === true };
	throw refusedError(retried.refused, words, {
		expiresAt: instantOf(json.expiresAt),
		// The granted scope does not matter for a file that is fetched without the token.
		grant: batch.requiresAccessToken ? connection.reducedGrant() : undefined,
	});
}

function urlOf(context: IExecuteFunctions, itemIndex: number): string {
	const url = readText(outputValue(context, FILE_URL, itemIndex).value);
	if (typeof url === 'string') return url;
	throw findingsError('The request', [missingOutputValue(context, FILE_URL, itemIndex, url?.wanted)]);
}

/** @param expiresAt expiry time of the file's URL as stated by the payer (ms since 1970) */
function refusedError(
	reply: PayerReply,
	words: WordsInErrors,
	{ expiresAt = Infinity, grant }: { expiresAt?: number; grant?: ReducedGrant },
): ExchangeError {
	const expired = URL_EXPIRED_STATUSES.includes(reply.status);
	const when =
		expiresAt <= Date.now()
			? `Its address expired at ${formatMinute(expiresAt)}`
			: 'Its address may have expired';
	return new ExchangeError(`The payer did not give the file (HTTP ${reply.status})`, {
		httpStatus: reply.status,
		issueCode: issueCodeForError(reply.json),
		whatToDo: [
			describeAnswer(reply, words),
			reply.status === 403 ? grantSentence(grant) : '',
			expired ? `${when}: feed the job into Wait For Export again for fresh addresses.` : '',
		]
			.filter(Boolean)
			.join(' '),
	});
}
