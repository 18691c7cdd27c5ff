import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { countOf } from '../shared/fhir/json';
import { exchangesOf } from './judge/exchanges';
import { judge } from './judge/judge';
import { unknown, type Verdict } from './judge/verdict';
import { gather, type Gathered } from './read/gather';
import { firstPayerNodes } from './read/workflowNodes';
import { outcomeRow } from './row/outcomeRow';
import { memberIdOf } from './read/rosterRow';
import type { RunData } from './read/runData';
import { INPUT } from './read/sources';
import { joinRoster } from './row/rosterJoin';

/**
 * The rows of all members that are known when this node runs: in the order of the roster, then the others. Each is paired with the item of
 * the roster that it is about, if that has arrived in this run. None, if nothing is known that an earlier run did not give the rows of.
 */
export function allRows(context: IExecuteFunctions, runData: RunData): INodeExecutionData[] {
	const gathered = gather(context, runData);
	if (!gathered) return [];
	const { facts, roster, inputRowOf } = gathered;
	const run = { workflowId: context.getWorkflow().id, executionId: context.getExecutionId() };
	const joined = joinRoster(exchangesOf(facts), roster, inputRowOf);
	const byRow = new Map<number | undefined, INodeExecutionData[]>();
	const add = (rosterIndex: number | undefined, json: IDataObject) => {
		const arrivedAs = rosterIndex === undefined ? undefined : roster[rosterIndex].arrivedAs;
		const row = { json, ...(arrivedAs !== undefined && { pairedItem: { item: arrivedAs, input: INPUT } }) };
		const rows = byRow.get(rosterIndex);
		if (rows) rows.push(row);
		else byRow.set(rosterIndex, [row]);
	};
	const rosterRow = (index: number) => ({
		json: roster[index].json,
		row: index + 1,
		memberId: memberIdOf(roster[index].json),
	});
	for (const { exchange, rosterIndex } of joined) {
		const about = rosterIndex === undefined ? undefined : rosterRow(rosterIndex);
		add(rosterIndex, outcomeRow(judge(exchange), exchange, about, run));
	}
	const isUntold = untold(context, gathered);
	roster.forEach(({ isSure }, index) => {
		if (isSure && !byRow.has(index)) add(index, outcomeRow(isUntold, undefined, rosterRow(index), run));
	});
	const others = byRow.get(undefined) ?? [];
	others.sort((a, b) => (countOf(a.json.row) ?? Infinity) - (countOf(b.json.row) ?? Infinity) || 0);
	return [...roster.flatMap((_, index) => byRow.get(index) ?? []), ...others];
}

/** What is said of a row that no payer node ever gave an item for. */
function untold(context: IExecuteFunctions, { payerNodes, facts }: Gathered): Verdict {
	const first = firstPayerNodes(context, payerNodes);
	if (first.length === 0) {
		return unknown(
			['No payer node is connected, and no item of one came for this row.'],
			'Connect the roster and the ends of the payer nodes to this node, in the same workflow.',
		);
	}
	const hasRun = first.filter(({ name }) => facts.some(({ at }) => at?.node === name));
	return hasRun.length === 0
		? unknown(
				[`${first.map(({ name }) => name).join(', ')} has not run.`],
				'See whether the roster reaches that node, and whether a node before it ended with an error.',
			)
		: unknown(
				[`${hasRun.map(({ name }) => name).join(', ')} has not run for this row.`],
				'See whether a node between the roster and that node left the row out, or changed its member ID.',
			);
}
