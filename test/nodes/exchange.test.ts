import { members } from '../../sandbox/members';
import { credentialFor, runSteps } from '../support/engine';
import { startSandbox, type RunningSandbox } from '../support/sandbox';

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());

test('four nodes in a row, nothing entered', async () => {
	const run = await runSteps({
		items: [members[0].row as never],
		steps: [{ node: 'memberMatch' }, { node: 'startExport' }, { node: 'waitForExport', parameters: { pollEvery: 1 } }, { node: 'fetchBatch' }],
		credential: credentialFor(sandbox),
	});
	process.stdout.write(JSON.stringify(run.raw.data.resultData.error ?? 'ok', null, 1).slice(0, 3000) + '\n');
	process.stdout.write(JSON.stringify([run.status, run.json('memberMatch'), run.json('startExport'), run.json('waitForExport'), run.json('fetchBatch').length, run.json('fetchBatch', 1)[0]], null, 1).slice(0, 6000));
	expect(run.status).toBe('success');
});
