import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../shared/exchange/consentEnd';
import { exchangeIn, exchangeOfError, newExchange } from '../shared/exchange/exchange';
import { ownPatientInRow } from '../shared/exchange/ownPatient';
import { todayIn } from '../shared/fhir/values';
import { showHints } from '../shared/n8n/hints';
import { stopAtInvalidRows } from '../shared/n8n/invalidRows';
import { placeResults, tryAsValue, processItems, type ItemResult, type Routed } from '../shared/n8n/items';
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import { openConnection, type OpenConnection } from '../shared/payers/connection';
import { PAYER_CREDENTIALS, searchPlans } from '../shared/payers/form';
import { payerSubtitle } from '../shared/payers/subtitle';
import type { BulkMatch } from '../shared/payers/payer';
import { grantHints } from '../shared/signIn/grantedScope';
import { memberMatchForm } from './form';
import { MATCH_CONCURRENCY } from './form/options';
import { notInForceJson, prepare, watchedConsentEnd } from './input/prepare';
import { Roster } from './input/roster';
import { matchOne } from './matchOne';
import { exportHints, matchHints, NOT_MATCHED } from './outputs';
import { STILL_MATCHING } from './answer/matchAnswer';
import { stillMatching } from './bulk/matchOutcomes';
import { matchInBulk, rejectDuplicates, type MatchRun } from './bulk/matchInBulk';

export class MemberMatch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Member Match',
		name: 'memberMatch',
		icon: { light: 'file:memberMatch.svg', dark: 'file:memberMatch.dark.svg' },
		group: ['transform'],
		version: [1, 1.1],
		subtitle: payerSubtitle(
			'$parameter["inputMode"] === "resources" ? "from FHIR resources" : "from fields"',
		),
		description: 'Payer to payer, step 1 of 4: find a member at their other health plan (FHIR $member-match)',
		defaults: { name: 'Member Match' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Matched', 'Not Matched'],
		credentials: PAYER_CREDENTIALS,
		properties: memberMatchForm,
	};

	methods = { listSearch: { searchPlans } };

	/**
	 * Matches each input item once. All items are validated before the first request; if On Error is to stop and any item is
	 * invalid, nothing is sent.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await tryAsValue(async () => {
			const connection = await openConnection(this);
			const options = optionsOf(this, 0);
			const isBulk = this.getNodeParameter('matchMode', 0, 'each') === 'together';
			return {
				roster: new Roster(this),
				connection,
				options,
				bulk: isBulk ? connection.bulkMatch : undefined,
			};
		});
		const results =
			run instanceof Error
				? this.getInputData().map(() => run)
				: run.bulk
					? await matchAll(this, run, run.bulk)
					: await matchEach(this, run);
		const outputs = placeResults(this, withExchanges(this, results), {
			count: 2,
			error: NOT_MATCHED,
			errorAbout: (index) => exchangeOfError(this.getInputData()[index].json),
		});
		const grant = run instanceof Error ? undefined : run.connection.reducedGrant();
		const needsId = !(run instanceof Error) && (await needsExportId(run.connection));
		const columns = run instanceof Error ? [] : run.roster.use.hints(this.getInputData().length);
		showHints(this, [
			...matchHints(this, outputs),
			...columns,
			...(needsId ? exportHints(outputs) : []),
			...grantHints(grant),
		]);
		return outputs;
	}
}

/** Gives each row the id of its exchange. A member for whom an earlier run asked already keeps hers. */
function withExchanges(
	context: IExecuteFunctions,
	results: ReadonlyArray<ItemResult<Routed>>,
): Array<ItemResult<Routed>> {
	const items = context.getInputData();
	return results.map((result, itemIndex) => {
		if (result instanceof Error) return result;
		const { json } = items[itemIndex];
		const exchange = { ...newExchange(itemIndex), ...(json.outcome === STILL_MATCHING && exchangeIn(json)) };
		const own = ownPatientInRow(json);
		return result.map((routed) => ({ ...routed, json: { ...routed.json, ...own, ...exchange } }));
	});
}

/** Whether exports of this payer need the id of a group or a patient. */
async function needsExportId(connection: OpenConnection): Promise<boolean> {
	return (await tryAsValue(() => connection.kickOffRequest({}, []))) instanceof Error;
}

async function matchEach(context: IExecuteFunctions, run: MatchRun): Promise<Array<ItemResult<Routed>>> {
	const { connection, options, roster } = run;
	const { timeZone } = roster.reading;
	const prepared = await forEachItem(context, (itemIndex) => prepare(context, connection, itemIndex, roster));
	stopIfAnyInvalid(context, prepared, roster);
	return await processItems(context, concurrencyOf(options, MATCH_CONCURRENCY), async (itemIndex) => {
		const member = prepared[itemIndex];
		if (member instanceof Error) throw member;
		const itemOptions = optionsOf(context, itemIndex);
		const watched = whileConsentHolds(context, connection, watchedConsentEnd(member, itemOptions));
		const matched = await tryAsValue(() => matchOne(context, watched, member, itemIndex, todayIn(timeZone)));
		if (matched instanceof ConsentEnded) {
			return [{ output: NOT_MATCHED, json: notInForceJson(member, todayIn(timeZone)) }];
		}
		if (matched instanceof Error) throw matched;
		return [matched];
	});
}

async function matchAll(
	context: IExecuteFunctions,
	run: MatchRun,
	bulk: BulkMatch,
): Promise<Array<ItemResult<Routed>>> {
	const prepared = rejectDuplicates(
		await forEachItem(
			context,
			(itemIndex) =>
				stillMatching(context.getInputData()[itemIndex].json, run.connection, run.roster.reading.timeZone) ??
				prepare(context, run.connection, itemIndex, run.roster),
		),
	);
	stopIfAnyInvalid(context, prepared, run.roster);
	return await matchInBulk(context, run, bulk, prepared);
}

async function forEachItem<T>(
	context: IExecuteFunctions,
	read: (itemIndex: number) => T,
): Promise<Array<T | Error>> {
	return await Promise.all(context.getInputData().map((_, itemIndex) => tryAsValue(() => read(itemIndex))));
}

function stopIfAnyInvalid(
	context: IExecuteFunctions,
	prepared: ReadonlyArray<object | Error>,
	roster: Roster,
): void {
	stopAtInvalidRows(context, prepared, (itemIndex) => roster.row(itemIndex).memberColumn(), true);
}
