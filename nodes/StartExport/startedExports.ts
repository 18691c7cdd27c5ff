import { NodeApiError, NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { idText, textOf } from '../shared/fhir/json';
import { DAY } from '../shared/n8n/time';
import { ExchangeError } from '../shared/n8n/exchangeError';
import { pluralize } from '../shared/n8n/hints';
import type { Routed } from '../shared/n8n/items';

/** Exports that were started are never forgotten: an export runs on at the payer, whatever becomes of the run. */

/** Executions whose exports are remembered; far above what one n8n process works on within a day. */
const MAX_EXECUTIONS = 1000;

/** What came of kick-offs, by request: an export that was started, or the error of one that may have been. */
export type StartedExports = Map<string, Routed | Error>;

interface StartedInExecution {
	at: number;
	byKey: StartedExports;
}

/** By execution, node and run of the node. In this process only: n8n repeats a node where it ran first. */
const EXECUTIONS = new Map<string, StartedInExecution>();

/**
 * What this node has started in this execution. It outlives an error of the node, so that n8n's Retry On Fail, which runs the whole node again,
 * starts no export twice.
 */
export function startedInExecution(
	context: Pick<IExecuteFunctions, 'evaluateExpression' | 'getExecutionId' | 'getNode'>,
	now: number,
): StartedExports {
	const executionId = textOf(context.getExecutionId());
	// Without it, executions cannot be told apart, and each must start its own exports.
	if (executionId === undefined) return new Map();
	const runIndex = idText(context.evaluateExpression('{{ $runIndex }}', 0)) ?? '0';
	const key = `${executionId} ${context.getNode().id} ${runIndex}`;
	for (const [each, { at }] of EXECUTIONS) {
		if (now - at > DAY || EXECUTIONS.size > MAX_EXECUTIONS) EXECUTIONS.delete(each);
	}
	const known = EXECUTIONS.get(key) ?? { at: now, byKey: new Map<string, Routed | Error>() };
	EXECUTIONS.set(key, known);
	return known.byKey;
}

/** Job ids that an error lists. */
const MAX_LISTED = 50;

/**
 * Adds the exports that were started to the error that stops the node: in its description the ids of the jobs, in its context and in n8n's
 * metadata of the run their addresses too. n8n shows no item of a node that fails, and no hint.
 *
 * @param started items of the output Started
 * @returns the error to throw
 */
export function withStartedExports(
	context: IExecuteFunctions,
	error: unknown,
	started: readonly IDataObject[],
): unknown {
	if (started.length === 0) return error;
	const startedExports = started.map(({ jobId, statusUrl, tenant, groupId }) => ({
		jobId,
		...(statusUrl !== undefined && { statusUrl }),
		...(tenant !== undefined && { tenant }),
		...(groupId !== undefined && { groupId }),
	}));
	const metadata: object = { startedExports };
	context.setMetadata(metadata);
	const said = startedSentence(started);
	if (error instanceof ExchangeError) {
		return new ExchangeError(error.message, {
			...error.details,
			whatToDo: `${error.details.whatToDo} ${said}`,
		});
	}
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.description = [error.description, said].filter(Boolean).join(' ');
		error.context.startedExports = startedExports;
	}
	return error;
}

function startedSentence(started: readonly IDataObject[]): string {
	const count = started.length;
	const ids = started.slice(0, MAX_LISTED).map(({ jobId }) => textOf(jobId) ?? '?');
	const more = count > MAX_LISTED ? `, and ${count - MAX_LISTED} more` : '';
	return `${pluralize(count, 'export was', 'exports were')} started before and ${count === 1 ? 'runs' : 'run'} on at the payer; the job ${count === 1 ? 'id is' : 'ids are'}: ${ids.join(', ')}${more}. With On Error: Continue they leave by Started.`;
}
