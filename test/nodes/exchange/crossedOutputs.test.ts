import { credentialFor, runSteps, type Step } from '../../support/engine';
import { row } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { fourSteps } from '../../support/steps';

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox('--retry-after', '1');
});
afterAll(async () => await sandbox.stop());

const [MATCH, START, WAIT, FETCH]: Step[] = fourSteps();
const LOOK_ONCE: Step = { ...WAIT, parameters: { giveUpAfter: 0 } };
const again = (step: Step, from = 0): Step => ({ ...step, name: 'the wrong one', from });

describe('a node that another output is connected to says which output its items come from', () => {
	test.each<[output: string, member: string, steps: Step[]]>([
		['Matched of Member Match', 'small', [MATCH, again(WAIT)]],
		['Not Matched of Member Match', 'no-match', [MATCH, again(START, 1)]],
		['Start Export', 'small', [MATCH, START, again(FETCH)]],
		[
			'Completed of Wait For Export',
			'small',
			[MATCH, START, WAIT, { ...again(WAIT), parameters: { jobId: "={{ '' }}" } }],
		],
		['Still Running of Wait For Export', 'slow', [MATCH, START, LOOK_ONCE, again(FETCH, 1)]],
		['Failed of Wait For Export', 'failed', [MATCH, START, WAIT, again(FETCH, 2)]],
		['Resources of Fetch Batch', 'small', [MATCH, START, WAIT, FETCH, again(FETCH)]],
		['Batch Report of Fetch Batch', 'small', [MATCH, START, WAIT, FETCH, again(FETCH, 1)]],
	])('%s', async (output, member, steps) => {
		const run = await runSteps({ items: [row(member)], steps, credential: credentialFor(sandbox) });
		expect(run.error?.description).toContain(`This item comes from ${output}. Connect `);
	});
	test('Not Started of Start Export', async () => {
		const run = await runSteps({
			items: [{ tenant: 'bison', groupId: 'g1', consentEnd: '2020-01-31' }],
			steps: [START, again(WAIT, 1)],
			credential: credentialFor(sandbox),
		});
		expect(run.error?.description).toContain('This item comes from Not Started of Start Export. Connect ');
	});
});

describe('a roster that goes past Member Match: its columns are none of the payer', () => {
	test.each<[string, object]>([
		['an employer group', { 'Group ID': '993355', GroupID: '993355', group_id: '993355' }],
		['the id at another place', { PatientID: 'p1', 'Job ID': 'j1', 'Status URL': 'https://payer.example/1' }],
	])('%s', async (_, columns) => {
		await sandbox.forget();
		for (const step of [START, WAIT]) {
			const items = [{ tenant: 'bison', ...columns }];
			const run = await runSteps({ items, steps: [step], credential: credentialFor(sandbox) });
			expect(run.error?.message).toMatch(/ID' is empty/);
		}
		expect((await sandbox.requests()).filter(({ path }) => !path.endsWith('/token'))).toEqual([]);
	});
});
