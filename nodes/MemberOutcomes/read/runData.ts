import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isObject } from '../../shared/fhir/json';

/** What other nodes of this run have given, read the way an expression reads it. */

/** More runs of one node than these are not read. */
const MAX_RUNS = 10_000;
/** No node has so many runs: where n8n answers for this one, the node is pinned, and answers for all. */
const BEYOND = 1_000_000;
const MAX_OUTPUTS = 8;

/** The items of an output in one run of a node. */
export interface OutputItems {
	run: number;
	/** Undefined for the output that is connected to this node. */
	output: number | undefined;
	items: readonly unknown[];
}

type ReadAll = (output: number | undefined, run: number) => unknown;
type ReadRun = (all: ReadAll, run: number) => OutputItems[];

/** What was read of an execution. A run of a node that has ended does not change. */
interface Memory {
	/** By node and what is read of it: the outputs, and the first run that was not there. */
	read: Map<string, { outputs: OutputItems[]; next: number }>;
	/** Whether the rows of all of it were given. */
	isTold: boolean;
}

/**
 * By the object in which n8n keeps the context of this node during an execution: the node may run as often as all others together, and reads
 * each of their runs once. After a restart of n8n it is another object, and all is read again.
 */
const MEMORIES = new WeakMap<object, Memory>();

/**
 * Reads what nodes have given so far.
 * @throws nothing: a node that has not run has given nothing
 */
export class RunData {
	private readonly proxy: object;
	private readonly memory: Memory;
	private readonly known = new Map<string, OutputItems[]>();

	constructor(context: Pick<IExecuteFunctions, 'getWorkflowDataProxy' | 'getContext'>) {
		this.proxy = context.getWorkflowDataProxy(0);
		const execution = context.getContext('node');
		this.memory = MEMORIES.get(execution) ?? { read: new Map(), isTold: false };
		MEMORIES.set(execution, this.memory);
	}

	/** Whether the rows of all that was read until now were given by an earlier run of this node. */
	get isTold(): boolean {
		return this.memory.isTold;
	}

	/** To be called when the rows of all that was read are made. */
	setTold(): void {
		this.memory.isTold = true;
	}

	/** Everything that a node has given: all outputs of all its runs. */
	all(name: string): OutputItems[] {
		return this.once(`all ${name}`, name, outputsOf);
	}

	/** What a node has given by one of its outputs. */
	byOutput(name: string, output: number): OutputItems[] {
		return this.once(`${output} ${name}`, name, (all, run) => {
			const items = all(output, run);
			return Array.isArray(items) ? [{ run, output, items }] : [];
		});
	}

	/** What a node has given to this one. */
	toHere(name: string): OutputItems[] {
		return this.once(`here ${name}`, name, (all, run) => {
			const items = all(undefined, run);
			return Array.isArray(items) ? [{ run, output: undefined, items }] : [];
		});
	}

	/** The items of one output in one run. */
	one(name: string, output: number, run: number): readonly unknown[] | undefined {
		const all = this.readerOf(name);
		const items = all && attempt(() => all(output, run));
		return Array.isArray(items) ? items : undefined;
	}

	private once(key: string, name: string, readRun: ReadRun): OutputItems[] {
		const known = this.known.get(key) ?? this.read(key, name, readRun);
		this.known.set(key, known);
		return known;
	}

	private read(key: string, name: string, readRun: ReadRun): OutputItems[] {
		const all = this.readerOf(name);
		if (!all) return [];
		const beyond = attempt(() => all(0, BEYOND));
		if (!(beyond instanceof Error)) return pinned(all);
		const read = this.memory.read.get(key) ?? { outputs: [], next: 0 };
		this.memory.read.set(key, read);
		for (; read.next < MAX_RUNS; read.next += 1) {
			const { next } = read;
			const outputs = attempt(() => readRun(all, next));
			if (!(outputs instanceof Error)) read.outputs.push(...outputs);
			else if (isSameWords(outputs, next, beyond)) break;
			this.memory.isTold = false;
		}
		return read.outputs;
	}

	private readerOf(name: string): ReadAll | undefined {
		const read = attempt((): unknown => {
			const find: unknown = Reflect.get(this.proxy, '$');
			if (typeof find !== 'function') return undefined;
			// The second argument asks for whole items, whatever the workflow's settings.
			const node: unknown = Reflect.apply(find, undefined, [name, true]);
			return typeof node === 'object' && node !== null ? Reflect.get(node, 'all') : undefined;
		});
		if (typeof read !== 'function') return undefined;
		return (output, run): unknown => Reflect.apply(read, undefined, [output, run]);
	}
}

/** All outputs of a run. @throws what n8n throws where there is no such run */
function outputsOf(all: ReadAll, run: number): OutputItems[] {
	const outputs: OutputItems[] = [];
	for (let output = 0; output < MAX_OUTPUTS; output += 1) {
		const items = attempt(() => all(output, run));
		// The first output of a run has no items where only others have.
		if (items instanceof Error && output > 0) break;
		if (items instanceof Error) throw items;
		if (Array.isArray(items)) outputs.push({ run, output, items });
	}
	return outputs;
}

function pinned(all: ReadAll): OutputItems[] {
	const items = attempt(() => all(0, 0));
	return Array.isArray(items) ? [{ run: 0, output: 0, items }] : [];
}

/** Whether n8n says of a run what it says of one that cannot be: that there is no such run. */
function isSameWords(error: Error, run: number, beyond: Error): boolean {
	return error.message.replace(String(run), '') === beyond.message.replace(String(BEYOND), '');
}

function attempt<T>(work: () => T): T | Error {
	try {
		return work();
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}

/** The JSON of an item as n8n gives it; undefined if it has none. */
export function jsonOf(item: unknown): IDataObject | undefined {
	return isObject(item) && isObject(item.json) ? item.json : undefined;
}
