import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from './exchangeError';
import { SECOND } from './time';

/** What every long run owes the person: it stops when asked, and its progress can be seen. */

/** So that Stop is noticed within a second where n8n's `sleep` does not listen to it (n8n 2.8). */
const LONGEST_NAP_MS = 500;

/**
 * Waits, and ends at once when the run is stopped.
 * @param wake ends the wait early
 * @throws ExchangeError when stopped
 */
export async function waitOrStop(context: IExecuteFunctions, ms: number, wake?: AbortSignal): Promise<void> {
	const until = Date.now() + ms;
	const nap = new AbortController();
	const end = () => nap.abort();
	const signals = [context.getExecutionCancelSignal(), wake];
	signals.forEach((signal) => signal?.addEventListener('abort', end));
	if (signals.some((signal) => signal?.aborted)) end();
	try {
		for (let left = ms; left > 0 && wake?.aborted !== true; left = until - Date.now()) {
			await sleep(Math.min(left, LONGEST_NAP_MS), nap.signal).catch(() => undefined);
			throwIfStopped(context);
		}
	} finally {
		signals.forEach((signal) => signal?.removeEventListener('abort', end));
	}
}

/** @throws ExchangeError where the person pressed Stop. n8n shows a run as canceled where the message says so (n8n-core, workflow-execute.js). */
export function throwIfStopped(context: IExecuteFunctions): void {
	if (context.getExecutionCancelSignal()?.aborted) {
		throw new ExchangeError('The run was canceled', {
			whatToDo: 'Run the workflow again when ready.',
			concerns: 'run',
		});
	}
}

/** Between two lines: often enough to see that something moves, seldom enough for a run of days. */
const REPORT_EVERY_MS = 5 * SECOND;

/**
 * Writes to n8n's log how far a long run of a node has come. n8n shows nothing of a node in the editor before it has ended, so the log is
 * where a person can look. A run that is over within seconds says nothing. Lines hold counts and the node's name, never a value of an
 * item.
 */
export class Progress {
	private last = Date.now();

	constructor(private readonly context: IExecuteFunctions) {}

	/** @param text completes "Fetch Batch: …"; asked for only where a line is due */
	report(text: () => string): void {
		const now = Date.now();
		if (now - this.last < REPORT_EVERY_MS) return;
		this.last = now;
		const { context } = this;
		context.logger.info(`${context.getNode().name}: ${text()}`, { executionId: context.getExecutionId() });
	}
}
