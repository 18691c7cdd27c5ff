import { credentialFor, runSteps } from '../../support/engine';
import { row } from '../../support/expectations';
import { like, MISTAKES, quoted, sectionOf } from '../../support/mistakes';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { fourSteps } from '../../support/steps';

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox('--retry-after', '1');
});
afterAll(async () => await sandbox.stop());

describe('docs/troubleshooting.md quotes what is shown', () => {
	test.each(Object.keys(MISTAKES))('%s', async (heading) => {
		const { items, steps, credential } = MISTAKES[heading];
		const { status, error } = await runSteps({
			items: items as never,
			steps,
			credential: credentialFor(sandbox, credential),
		});
		const { message, whatToDo } = quoted(heading);
		expect(status).toBe('error');
		expect(error?.message).toMatch(like(message));
		expect(error?.description ?? '').toMatch(like(whatToDo));
	});

	test('and of a wait that is too short, the item', async () => {
		const steps = fourSteps({ waitForExport: { giveUpAfter: 0 } }).slice(0, 3);
		const run = await runSteps({ items: [row('slow')], steps, credential: credentialFor(sandbox) });
		const [counts, [item]] = [
			run.outputs('waitForExport').map(({ length }) => length),
			run.json('waitForExport', 1),
		];
		expect(counts).toEqual([0, 1, 0]);
		const section = sectionOf('A wait that is too short');
		for (const [key, value] of Object.entries({
			status: item.status,
			progress: item.progress,
			polls: item.polls,
		})) {
			expect(section).toContain(`"${key}": ${JSON.stringify(value)}`);
		}
	});

	test('and of a consent that does not hold today, the reason', async () => {
		const run = await runSteps({
			items: [row('small', { consentStart: '2024-01-01', consentEnd: '2024-12-31' })],
			steps: [{ node: 'memberMatch' }],
			credential: credentialFor(sandbox),
		});
		const [{ reason }] = run.json('memberMatch', 1);
		const { message } = quoted('A consent that does not hold today');
		expect(String(reason).replace(/(today is )\d{4}-\d\d-\d\d/, '$12027-03-01')).toBe(message);
	});
});
