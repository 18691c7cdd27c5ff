import { sleep } from 'n8n-workflow';
import { runSteps, type EngineOptions, type EngineRun } from './engine';

/** Waits for a condition; that it never comes true is the test's own timeout. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await condition())) await sleep(10);
}

/** Starts a run, stops it as n8n's Stop button does when it has come so far, and expects it to end within 1.5 seconds. */
export async function expectStopped(
	options: Omit<EngineOptions, 'onStart'>,
	hasComeSoFar: () => boolean,
): Promise<EngineRun> {
	let stop: () => void = () => undefined;
	const running = runSteps({ ...options, onStart: (given) => (stop = given) });
	await until(hasComeSoFar);
	const stoppedAt = Date.now();
	stop();
	const run = await running;
	expect(Date.now() - stoppedAt).toBeLessThan(1500);
	expect(run.status).toBe('canceled');
	return run;
}
