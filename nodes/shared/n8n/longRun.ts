import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from './exchangeError';
import { SECOND } from './time';

/** Cancellation and progress of long runs. */

/** n8n 2.8's `sleep` ignores the cancel signal. Short sleeps notice Stop within a second all the same. */
const MAX_SLEEP_MS = 500;

/**
 * Waits for `ms`, or until the run is stopped.
 * @param wake ends the wait early
 * @throws ExchangeError if the run was stopped
 */
export async function waitOrStop(context: IExecuteFunctions, ms: number, wake?: AbortSignal): Promise<void> {
	const deadline = Date.now() + ms;
	const timer = new AbortController();
	const stopTimer = () => timer.abort();
	const signals = [context.getExecutionCancelSignal(), wake];
	signals.forEach((signal) => signal?.addEventListener('abort', stopTimer));
	if (signals.some((signal) => signal?.aborted)) stopTimer();
	try {
		for (let remaining = ms; remaining > 0 && wake?.aborted !== true; remaining = deadline - Date.now()) {
			await sleep(Math.min(remaining, MAX_SLEEP_MS), timer.signal).catch(() => undefined);
			throwIfStopped(context);
		}
	} finally {
		signals.forEach((signal) => signal?.removeEventListener('abort', stopTimer));
	}
}

/**
 * @throws ExchangeError if the user pressed Stop. n8n recognizes a canceled run by the message (n8n-core,
 *   workflow-execute.js).
 */
export function throwIfStopped(context: Pick<IExecuteFunctions, 'getExecutionCancelSignal'>): void {
	if (context.getExecutionCancelSignal()?.aborted) {
		throw new ExchangeError('The run was canceled', {
			whatToDo: 'Run the workflow again when ready.',
			concerns: 'run',
		});
	}
}

/**
 * The result of work that Stop does not reach, such as a token request inside a credential: it goes on unobserved where the run is stopped.
 * @param discard called with a result that comes after that
 * @throws ExchangeError if the run was stopped
 */
export async function orStop<T>(
	context: Pick<IExecuteFunctions, 'getExecutionCancelSignal'>,
	work: Promise<T>,
	discard: (late: T) => void,
): Promise<T> {
	const signal = context.getExecutionCancelSignal();
	if (!signal) return await work;
	let wake: () => void = () => undefined;
	// The signal calls with an event, which is no result.
	const stopped = new Promise<void>((resolve) => (wake = () => resolve()));
	signal.addEventListener('abort', wake);
	if (signal.aborted) wake();
	try {
		const first = await Promise.race([work.then((value) => ({ value })), stopped]);
		if (first) return first.value;
		work.then(discard, () => undefined);
		throwIfStopped(context);
		return await work;
	} finally {
		signal.removeEventListener('abort', wake);
	}
}

/** Lets n8n do its other work, between two steps that take long. */
export async function letOthersRun(): Promise<void> {
	await sleep(0);
}

const LONGEST_TURN_MS = 100;

/** The same between many short steps: only after some time. */
export class Turns {
	private since = Date.now();

	/** Call between two steps. */
	async next(): Promise<void> {
		if (Date.now() - this.since < LONGEST_TURN_MS) return;
		await letOthersRun();
		this.since = Date.now();
	}
}

/** Frequent enough to show progress, rare enough for a run of several days. */
const REPORT_INTERVAL_MS = 5 * SECOND;

/**
 * Logs the progress of a long node run. The editor shows nothing of a node before it has ended, so n8n's log is the only
 * place to look. Short runs log nothing. Lines contain counts and the node's name, never a value of an item.
 */
export class Progress {
	private lastReport = Date.now();

	constructor(private readonly context: IExecuteFunctions) {}

	/** @param text completes "Fetch Batch: …"; called only if a line is due */
	report(text: () => string): void {
		const now = Date.now();
		if (now - this.lastReport < REPORT_INTERVAL_MS) return;
		this.lastReport = now;
		const { context } = this;
		context.logger.info(`${context.getNode().name}: ${text()}`, { executionId: context.getExecutionId() });
	}
}
