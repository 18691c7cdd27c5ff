import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
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
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import { openConnection } from '../shared/payers/connection';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import type { BulkMatch } from '../shared/payers/payer';
import { grantHints } from '../shared/signIn/grantedScope';
import { memberMatchForm } from './form';
import { MATCH_CONCURRENCY } from './form/options';
import { prepare } from './input/prepare';
import { matchOne } from './matchOne';
import { matchHints, NOT_MATCHED } from './outputs';
import { stillMatching } from './together/matchOutcomes';
import { matchTogether, withoutTwins, type MatchRun } from './together/matchTogether';

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
	 * Asks the payer for each input item once. All items are checked before the first is sent; where On Error is to stop and
	 * any item is bad, nothing is sent.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await tryAsValue(async () => {
			const connection = await openConnection(this);
			const options = optionsOf(this, 0);
			const isTogether = this.getNodeParameter('matchMode', 0, 'each') === 'together';
			return {
				connection,
				options,
				today: todayIn(this.getTimezone()),
				bulk: isTogether ? connection.bulkMatch : undefined,
			};
		});
		const results =
			run instanceof Error
				? this.getInputData().map(() => run)
				: run.bulk
					? await allTogether(this, run, run.bulk)
					: await oneByOne(this, run);
		const outputs = placeResults(this, results, { count: 2, error: NOT_MATCHED });
		const grant = run instanceof Error ? undefined : run.connection.reducedGrant();
		showHints(this, [...matchHints(outputs), ...grantHints(grant)]);
		return outputs;
	}
}

async function oneByOne(context: IExecuteFunctions, run: MatchRun): Promise<Array<ItemResult<Routed>>> {
	const { connection, options, today } = run;
	const prepared = await forEachItem(context, (itemIndex) => prepare(context, connection, itemIndex, today));
	if (!context.continueOnFail()) throwIfAnyBad(context, prepared);
	return await processItems(context, concurrencyOf(options, MATCH_CONCURRENCY), async (itemIndex) => {
		const member = prepared[itemIndex];
		if (member instanceof Error) throw member;
		return [await matchOne(context, connection, member, itemIndex, today)];
	});
}

async function allTogether(
	context: IExecuteFunctions,
	run: MatchRun,
	bulk: BulkMatch,
): Promise<Array<ItemResult<Routed>>> {
	const prepared = withoutTwins(
		await forEachItem(
			context,
			(itemIndex) =>
				stillMatching(context.getInputData()[itemIndex].json) ??
				prepare(context, run.connection, itemIndex, run.today),
		),
	);
	if (!context.continueOnFail()) throwIfAnyBad(context, prepared);
	return await matchTogether(context, run, bulk, prepared);
}

async function forEachItem<T>(
	context: IExecuteFunctions,
	read: (itemIndex: number) => T,
): Promise<Array<T | Error>> {
	return await Promise.all(context.getInputData().map((_, itemIndex) => tryAsValue(() => read(itemIndex))));
}

function throwIfAnyBad(context: IExecuteFunctions, prepared: ReadonlyArray<object | Error>): void {
	const bad = new Map<number, Error>();
	prepared.forEach((member, itemIndex) => {
		if (member instanceof Error) bad.set(itemIndex, member);
	});
	const [first] = bad;
	if (!first) return;
	const [itemIndex, error] = first;
	throw asNodeError(
		context.getNode(),
		bad.size === 1 ? error : allFindingsError(bad, prepared.length),
		itemIndex,
	);
}
