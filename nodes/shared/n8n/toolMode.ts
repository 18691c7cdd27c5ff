import { NodeHelpers, type IDataObject, type IExecuteFunctions, type INode } from 'n8n-workflow';

/**
 * Whether the node runs as a tool of an AI agent, which gets the first output alone. n8n makes a node type of its own for that, whose
 * name ends in `Tool`. `isToolExecution` is not enough: AI Agent 3 runs tools in the ordinary context, where it is always false
 * (n8n-core 2.41.1, execute-context). A sub-workflow that an agent calls is not told from any other run.
 */
export function isAgentTool(context: IExecuteFunctions): boolean {
	return isAgentToolNode(context.getNode()) || context.isToolExecution?.() === true;
}

/** The same by the node alone. */
export function isAgentToolNode({ type }: INode): boolean {
	return NodeHelpers.isToolType(type);
}

/**
 * What a language model may see of an item: ids of the payer's, counts, outcomes. Nothing that names the member, nothing in the
 * payer's own words, no raw answer, and no address that is a secret (`url` is given by `agentUrl` alone).
 */
const FOR_AGENTS = new Set([
	...['outcome', 'consentPolicy', 'consentEnd', 'consentPeriodIgnored', 'httpStatus', 'issueCode'],
	...[
		'tenant',
		'payer',
		'groupId',
		'patientId',
		'jobId',
		'statusUrl',
		'finished',
		'matchJobId',
		'memberCount',
	],
	...['requestedAt', 'matchedAt', 'transactionTime', 'polls', 'nextPollAt', 'expiresAt'],
	...['batch', 'batchCount', 'type', 'count', 'resourceCount', 'requiresAccessToken', 'deleted', 'batches'],
	...['resources', 'rejected', 'flagged', 'unbundled', 'headers', 'beforeDateOfService', 'deletions'],
	...['bytes', 'seconds', 'limit', 'rejectedTruncated', 'jobDeleted', 'part', 'parts', 'lines', 'firstLine'],
	...['error', 'itemIndex', 'details'],
]);

/**
 * An item as a language model gets it.
 * @param agentUrl gives the address of a file where it is one of the payer's own, which is of no use without the token
 */
export function itemForAgent(
	json: IDataObject,
	agentUrl: (url: string) => string | undefined = () => undefined,
): IDataObject {
	const kept = Object.fromEntries(Object.entries(json).filter(([key]) => FOR_AGENTS.has(key)));
	const url = typeof json.url === 'string' ? agentUrl(json.url) : undefined;
	// Its status is in the payer's words, so an agent gets a word of ours.
	const isRunning = json.nextPollAt !== undefined && json.outcome === undefined;
	return { ...kept, ...(isRunning && { outcome: 'still-running' }), ...(url !== undefined && { url }) };
}
