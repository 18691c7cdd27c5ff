import { NodeHelpers, type IDataObject, type IExecuteFunctions, type INode } from 'n8n-workflow';
import { isNextStep } from './nextSteps';

/**
 * Whether an AI agent runs the node as a tool. An agent sees only the first output. n8n makes a separate node type for tools, whose name
 * ends in `Tool`. `isToolExecution` is not enough: AI Agent 3 runs tools in the regular context, where it is always false
 * (n8n-core 2.41.1, execute-context). A sub-workflow called by an agent cannot be told from any other run.
 */
export function isAgentTool(context: IExecuteFunctions): boolean {
	return isToolNode(context.getNode()) || context.isToolExecution?.() === true;
}

/** The same, decided by the node alone. */
export function isToolNode({ type }: INode): boolean {
	return NodeHelpers.isToolType(type);
}

/**
 * The keys of an item that a language model may see: the payer's ids, counts, outcomes. Nothing that identifies the member, no free text
 * of the payer, no raw response.
 */
const VISIBLE_TO_AGENTS = new Set([
	// What came of it.
	...['outcome', 'consentPolicy', 'consentEnd', 'consentPeriodIgnored', 'httpStatus', 'issueCode'],
	// Which member, job and file, in the payer's ids.
	...['tenant', 'payer', 'groupId', 'patientId', 'jobId', 'statusUrl', 'finished', 'matchJobId'],
	...['batch', 'batchCount', 'type', 'requiresAccessToken', 'deleted', 'part', 'parts', 'firstLine'],
	// When.
	...['requestedAt', 'matchedAt', 'transactionTime', 'polls', 'nextPollAt', 'expiresAt', 'seconds'],
	// How many.
	...['count', 'resourceCount', 'batches', 'memberCount', 'resources', 'rejected', 'rejectedTruncated'],
	...['flagged', 'unbundled', 'headers', 'beforeDateOfService', 'deletions', 'bytes', 'limit', 'lines'],
	...['otherPatients', 'relatedPatients', 'patientsSeen', 'patientChecked', 'jobDeleted', 'details'],
]);

/** Ids, words of this package, instants, addresses: no text with a space in it. */
const ID_LIKE = /^[\w.~:/%$?&=+-]{1,300}$/;

/**
 * An item as a language model sees it.
 * @param agentUrl returns the URL of a file if it is on the payer's own server, where it is useless without the token; a signed URL
 *   elsewhere is a secret
 */
export function itemForAgent(
	json: IDataObject,
	agentUrl: (url: string) => string | undefined = () => undefined,
): IDataObject {
	const visible = Object.entries(json).filter(([key, value]) => {
		// Fixed sentences of this package, and no text of a payer.
		if (key === 'error') return true;
		if (!VISIBLE_TO_AGENTS.has(key) || Array.isArray(value)) return false;
		return typeof value !== 'string' || ID_LIKE.test(value);
	});
	const nextStep = isNextStep(json.nextStep) ? { nextStep: json.nextStep } : {};
	const url = typeof json.url === 'string' ? agentUrl(json.url) : undefined;
	// The status is the payer's free text, so an agent gets a fixed word instead.
	const isRunning = json.nextPollAt !== undefined && json.outcome === undefined;
	return {
		...Object.fromEntries(visible),
		...nextStep,
		...(isRunning && { outcome: 'still-running' }),
		...(url !== undefined && { url }),
	};
}
