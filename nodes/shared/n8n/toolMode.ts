import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether an AI agent runs the node as a tool. An agent sees only the first output. */
export function isAgentTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true;
}
