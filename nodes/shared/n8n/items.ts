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
import { Progress, throwIfStopped } from './longRun';
import { isAgentTool, isAgentToolNode, itemForAgent } from './toolMode';

/** Something for the next node, and the output it leaves by (0 = first). */
export interface Routed {
	output: number;
	json: IDataObject;
	binary?: IBinaryKeyData;
	/** The input items that it came of, where it is more than the one whose result it is. */
	from?: readonly number[];
}

/** Very many things for one output: kept as a plain list, so that each costs one object more and no copy. */
export interface RoutedList {
	output: number;
	list: readonly IDataObject[];
}

/** What came of one input item: things for the next nodes, or the error that stopped it. */
export type ItemResult<T extends Routed | RoutedList = Routed | RoutedList> = T[] | Error;

/**
 * Works on the items side by side, at most `concurrency` at once, and keeps their order. Where On Error is to stop, the first
 * error keeps further items from being started. An error that every item would meet (a refused credential) is given to all that
 * were not started, without asking again.
 *
 * @param work makes the result of one item; what it throws becomes that item's error
 */
export async function workOnItems<T extends Routed | RoutedList>(
	context: IExecuteFunctions,
	concurrency: number,
	work: (itemIndex: number) => Promise<T[]>,
): Promise<Array<ItemResult<T>>> {
	const count = context.getInputData().length;
	const results = new Array<ItemResult<T>>(count);
	let next = 0;
	let halted = false;
	let forAll: Error | undefined;
	let done = 0;
	const progress = new Progress(context);
	const worker = async () => {
		while (next < count && !halted) {
			const itemIndex = next;
			next += 1;
			const result = forAll ?? (await tryAsValue(() => work(itemIndex)));
			results[itemIndex] = result;
			done += 1;
			progress.report(() => `${done} of ${count} items done`);
			halted ||= result instanceof Error && !context.continueOnFail();
			if (concernsAll(result)) forAll ??= result;
		}
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
	return results;
}

/** Whether every item would meet this error: it is of the credential or the way to the payer, and will not pass by itself. */
export function concernsAll(result: unknown): result is ExchangeError {
	return result instanceof ExchangeError && result.details.concerns === 'run' && !result.details.transient;
}

/** What work gives, or the error it throws, as a value. */
export async function tryAsValue<T>(work: () => T | Promise<T>): Promise<T | Error> {
	try {
		return await work();
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}

/** How many outputs a node has, and by which its errors leave. */
export interface OutputPlan {
	count: number;
	error: number;
	/** Gives an AI agent the address of a file where it is the payer's own; without it agents get no address of a file. */
	agentUrl?: (url: string) => string | undefined;
}

/**
 * Puts the results on the outputs, in the order of the input, each paired to its input item. An error stops the node or, where
 * On Error says to continue, leaves by `errorOutput`. Run as a tool of an AI agent, everything leaves by the first output, the
 * only one that n8n hands to the agent.
 *
 * @throws NodeApiError or NodeOperationError with the item's index
 */
export function placeResults(
	context: IExecuteFunctions,
	results: readonly ItemResult[],
	{ agentUrl, ...outputs }: OutputPlan,
): INodeExecutionData[][] {
	throwIfStopped(context);
	const forAgent = isAgentTool(context);
	const { onError } = context.getNode();
	const placed: INodeExecutionData[][] = Array.from({ length: outputs.count }, () => []);
	results.forEach((result, itemIndex) => {
		if (result instanceof Error && !context.continueOnFail())
			throw asNodeError(context.getNode(), result, itemIndex);
		const routed =
			result instanceof Error
				? [
						{
							output: outputs.error,
							json: errorJson(result, itemIndex, onError, forAgent),
						},
					]
				: result;
		// One for all of them: n8n replaces a pairedItem, and never changes one.
		const pairedItem = { item: itemIndex };
		for (const each of routed) {
			const items = placed[forAgent ? 0 : each.output];
			if ('list' in each) for (const json of each.list) items.push({ json, pairedItem });
			else if (forAgent) items.push({ json: itemForAgent(each.json, agentUrl), pairedItem });
			else {
				items.push({
					json: each.json,
					...(each.binary && { binary: each.binary }),
					pairedItem: each.from?.map((item) => ({ item })) ?? pairedItem,
				});
			}
		}
	});
	return placed;
}

/** The message of an error. AI Agent 3 hands the model the message alone, so for an agent it says what is wrong with which field. */
function messageOf(error: Error, forAgent: boolean): string {
	const wrong = error instanceof ExchangeError && forAgent ? error.details.wrong : undefined;
	return wrong === undefined ? error.message : `${error.message}: ${wrong}`;
}

/** Any error as one of n8n's, with the index of its item. An error that is n8n's already keeps its own texts. */
export function asNodeError(node: INode, error: Error, itemIndex: number): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex = itemIndex;
		return error;
	}
	if (!(error instanceof ExchangeError)) return new NodeOperationError(node, error, { itemIndex });
	const { whatToDo, httpStatus } = error.details;
	const message = `${messageOf(error, isAgentToolNode(node))} [item ${itemIndex}]`;
	return httpStatus === undefined
		? new NodeOperationError(node, message, { itemIndex, description: whatToDo })
		: new NodeApiError(node, {}, { itemIndex, message, description: whatToDo, httpCode: String(httpStatus) });
}

/**
 * The error item of On Error: Continue. n8n moves an item to the error output, and adds the input row to it, only where it has
 * exactly an error and a message (n8n-core, `handleNodeErrorOutput`; later than n8n 2.8 it may have details too).
 */
function errorJson(
	error: Error,
	itemIndex: number,
	onError: OnError | undefined,
	forAgent: boolean,
): IDataObject {
	const known = error instanceof ExchangeError ? error.details : undefined;
	const said = {
		error: messageOf(error, forAgent),
		message:
			known?.whatToDo ??
			'Run the workflow again; if it happens again, look at the item and at the parameters.',
	};
	if (onError === 'continueErrorOutput') return said;
	return {
		...said,
		details: {
			itemIndex,
			...(known?.httpStatus !== undefined && { httpStatus: known.httpStatus }),
			...(known?.issueCode !== undefined && { issueCode: known.issueCode }),
		},
	};
}
