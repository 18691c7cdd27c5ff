import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { factOf, type Fact } from './fact';
import { jsonOf, RunData, type OutputItems } from './runData';
import { contentOf } from './rosterRow';
import {
	firstPayerNodes,
	inputNodeOf,
	surroundings,
	type PayerNode,
	type Source,
	type Surroundings,
} from './workflowNodes';

/** A row of the roster. */
export interface RosterRow {
	json: IDataObject;
	/** Its node leads to this payer node directly, so that the first rows of both are the same. */
	directTo: ReadonlySet<string>;
	/** Index of the item in the input of this run; undefined if it came otherwise. */
	arrivedAs?: number;
}

/** Everything that is known when this node runs. */
export interface Gathered extends Surroundings {
	facts: Fact[];
	roster: RosterRow[];
	/** The row that a fact is about, where the node that read it can still be asked. */
	inputRowOf: (fact: Fact) => IDataObject | undefined;
}

/** The input that everything is connected to; the first is left free. */
export const INPUT = 1;

/** Reads the items that have arrived, and what the payer nodes of this run have given. */
export function gather(context: IExecuteFunctions): Gathered {
	const runData = new RunData(context);
	const around = surroundings(context);
	const given = around.payerNodes.flatMap((node) => factsOfNode(node, runData));
	const arrived = context.getInputData(INPUT);
	const roster: RosterRow[] = [];
	const facts: Fact[] = [];
	const hasEntered = entered(context, runData, around.payerNodes);
	const add = (source: Source, items: readonly unknown[], arrivedHere: boolean) => {
		const directTo = new Set(directPayerNodes(context, source, around.payerNodes));
		items.forEach((item, index) => {
			const json = jsonOf(item);
			if (!json) return;
			const fact = source.isRoster ? undefined : factOf(json);
			if (fact) {
				// What names neither exchange nor export was read where it was given.
				const isNamed = fact.exchangeIds.length > 0 || fact.job !== undefined;
				if (isNamed || !source.isBehindPayer) facts.push(fact);
			} else if (!source.isBehindPayer || hasEntered(json)) {
				roster.push({ json, directTo, ...(arrivedHere && { arrivedAs: index }) });
			}
		});
	};
	for (const source of around.sources) {
		const outputs = runData.toHere(source.name);
		for (const output of outputs) add(source, output.items, isArrived(context, source, output));
		if (!isAmong(context, runData, source, outputs)) add(source, arrived, true);
	}
	return { ...around, facts: [...given, ...facts], roster, inputRowOf: inputRows(context, runData) };
}

/** Whether a row is one that the first payer nodes were given: a Merge may hold the roster together with the ends. */
function entered(
	context: IExecuteFunctions,
	runData: RunData,
	payerNodes: readonly PayerNode[],
): (json: IDataObject) => boolean {
	let rows: Set<string> | undefined;
	const read = () => {
		const from = firstPayerNodes(context, payerNodes).flatMap((node) => inputNodeOf(context, node, 0) ?? []);
		const items = from.flatMap((name) => runData.all(name)).flatMap((output) => output.items);
		return new Set(items.flatMap((item) => contentOf(jsonOf(item) ?? {})));
	};
	return (json) => (rows ??= read()).has(contentOf(json));
}

function factsOfNode({ name, step }: PayerNode, runData: RunData): Fact[] {
	return runData.all(name).flatMap(({ run, items }) =>
		items.flatMap((item) => {
			const json = jsonOf(item);
			const fact = json && factOf(json, { step });
			return fact ? [{ ...fact, at: { node: name, run } }] : [];
		}),
	);
}

/** Whether the items of an output are those that have just arrived. */
function isArrived(context: IExecuteFunctions, source: Source, { run }: OutputItems): boolean {
	const from = context.getInputSourceData(INPUT);
	return from?.previousNode === source.name && (from.previousNodeRun ?? 0) === run;
}

/** Whether what has arrived was read already: a node may be connected by several of its outputs. */
function isAmong(
	context: IExecuteFunctions,
	runData: RunData,
	{ name }: Source,
	outputs: readonly OutputItems[],
): boolean {
	const from = context.getInputSourceData(INPUT);
	if (from?.previousNode !== name) return true;
	const items = runData.one(name, from.previousNodeOutput ?? 0, from.previousNodeRun ?? 0);
	return items === undefined ? outputs.length > 0 : outputs.some((output) => output.items === items);
}

function directPayerNodes(context: IExecuteFunctions, { name }: Source, payerNodes: PayerNode[]): string[] {
	return payerNodes.filter((node) => inputNodeOf(context, node, 0) === name).map((node) => node.name);
}

/** Reads the input row of an item that names it by its index only: the error of a node that goes on. */
function inputRows(context: IExecuteFunctions, runData: RunData): Gathered['inputRowOf'] {
	return ({ at, step, inputIndex }) => {
		if (!at || inputIndex === undefined) return undefined;
		const from = inputNodeOf(context, { name: at.node, step }, at.run);
		if (from === undefined) return undefined;
		const filled = runData.all(from).filter(({ run, items }) => run === at.run && items.length > 0);
		return filled.length === 1 ? jsonOf(filled[0].items[inputIndex]) : undefined;
	};
}
