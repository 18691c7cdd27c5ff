import type { IExecuteFunctions } from 'n8n-workflow';

/** Which payers' data meets in a workflow, as far as a node can see it: one that runs later sees what those before it have fetched. */

/** Its rows hold no resources, and what follows it stores none. */
const ROWS_ONLY = /\.memberOutcomes$/;

/** The payers that each node has fetched from and left under the payers' own ids. */
type FetchedBy = Map<string, Set<unknown>>;

/**
 * By the object in which n8n keeps the context of an execution: nothing is written into it, so nothing is stored. Where an execution goes on
 * in another process, as after a Wait node, it is another object.
 */
const EXECUTIONS = new WeakMap<object, FetchedBy>();

type Context = Pick<IExecuteFunctions, 'getContext' | 'getNode' | 'getChildNodes' | 'getParentNodes'>;

/** Another node of this kind, which has fetched from other payers, and a node that both lead to. */
export interface Meeting {
	other: string;
	at: string;
}

/** What meets what this node has fetched. */
export interface PayersMet {
	/** The payers of this node, in all of its runs of the execution. */
	here: ReadonlySet<unknown>;
	/** Those that meet them further on. */
	further: Meeting[];
}

/** Remembers the payers that a run of this node leaves under their own ids, and says which others they meet. */
export function payersMet(context: Context, payers: ReadonlySet<unknown>): PayersMet {
	const execution = executionOf(context);
	if (!execution) return { here: payers, further: [] };
	const fetched: FetchedBy = EXECUTIONS.get(execution) ?? new Map();
	EXECUTIONS.set(execution, fetched);
	const { name, type } = context.getNode();
	const here = new Set([...(fetched.get(name) ?? []), ...payers]);
	fetched.set(name, here);
	const isOther = (node: string) => [...(fetched.get(node) ?? [])].some((payer) => !here.has(payer));
	if (here.size === 0 || ![...fetched.keys()].some(isOther)) return { here, further: [] };
	const further = new Map<string, Meeting>();
	for (const at of storingNodes(context, name)) {
		for (const { name: other, type: kind } of context.getParentNodes(at)) {
			const isMet = other !== name && kind === type && isOther(other);
			if (isMet && !further.has(other)) further.set(other, { other, at });
		}
	}
	return { here, further: [...further.values()] };
}

/** Undefined where n8n runs a node without a workflow around it, as its own Agents do. */
function executionOf(context: Context): object | undefined {
	try {
		return context.getContext('flow');
	} catch {
		return undefined;
	}
}

/** The nodes that a node leads to, without those behind Member Outcomes. */
function storingNodes(context: Context, name: string): string[] {
	const all = context.getChildNodes(name).filter(({ disabled }) => !disabled);
	const rows = all.filter(({ type }) => ROWS_ONLY.test(type)).map((node) => node.name);
	const left = new Set(rows.flatMap((row) => [row, ...context.getChildNodes(row).map((node) => node.name)]));
	return all.map((node) => node.name).filter((node) => !left.has(node));
}
