import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether the node runs as a tool of an AI agent, which sees the first output alone. */
export function isAgentTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true;
}
