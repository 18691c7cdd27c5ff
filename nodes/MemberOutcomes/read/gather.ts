import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { factOf, type Fact, type Step } from './fact';
import { jsonOf, RunData, type OutputItems } from './runData';
import { contentOf } from './rosterRow';
import { readSource } from './sources';
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
	/** Whether it certainly comes to this node; another has a row only if a payer node says something of it. */
	isSure: boolean;
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

/**
 * Reads the items that have arrived, and what the payer nodes of this run have given; undefined if an earlier run of this node has given the
 * rows of all that.
 */
export function gather(context: IExecuteFunctions, runData: RunData): Gathered | undefined {
	const around = surroundings(context);
	const given = [
		...around.payerNodes.flatMap((node) => factsOfNode(node, runData)),
		...around.tableNodes.flatMap((name) => reportsOfTables(name, runData)),
	];
	const sources = around.sources.map((source) => readSource(context, runData, source));
	if (runData.isTold && sources.every(({ isRead }) => isRead)) return undefined;
	const roster: RosterRow[] = [];
	const facts: Fact[] = [];
	const hasEntered = entered(context, runData, around.payerNodes);
	for (const { source, given: outputs, isOneByOne } of sources) {
		const directTo = new Set(isOneByOne ? directPayerNodes(context, source, around.payerNodes) : []);
		for (const { items, comesHere, hasArrived } of outputs) {
			items.forEach((item, index) => {
				const json = jsonOf(item);
				if (!json) return;
				const fact = source.isRoster ? undefined : factOf(json);
				if (fact) {
					// What names neither exchange nor export was read where it was given.
					const isNamed = fact.exchangeIds.length > 0 || fact.job !== undefined;
					if (isNamed || !source.isBehindPayer) facts.push(fact);
					return;
				}
				if (source.isBehindPayer && !hasEntered(json)) return;
				roster.push({ json, isSure: comesHere, directTo, ...(hasArrived && { arrivedAs: index }) });
			});
		}
	}
	return { ...around, facts: [...given, ...facts], roster, inputRowOf: inputRows(context, runData) };
}

/** The third output of FHIR to Table. */
const REPORT_OF_TABLES = 2;

/** What FHIR to Table reports of stored files, whether that output is connected or not: it has read each line, Fetch Batch perhaps only their ends. */
function reportsOfTables(name: string, runData: RunData): Fact[] {
	return runData.byOutput(name, REPORT_OF_TABLES).flatMap((output) => {
		const known = FACTS.get(output) ?? output.items.flatMap((item) => reportOf(jsonOf(item)) ?? []);
		FACTS.set(output, known);
		return known;
	});
}

function reportOf(json: IDataObject | undefined): Fact | undefined {
	const fact = json && factOf(json);
	return fact?.kind === 'report' ? fact : undefined;
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

/** The facts of an output: a later run of this node needs them again. */
const FACTS = new WeakMap<OutputItems, Fact[]>();

function factsOfNode({ name, step }: PayerNode, runData: RunData): Fact[] {
	return runData.all(name).flatMap((output) => {
		const known = FACTS.get(output) ?? factsOfOutput(output, name, step);
		FACTS.set(output, known);
		return known;
	});
}

function factsOfOutput({ run, items }: OutputItems, node: string, step: Step): Fact[] {
	return items.flatMap((item) => {
		const json = jsonOf(item);
		const fact = json && factOf(json, { step });
		return fact ? [{ ...fact, at: { node, run } }] : [];
	});
}

function directPayerNodes(context: IExecuteFunctions, { name }: Source, payerNodes: PayerNode[]): string[] {
	return payerNodes.filter((node) => inputNodeOf(context, node, 0) === name).map((node) => node.name);
}

/** Reads the input row of an item that names it by its index only: the error of a node that goes on. */
function inputRows(context: IExecuteFunctions, runData: RunData): Gathered['inputRowOf'] {
	const byNode = new Map<string, Map<number, OutputItems[]>>();
	const inputNodes = new Map<string, string | undefined>();
	return ({ at, step, inputIndex }) => {
		if (!at || inputIndex === undefined) return undefined;
		// The first run may have had its items from elsewhere; all later ones are alike.
		const key = `${Math.min(at.run, 1)} ${at.node}`;
		if (!inputNodes.has(key)) inputNodes.set(key, inputNodeOf(context, { name: at.node, step }, at.run));
		const from = inputNodes.get(key);
		if (from === undefined) return undefined;
		const byRun = byNode.get(from) ?? filledByRun(runData.all(from));
		byNode.set(from, byRun);
		const filled = byRun.get(at.run) ?? [];
		return filled.length === 1 ? jsonOf(filled[0].items[inputIndex]) : undefined;
	};
}

/** The outputs of each run that have items. */
function filledByRun(outputs: readonly OutputItems[]): Map<number, OutputItems[]> {
	const byRun = new Map<number, OutputItems[]>();
	for (const output of outputs.filter(({ items }) => items.length > 0)) {
		const others = byRun.get(output.run);
		if (others) others.push(output);
		else byRun.set(output.run, [output]);
	}
	return byRun;
}
