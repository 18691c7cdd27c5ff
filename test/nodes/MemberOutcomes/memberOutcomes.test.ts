import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { members } from '../../../sandbox/members';
import { credentialFor, runSteps, type EngineRun, type Link, type Step } from '../../support/engine';
import { row, truth } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { fourSteps } from '../../support/steps';

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox('--retry-after', '1');
});
afterAll(async () => await sandbox.stop());

const OUTCOMES = 'memberOutcomes';
const OUTCOMES_STEP: Step = { node: OUTCOMES, parameters: { simplify: false } };
const ENDS: Link[] = [
	{ from: 'Input', to: OUTCOMES, input: 1 },
	{ from: 'memberMatch', output: 1, to: OUTCOMES, input: 1 },
	{ from: 'startExport', output: 1, to: OUTCOMES, input: 1 },
	{ from: 'waitForExport', output: 1, to: OUTCOMES, input: 1 },
	{ from: 'waitForExport', output: 2, to: OUTCOMES, input: 1 },
	{ from: 'fetchBatch', output: 1, to: OUTCOMES, input: 1 },
];
const ROAD: Link[] = [
	{ from: 'Input', to: 'memberMatch' },
	{ from: 'memberMatch', to: 'startExport' },
	{ from: 'startExport', to: 'waitForExport' },
	{ from: 'waitForExport', to: 'fetchBatch' },
];

/** The rows of each run of the node. */
function runsOf(run: EngineRun): IDataObject[][] {
	expect(run.error?.message).toBeUndefined();
	return (run.raw.data.resultData.runData[OUTCOMES] ?? []).map(({ data }) =>
		(data?.main[0] ?? []).map(({ json }) => json),
	);
}

const runAll = async (items: object[], change: { steps?: Step[]; links?: Link[] } = {}) =>
	runsOf(
		await runSteps({
			items: items as INodeExecutionData[],
			steps: [...(change.steps ?? fourSteps()), OUTCOMES_STEP],
			links: change.links ?? [...ROAD, ...ENDS],
			credential: credentialFor(sandbox),
		}),
	);

/** What the sandbox holds of a member, as a row says it. */
function held(key: string): [outcome: string, resources: number] {
	const found = members.find((each) => each.key === key);
	if (!found || found.outcome !== 'matched') return [String(found?.outcome), 0];
	if (found.export === 'failed') return ['failed', 0];
	const resources = Object.values(truth(key).types).reduce((sum, each) => sum + each.resources, 0);
	if (found.export === 'partial') return ['partial', resources];
	return resources === 0 ? ['empty', 0] : ['complete', resources];
}
const said = (rows: IDataObject[]) => rows.map(({ outcome, resources }) => [outcome, resources]);

test('one row for each member of the roster, in its order, in the first of several runs', async () => {
	const keys = ['small', 'no-match', 'partial', 'empty', 'failed', 'medium'];
	const [first, ...later] = await runAll(keys.map((key) => row(key)));
	expect(said(first)).toEqual(keys.map(held));
	expect(first.map(({ memberId }) => memberId)).toEqual(keys.map((key) => row(key).memberId));
	expect(later.flat()).toEqual([]);
});
