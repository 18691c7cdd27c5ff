import type { IExecuteFunctions } from 'n8n-workflow';
import { isAgentTool } from './toolMode';

/** An execution hint, shown above the node's output after a run. Never contains a value of an item. */
export interface Hint {
	message: string;
	type: 'info' | 'warning';
}

/** Shows execution hints. Skipped when an AI agent runs the node as a tool, because an agent does not see them. */
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
export function pluralize(count: number, one: string, several: string): string {
	return `${count} ${count === 1 ? one : several}`;
}
