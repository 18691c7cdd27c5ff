import {
	NodeApiError,
	NodeOperationError,
	type IBinaryKeyData,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type OnError,
} from 'n8n-workflow';
import { ExchangeError } from './exchangeError';
import { Lanes, workInLanes, type LanePlaces } from './lanes';
import { LET_OTHERS_GO_ON } from './rowFaults';
import { Progress, throwIfStopped } from './longRun';
import { isAgentTool, isToolNode, itemForAgent } from './toolMode';

/** One output item and the index of its output (0 = first). */
export interface Routed {
	output: number;
	json: IDataObject;
	binary?: IBinaryKeyData;
	/** Indexes of all input items behind this item, if there is more than one. */
	fromItems?: readonly number[];
}

/** Many items for one output. A plain list costs one extra object per item and no copy. */
export interface RoutedList {
	output: number;
	list: readonly IDataObject[];
}

/** The result of one input item: its output items, or an error. */
export type ItemResult<T extends Routed | RoutedList = Routed | RoutedList> = T[] | Error;

/** How the items of a run follow one another. */
export interface ItemSchedule {
	/** The indexes of the items in the order in which they are started. */
	order?: readonly number[];
	/** The payer of an item, for instance: items of several lanes do not wait for one another (see `Lanes`). Must not throw. */
	laneOf?(itemIndex: number): string;
	/** Shared with other work of the run. */
	places?: LanePlaces;
}

/**
 * Processes the input items concurrently, at most `concurrency` of a lane at once; results keep the input order. If On Error is
 * to stop, no further item is started after the first error. An error that affects every item of a lane (a rejected credential)
 * is assigned to all items of that lane that were not started yet.
 *
 * @param work produces the result of one item; an exception becomes that item's error
 */
export async function processItems<T extends Routed | RoutedList>(
	context: IExecuteFunctions,
	concurrency: number,
	work: (itemIndex: number) => Promise<T[]>,
	{ order = context.getInputData().map((_, index) => index), laneOf = () => '', places }: ItemSchedule = {},
): Promise<Array<ItemResult<T>>> {
	const count = order.length;
	const results = new Array<ItemResult<T>>(count);
	const lanes = new Lanes(concurrency, order, laneOf, places);
	let halted = false;
	let done = 0;
	const progress = new Progress(context);
	const settle = (itemIndex: number, result: ItemResult<T>) => {
		results[itemIndex] = result;
		done += 1;
		progress.report(() => `${done} of ${count} items done`);
	};
	const workOn = async (itemIndex: number) => {
		const result = await tryAsValue(() => work(itemIndex));
		lanes.done(itemIndex);
		settle(itemIndex, result);
		halted ||= result instanceof Error && !context.continueOnFail();
		if (halted || !affectsAllItems(result)) return;
		for (const other of lanes.withdraw(itemIndex)) settle(other, result);
	};
	for (const itemIndex of order) lanes.ready(itemIndex);
	await workInLanes(lanes, workOn, () => halted);
	return results;
}

/** Whether every item would fail with this error: it concerns the credential or the connection and is not transient. */
export function affectsAllItems(result: unknown): result is ExchangeError {
	return result instanceof ExchangeError && result.details.concerns === 'run' && !result.details.transient;
}

