import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from './exchangeError';

/** So that Stop is noticed within a second where n8n's `sleep` does not listen to it (n8n 2.8). */
const LONGEST_NAP_MS = 500;

/** Waits, and ends at once when the run is stopped. @throws ExchangeError when stopped */
export async function rest(context: IExecuteFunctions, ms: number): Promise<void> {
	const signal = context.getExecutionCancelSignal();
	const until = Date.now() + ms;
	for (let left = ms; left > 0; left = until - Date.now()) {
		await sleep(Math.min(left, LONGEST_NAP_MS), signal).catch(() => undefined);
		throwIfStopped(context);
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
