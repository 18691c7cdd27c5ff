import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../shared/exchange/consentEnd';
import { exchangeIn, newExchange } from '../shared/exchange/exchange';
import { ownPatientInRow } from '../shared/exchange/ownPatient';
import { todayIn } from '../shared/fhir/values';
import { stopAtInvalidRows } from '../shared/n8n/invalidRows';
import { processItems, tryAsValue, type ItemResult, type Routed } from '../shared/n8n/items';
import { LanePlaces } from '../shared/n8n/lanes';
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import type { OpenConnection } from '../shared/payers/connection';
import type { RunPayers } from '../shared/payers/runPayers';
import { STILL_MATCHING } from './answer/matchAnswer';
import { duplicateRows, type BulkRow } from './bulk/bulkRows';
import { matchInBulk } from './bulk/matchInBulk';
import { stillMatching } from './bulk/matchOutcomes';
import { MATCH_CONCURRENCY } from './form/options';
import { payerOfRow, payerUnknownJson, saysPayer } from './input/payerOfRow';
import { notInForceJson, prepare, watchedConsentEnd, type PreparedMatch } from './input/prepare';
import type { Roster } from './input/roster';
import { matchOne } from './matchOne';
import { NOT_MATCHED } from './outputs';

/** A run of Member Match over the rows of a roster, whose members may be at many payers. */

export interface MatchRun {
	roster: Roster;
	payers: RunPayers;
	options: IDataObject;
	/** Match Mode is All Items in One Request: one for each payer that takes such requests. */
	isBulk: boolean;
}

/** A row whose member is asked for by a request of its own. */
interface SingleRow {
	itemIndex: number;
	connection: OpenConnection;
	member: PreparedMatch;
}

/** What is to be done for a row; nothing, if its payer is not known. */
type Row = SingleRow | BulkRow | { unknown: IDataObject };

/**
 * Matches the rows. All are read before the first request.
 * @returns the result of each row, in their order
 * @throws NodeApiError or NodeOperationError if any row is invalid, and On Error is to stop
 */
export async function matchRows(
	context: IExecuteFunctions,
	run: MatchRun,
): Promise<Array<ItemResult<Routed>>> {
	const rows = await readRows(context, run);
	const together = rows.filter((row): row is BulkRow => 'bulk' in row);
	const singly = rows.filter((row): row is SingleRow => 'member' in row && !('bulk' in row));
	// Both kinds of request at the same time, and no more than of one alone.
	const places = new LanePlaces(
		new Set([...together, ...singly].map(({ connection }) => connection.key)).size,
	);
	const [inBulk, each] = await Promise.all([
		matchInBulk(context, run.options, together, places),
		matchEach(context, run, singly, places),
	]);
	// Where the node has stopped early, the list has holes.
	const results: Array<ItemResult<Routed>> = new Array<ItemResult<Routed>>(rows.length);
	rows.forEach((row, itemIndex) => {
		const known = 'unknown' in row ? [{ output: NOT_MATCHED, json: row.unknown }] : undefined;
		const result = row instanceof Error ? row : (known ?? inBulk.get(itemIndex) ?? each[itemIndex]);
		const connection = 'connection' in row ? row.connection : undefined;
		const { json } = context.getInputData()[itemIndex];
		if (result) results[itemIndex] = withExchange(json, itemIndex, result, connection);
	});
	return results;
}

async function readRows(context: IExecuteFunctions, run: MatchRun): Promise<Array<Row | Error>> {
	const items = context.getInputData();
	let saysIt: boolean | undefined;
	const rosterSaysPayer = () => (saysIt ??= run.roster.some(saysPayer));
	const rows = await Promise.all(
		items.map((_, itemIndex) => tryAsValue(() => readRow(context, run, itemIndex, rosterSaysPayer))),
	);
	const duplicates = duplicateRows(rows.filter((row): row is BulkRow => 'bulk' in row));
	const checked = rows.map((row, itemIndex) => duplicates.get(itemIndex) ?? row);
	stopAtInvalidRows(context, checked, (itemIndex) => run.roster.row(itemIndex).memberColumn(), true);
	return checked;
}

/** @throws ExchangeError that lists all problems of the row */
function readRow(
	context: IExecuteFunctions,
	{ roster, payers, isBulk }: MatchRun,
	itemIndex: number,
	rosterSaysPayer: () => boolean,
): Row {
	const fields = roster.row(itemIndex);
	const connection = payerOfRow(payers, fields, rosterSaysPayer);
	if (!('kind' in connection)) return { unknown: payerUnknownJson(connection, fields) };
	const { bulkMatch } = connection;
	if (!isBulk || !bulkMatch) {
		return { itemIndex, connection, member: prepare(context, connection, itemIndex, roster) };
	}
	const { json } = context.getInputData()[itemIndex];
	const waiting = stillMatching(json, connection, roster.reading.timeZone);
	const member = waiting ?? prepare(context, connection, itemIndex, roster);
	return { itemIndex, connection, bulk: bulkMatch, member };
}

/** The results by item index. */
async function matchEach(
	context: IExecuteFunctions,
	{ options, roster }: MatchRun,
	rows: readonly SingleRow[],
	places: LanePlaces,
): Promise<Array<ItemResult<Routed>>> {
	const { timeZone } = roster.reading;
	const rowsByItem = new Map(rows.map((row) => [row.itemIndex, row]));
	const work = async (itemIndex: number): Promise<Routed[]> => {
		const row = rowsByItem.get(itemIndex);
		if (!row) return [];
		const { member, connection } = row;
		const lastDay = watchedConsentEnd(member, optionsOf(context, itemIndex));
		const watched = whileConsentHolds(context, connection, lastDay);
		const matched = await tryAsValue(() => matchOne(context, watched, member, itemIndex, todayIn(timeZone)));
		if (matched instanceof ConsentEnded) {
			return [{ output: NOT_MATCHED, json: notInForceJson(member, todayIn(timeZone)) }];
		}
		if (matched instanceof Error) throw matched;
		return [matched];
	};
	return await processItems(context, concurrencyOf(options, MATCH_CONCURRENCY), work, {
		order: [...rowsByItem.keys()],
		laneOf: (itemIndex) => rowsByItem.get(itemIndex)?.connection.key ?? '',
		places,
	});
}

/** Gives a row the id of its exchange. A member for whom an earlier run asked already keeps hers. */
function withExchange(
	json: IDataObject,
	itemIndex: number,
	result: ItemResult<Routed>,
	connection: OpenConnection | undefined,
): ItemResult<Routed> {
	if (!Array.isArray(result)) return result;
	const exchange = { ...newExchange(itemIndex), ...(json.outcome === STILL_MATCHING && exchangeIn(json)) };
	const key = connection?.directoryRow?.key;
	const own = { ...(key !== undefined && { directoryKey: key }), ...ownPatientInRow(json) };
	return result.map((routed) => ({ ...routed, json: { ...routed.json, ...own, ...exchange } }));
}
