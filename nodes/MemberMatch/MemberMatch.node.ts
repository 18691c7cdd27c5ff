import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../shared/exchange/consentEnd';
import { todayIn } from '../shared/fhir/values';
import { allFindingsError } from '../shared/n8n/findings';
import { showHints } from '../shared/n8n/hints';
import {
	asNodeError,
	placeResults,
	tryAsValue,
	processItems,
	type ItemResult,
	type Routed,
} from '../shared/n8n/items';
import { concurrencyOf, optionsOf, rawParameter } from '../shared/n8n/parameters';
import { openConnection, type OpenConnection } from '../shared/payers/connection';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import type { BulkMatch } from '../shared/payers/payer';
import { grantHints } from '../shared/signIn/grantedScope';
import { memberMatchForm } from './form';
import { MATCH_CONCURRENCY } from './form/options';
import { notInForceJson, prepare, watchedConsentEnd } from './input/prepare';
import { dateColumns, dateFormatOf, type RosterReading } from './input/rosterReading';
import { matchOne } from './matchOne';
import { exportHints, matchHints, NOT_MATCHED } from './outputs';
import { stillMatching } from './bulk/matchOutcomes';
import { matchInBulk, rejectDuplicates, type MatchRun } from './bulk/matchInBulk';

export class MemberMatch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Member Match',
		name: 'memberMatch',
		icon: { light: 'file:memberMatch.svg', dark: 'file:memberMatch.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["inputMode"] === "resources" ? "from FHIR resources" : "from fields" }}',
		description: 'Find a member at their other health plan (payer-to-payer exchange, FHIR $member-match)',
		defaults: { name: 'Member Match' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Matched', 'Not Matched'],
		credentials: PAYER_CREDENTIALS,
		properties: memberMatchForm,
	};

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
				connection,
				options,
				reading: rosterReading(this),
				bulk: isBulk ? connection.bulkMatch : undefined,
			};
		});
		const results =
			run instanceof Error
				? this.getInputData().map(() => run)
				: run.bulk
					? await matchAll(this, run, run.bulk)
					: await matchEach(this, run);
		const outputs = placeResults(this, results, { count: 2, error: NOT_MATCHED });
		const grant = run instanceof Error ? undefined : run.connection.reducedGrant();
		const needsId = !(run instanceof Error) && (await needsExportId(run.connection));
		showHints(this, [...matchHints(outputs), ...(needsId ? exportHints(outputs) : []), ...grantHints(grant)]);
		return outputs;
	}
}

/** Whether exports of this payer need the id of a group or a patient. */
async function needsExportId(connection: OpenConnection): Promise<boolean> {
	return (await tryAsValue(() => connection.kickOffRequest({}, []))) instanceof Error;
}

/** How the values of this run are read; its dates are looked at together. */
function rosterReading(context: IExecuteFunctions): RosterReading {
	const valueOf = (parameter: string, itemIndex: number) => {
		try {
			return rawParameter(context, parameter, itemIndex);
		} catch {
			// Reported with the item, when it is prepared.
			return undefined;
		}
	};
	return {
		format: dateFormatOf(context.getNodeParameter('dateFormat', 0, 'automatic')),
		columns: dateColumns(context.getInputData().length, valueOf),
		today: todayIn(context.getTimezone()),
		timeZone: context.getTimezone(),
	};
}

async function matchEach(context: IExecuteFunctions, run: MatchRun): Promise<Array<ItemResult<Routed>>> {
	const { connection, options, reading } = run;
	const timeZone = context.getTimezone();
	const prepared = await forEachItem(context, (itemIndex) =>
		prepare(context, connection, itemIndex, reading),
	);
	if (!context.continueOnFail()) throwIfAnyInvalid(context, prepared);
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
				stillMatching(context.getInputData()[itemIndex].json, run.reading.timeZone) ??
				prepare(context, run.connection, itemIndex, run.reading),
		),
	);
	if (!context.continueOnFail()) throwIfAnyInvalid(context, prepared);
	return await matchInBulk(context, run, bulk, prepared);
}

async function forEachItem<T>(
	context: IExecuteFunctions,
	read: (itemIndex: number) => T,
): Promise<Array<T | Error>> {
	return await Promise.all(context.getInputData().map((_, itemIndex) => tryAsValue(() => read(itemIndex))));
}

function throwIfAnyInvalid(context: IExecuteFunctions, prepared: ReadonlyArray<object | Error>): void {
	const errors = new Map<number, Error>();
	prepared.forEach((member, itemIndex) => {
		if (member instanceof Error) errors.set(itemIndex, member);
	});
	const [first] = errors;
	if (!first) return;
	const [itemIndex, error] = first;
	throw asNodeError(
		context.getNode(),
		errors.size === 1 ? error : allFindingsError(errors, prepared.length),
		itemIndex,
	);
}
