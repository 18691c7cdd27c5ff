import type { IExecuteFunctions } from 'n8n-workflow';
import type { OutputItems, RunData } from './runData';
import type { Source } from './workflowNodes';

/** The input that everything is connected to; the first is left free. */
export const INPUT = 1;

/** Items that a connected node gave in one run by one of its outputs. */
export interface GivenItems {
	items: readonly unknown[];
	/** It is certain that all of them come to this node. */
	comesHere: boolean;
	/** They are the input of this run. */
	hasArrived: boolean;
}

/** What a connected node has given until now. */
export interface FromSource {
	source: Source;
	given: GivenItems[];
	/** What has arrived from it, if anything has, comes by the output that is always read. */
	isRead: boolean;
	/** In none of its runs it gave items by several outputs: what comes after it has its items in the same places. */
	isOneByOne: boolean;
}

/**
 * Reads what a connected node gave. n8n tells one output only by which it leads here. Of a roster that comes by several (a Switch by payer), the
 * others are read as well, in the order in which they were given, so that rows have the same numbers in each run of this node.
 */
export function readSource(context: IExecuteFunctions, runData: RunData, source: Source): FromSource {
	const here = runData.toHere(source.name);
	const from = context.getInputSourceData(INPUT);
	const isFromHere = from?.previousNode === source.name;
	const arrived = isFromHere
		? runData.one(source.name, from.previousNodeOutput ?? 0, from.previousNodeRun ?? 0)
		: undefined;
	const isRead =
		!isFromHere || (arrived === undefined ? here.length > 0 : here.some(({ items }) => items === arrived));
	const outputs = source.isRoster ? inOrder(here, runData.all(source.name)) : here;
	const given = outputs.map(({ items }): GivenItems => {
		const hasArrived = items === arrived;
		return { items, hasArrived, comesHere: hasArrived || here.some((each) => each.items === items) };
	});
	if (isFromHere && !isRead && !given.some(({ hasArrived }) => hasArrived)) {
		given.push({ items: context.getInputData(INPUT), comesHere: true, hasArrived: true });
	}
	const filled = outputs.filter(({ items }) => items.length > 0).map(({ run }) => run);
	return { source, given, isRead, isOneByOne: new Set(filled).size === filled.length };
}

/** By run, and within a run the output that leads here first. */
function inOrder(here: readonly OutputItems[], all: readonly OutputItems[]): OutputItems[] {
	const known = new Set(here.map(({ items }) => items));
	const others = all.filter(({ items }) => !known.has(items));
	return [...here, ...others].sort((a, b) => a.run - b.run);
}
