import type { IExecuteFunctions } from 'n8n-workflow';
import { isAgentTool } from './toolMode';

/** A sentence that a person sees over the output of a node after its run. Never holds a value of an item. */
export interface Hint {
	message: string;
	type: 'info' | 'warning';
}

/** Shows hints over the output of the node. An AI agent that runs the node as a tool sees none, so none are made for it. */
export function showHints(context: IExecuteFunctions, hints: readonly Hint[]): void {
	if (isAgentTool(context)) return;
	context.addExecutionHints(
		...hints.map((hint) => ({
			...hint,
			location: 'outputPane' as const,
			whenToDisplay: 'afterExecution' as const,
		})),
	);
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, several: string): string {
	return `${count} ${count === 1 ? one : several}`;
}