/** The result of `work`, or the error that it throws, as a value. */
export async function tryAsValue<T>(work: () => T | Promise<T>): Promise<T | Error> {
	try {
		return await work();
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}

/** The outputs of a node. */
export interface OutputPlan {
	count: number;
	/** Index of the output for error items. */
	error: number;
	/** Returns the URL of a file that an AI agent may see: one on the payer's own server. */
	agentUrl?: (url: string) => string | undefined;
	/** An AI agent gets the lists too, because the user chose so: FHIR resources. */
	agentGetsLists?: boolean;
	/** What the error item of an input item tells besides, under `details`: whose it is, in ids that name nobody. */
	errorAbout?: (itemIndex: number) => IDataObject;
}

/**
 * Distributes the results to the outputs in input order, each paired with its input item. An error stops the node or, if On
 * Error is to continue, becomes an item on `outputs.error`. When run as a tool, everything goes to the first output, the
 * only one that n8n passes to the agent.
 *
 * @throws NodeApiError or NodeOperationError with the item's index
 */
export function placeResults(
	context: IExecuteFunctions,
	results: readonly ItemResult[],
	{ agentUrl, agentGetsLists, errorAbout, ...outputs }: OutputPlan,
): INodeExecutionData[][] {
	throwIfStopped(context);
	const isAgent = isAgentTool(context);
	const { onError } = context.getNode();
	const placed: INodeExecutionData[][] = Array.from({ length: outputs.count }, () => []);
	results.forEach((result, itemIndex) => {
		if (result instanceof Error && !context.continueOnFail())
			throw asNodeError(context.getNode(), result, itemIndex, results.length);
		const routed =
			result instanceof Error
				? [
						{
							output: outputs.error,
							json: errorJson(result, itemIndex, { onError, isAgent, about: errorAbout?.(itemIndex) }),
						},
					]
				: result;
		// Shared by all items: n8n replaces a pairedItem and never mutates one.
		const pairedItem = { item: itemIndex };
		for (const each of routed) {
			const items = placed[isAgent ? 0 : each.output];
			if ('list' in each) {
				if (!isAgent || agentGetsLists) for (const json of each.list) items.push({ json, pairedItem });
			} else if (isAgent) items.push({ json: itemForAgent(each.json, agentUrl), pairedItem });
			else {
				items.push({
					json: each.json,
					...(each.binary && { binary: each.binary }),
					pairedItem: each.fromItems?.map((item) => ({ item })) ?? pairedItem,
				});
			}
		}
	});
	return placed;
}

/** AI Agent 3 gives the model only the message of an error, so for an agent the message includes which fields are wrong. */
function messageOf(error: Error, isAgent: boolean): string {
	const problem = error instanceof ExchangeError && isAgent ? error.details.problem : undefined;
	return problem === undefined ? error.message : `${error.message}: ${problem}`;
}

/**
 * Converts any error to an n8n error with the item's index. An n8n error keeps its texts. The message counts rows from 1, as people do; n8n's
 * own Item Index, under the details of the error, counts from 0.
 * @param total number of input items; with 1, or where the error itself names its rows, the message names none
 */
export function asNodeError(
	node: INode,
	error: Error,
	itemIndex: number,
	total = 1,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex = itemIndex;
		return error;
	}
	if (!(error instanceof ExchangeError)) return new NodeOperationError(node, error, { itemIndex });
	const { httpStatus, concerns } = error.details;
	const isOneOfMany = total > 1 && concerns !== 'run';
	const row = isOneOfMany ? ` (row ${itemIndex + 1} of ${total})` : '';
	const message = messageOf(error, isToolNode(node)) + row;
	const whatToDo = isOneOfMany ? `${error.details.whatToDo} ${LET_OTHERS_GO_ON}` : error.details.whatToDo;
	return httpStatus === undefined
		? new NodeOperationError(node, message, { itemIndex, description: whatToDo })
		: new NodeApiError(node, {}, { itemIndex, message, description: whatToDo, httpCode: String(httpStatus) });
}

/**
 * The error item for On Error: Continue. n8n moves an item to the error output, and adds the input row to it, only if the
 * item has exactly the keys `error` and `message` (n8n-core, `handleNodeErrorOutput`; versions after n8n 2.8 also allow
 * `details`).
 */
function errorJson(
	error: Error,
	itemIndex: number,
	{ onError, isAgent, about }: { onError?: OnError; isAgent: boolean; about?: IDataObject },
): IDataObject {
	const known = error instanceof ExchangeError ? error.details : undefined;
	const base = {
		error: messageOf(error, isAgent),
		message:
			known?.whatToDo ??
			'Run the workflow again; if it happens again, look at the item and at the parameters.',
	};
	if (onError === 'continueErrorOutput') return base;
	return {
		...base,
		details: {
			itemIndex,
			...(isAgent ? {} : about),
			...(known?.httpStatus !== undefined && { httpStatus: known.httpStatus }),
			...(known?.issueCode !== undefined && { issueCode: known.issueCode }),
		},
	};
}
