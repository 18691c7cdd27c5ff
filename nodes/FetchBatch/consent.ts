import type { IExecuteFunctions } from 'n8n-workflow';
import {
	ConsentEnded,
	consentEndedJson,
	readConsentEnd,
	whileConsentHolds,
} from '../shared/exchange/consentEnd';
import { envelope, inputJson } from '../shared/exchange/envelope';
import { readBatch } from '../shared/files/batchItem';
import { unfetchedReport } from '../shared/files/batchReport';
import { tryAsValue, type Routed } from '../shared/n8n/items';
import type { OpenConnection } from '../shared/payers/connection';
import { BATCH_REPORT } from './outputs';

/**
 * Fetches the file of one input item while its consent holds. Where it has ended, before the first request or before a repeated one, only
 * the Batch Report comes out.
 *
 * @param fetch gets the connection that looks at the consent before each request
 * @throws ExchangeError if `consentEnd` of the item is not a date, or whatever `fetch` throws
 */
export async function fetchWithConsent<T>(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
	fetch: (connection: OpenConnection) => Promise<T>,
): Promise<T | { routed: Routed[] }> {
	const json = inputJson(context, itemIndex);
	const lastDay = readConsentEnd(json, context.getTimezone());
	const fetched = await tryAsValue(() => fetch(whileConsentHolds(context, connection, lastDay)));
	if (fetched instanceof ConsentEnded) {
		const outcome = consentEndedJson(fetched.lastDay, json.members);
		const report = unfetchedReport(readBatch(json, envelope(json)), outcome);
		return { routed: [{ output: BATCH_REPORT, json: report }] };
	}
	if (fetched instanceof Error) throw fetched;
	return fetched;
}
