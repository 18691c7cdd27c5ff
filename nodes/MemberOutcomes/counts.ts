import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { pluralize, type Hint } from '../shared/n8n/hints';
import { exchangesOf } from './judge/exchanges';
import { judge } from './judge/judge';
import { factOf } from './read/fact';

/** What an AI agent gets: how many exchanges of the given items have which outcome, and nothing of any member. */
export function countsOfItems(items: readonly INodeExecutionData[]): INodeExecutionData {
	const facts = items.flatMap(({ json }) => factOf(json) ?? []);
	const outcomes = exchangesOf(facts).map((exchange) => judge(exchange).outcome);
	return { json: { members: outcomes.length, outcomes: counted(outcomes) }, pairedItem: { item: 0 } };
}

/** How many members have which outcome. */
export function outcomeHint(rows: readonly IDataObject[]): Hint[] {
	if (rows.length === 0) return [];
	const counts = Object.entries(counted(rows.map(({ outcome }) => String(outcome))));
	const said = counts.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
	return [{ message: `${pluralize(rows.length, 'row', 'rows')}: ${said}.`, type: 'info' }];
}

function counted(outcomes: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const outcome of [...outcomes].sort()) counts[outcome] = (counts[outcome] ?? 0) + 1;
	return counts;
}
