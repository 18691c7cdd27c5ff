import type { IExecuteFunctions } from 'n8n-workflow';
import { STEPS, type Step } from './fact';

/** A payer node that this node is connected with. */
export interface PayerNode {
	name: string;
	step: Step;
}

/** A node that is connected to this one. */
export interface Source {
	name: string;
	/** It leads to payer nodes, and none leads to it: what it gives are rows of a roster. */
	isRoster: boolean;
	/** A payer node leads to it, so that what it gives without an exchange is a copy of what is read there. */
	isBehindPayer: boolean;
}

/** The nodes around this one, found by how they are connected and of which type they are, never by their names. */
export interface Surroundings {
	payerNodes: PayerNode[];
	/** Names of the nodes FHIR to Table behind Fetch Batch: they report of each stored file that they read. */
	tableNodes: string[];
	/** The nodes connected to this one that are no payer nodes. */
	sources: Source[];
}

type Context = Pick<IExecuteFunctions, 'getNode' | 'getParentNodes' | 'getChildNodes'>;

/** Payer nodes among the ancestors of this node, and among the descendants of its sources: those whose ends are not all connected. */
export function surroundings(context: Context): Surroundings {
	const own = context.getNode();
	const prefix = own.type.slice(0, own.type.lastIndexOf('.') + 1);
	const stepOf = (type: string) => STEPS.find((step) => type === prefix + step);
	const payerNodes = new Map<string, PayerNode>();
	const isPayerNode = ({ type }: { type: string }) => stepOf(type) !== undefined;
	const add = (nodes: ReturnType<Context['getParentNodes']>) => {
		for (const { name, type } of nodes) {
			const step = stepOf(type);
			if (step) payerNodes.set(name, { name, step });
		}
	};
	const direct = context.getParentNodes(own.name, { depth: 1 });
	add(context.getParentNodes(own.name));
	const sources = direct
		.filter((node) => !isPayerNode(node))
		.map(({ name }): Source => {
			const after = context.getChildNodes(name);
			add(after);
			const isBehindPayer = context.getParentNodes(name).some(isPayerNode);
			return { name, isBehindPayer, isRoster: !isBehindPayer && after.some(isPayerNode) };
		});
	const fetching = [...payerNodes.values()].filter(({ step }) => step === 'fetchBatch');
	const tableNodes = fetching
		.flatMap(({ name }) => context.getChildNodes(name))
		.filter(({ type }) => type === `${prefix}fhirToTable`)
		.map(({ name }) => name);
	return { payerNodes: [...payerNodes.values()], tableNodes: [...new Set(tableNodes)], sources };
}

/** The payer nodes that no other payer node leads to: those that see the rows first. */
export function firstPayerNodes(context: Context, payerNodes: readonly PayerNode[]): PayerNode[] {
	const names = new Set(payerNodes.map(({ name }) => name));
	const rank = ({ step }: PayerNode) => STEPS.indexOf(step);
	return payerNodes.filter((node) => {
		const before = context
			.getParentNodes(node.name)
			.filter(({ name }) => name !== node.name && names.has(name));
		// In a loop, every node leads to every other.
		return !before.some(({ name }) =>
			payerNodes.some((each) => each.name === name && rank(each) < rank(node)),
		);
	});
}

/**
 * The node from which a payer node had the items of a run; undefined if that cannot be told.
 * @param run from 0. The first comes from outside; a later one may come from a loop.
 */
export function inputNodeOf(context: Context, { name }: PayerNode, run: number): string | undefined {
	const parents = context.getParentNodes(name, { depth: 1 });
	const behind = new Set(context.getChildNodes(name).map((node) => node.name));
	const outside = parents.filter((parent) => !behind.has(parent.name));
	const [only, ...others] = parents.length === 1 ? parents : run === 0 ? outside : [];
	return others.length > 0 ? undefined : only?.name;
}
