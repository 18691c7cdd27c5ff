import type { IExecuteFunctions } from 'n8n-workflow';

/** Between two lines: often enough to see that something moves, seldom enough for a run of days. */
const EVERY_MS = 5000;

/**
 * Tells in n8n's log how far a long run of a node has come. n8n shows nothing of a node in the editor before it has ended, so the log is
 * where a person can look. A run that is over within seconds says nothing. Lines hold counts and the node's name, never a value of an
 * item.
 */
export class Progress {
	private last = Date.now();

	constructor(private readonly context: IExecuteFunctions) {}

	/** @param text completes "Fetch Batch: …"; asked for only where a line is due */
	tell(text: () => string): void {
		const now = Date.now();
		if (now - this.last < EVERY_MS) return;
		this.last = now;
		const { context } = this;
		context.logger.info(`${context.getNode().name}: ${text()}`, { executionId: context.getExecutionId() });
	}
}
