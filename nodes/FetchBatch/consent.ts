import type { IExecuteFunctions } from 'n8n-workflow';
import {
	ConsentEnded,
	consentEndedJson,
	readConsentEnd,
	whileConsentHolds,
} from '../shared/exchange/consentEnd';
import { inputJson } from '../shared/exchange/envelope';
import { unfetchedReport } from '../shared/files/batchReport';
import { tryAsValue, type Routed } from '../shared/n8n/items';
import type { OpenConnection } from '../shared/payers/connection';
import { batchOfItem } from './batchOfItem';
import { BATCH_REPORT } from './outputs';

/**
 * Fetches the file of one input item while its consent holds. Where it has ended, before the first request or before a repeated one, only
 * the Batch Report comes out.
 *
 * @param fetch gets the connection that looks at the consent before each request
 * @throws ExchangeError if the item is of another payer, if `consentEnd` of the item is not a date, or whatever `fetch` throws
 */
export async function fetchWithConsent<T>(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
	fetch: (connection: OpenConnection) => Promise<T>,
): Promise<T | { routed: Routed[] }> {
	const json = inputJson(context, itemIndex);
	// First: with a consent that has ended, the job may be deleted, and only at its own payer.
	const batch = batchOfItem(connection, json);
	const lastDay = readConsentEnd(json);
	const fetched = await tryAsValue(() => fetch(whileConsentHolds(context, connection, lastDay)));
	if (fetched instanceof ConsentEnded) {
		const outcome = consentEndedJson(fetched.lastDay, json.members);
		const report = unfetchedReport(batch, outcome);
		return { routed: [{ output: BATCH_REPORT, json: report }] };
	}
	if (fetched instanceof Error) throw fetched;
	return fetched;
}
