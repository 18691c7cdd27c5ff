import type { IExecuteFunctions } from 'n8n-workflow';
import { orStop } from '../../../../nodes/shared/n8n/longRun';

const contextOf = (signal?: AbortSignal) =>
	({ getExecutionCancelSignal: () => signal }) as unknown as IExecuteFunctions;
const never = new Promise<string>(() => undefined);

test.each(['before it', 'during it'])(
	'Stop %s ends what Stop does not reach, as a canceled run',
	async (when) => {
		const stop = new AbortController();
		if (when === 'before it') stop.abort();
		const work = orStop(contextOf(stop.signal), never, () => undefined);
		stop.abort();
		await expect(work).rejects.toThrow('The run was canceled');
	},
);

test('a result that comes after Stop is discarded', async () => {
	const stop = new AbortController();
	let finish: (value: string) => void = () => undefined;
	const discarded: string[] = [];
	const work = orStop(contextOf(stop.signal), new Promise<string>((resolve) => (finish = resolve)), (late) =>
		discarded.push(late),
	);
	stop.abort();
	await expect(work).rejects.toThrow('The run was canceled');
	finish('late');
	await Promise.resolve();
	expect(discarded).toEqual(['late']);
});

test.each([new AbortController().signal, undefined])(
	'without Stop the result is that of the work',
	async (signal) => {
		expect(await orStop(contextOf(signal), Promise.resolve('x'), () => undefined)).toBe('x');
		await expect(orStop(contextOf(signal), Promise.reject(new Error('no')), () => undefined)).rejects.toThrow(
			'no',
		);
	},
);
