import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { members } from '../../../sandbox/members';
import { credentialFor, runSteps, type EngineRun, type Link, type Step } from '../../support/engine';
import { row, truth } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { memberRow } from '../../support/standardRuns';
import { standardCredential, startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
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

/** By the node: what makes it an error for each row. */
const BREAKS: Record<string, IDataObject> = {
	memberMatch: { birthDate: 'soon' },
	startExport: { groupId: '../x' },
	waitForExport: { jobId: '../x' },
	fetchBatch: { url: '../x' },
};

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

test('the row names its run, what was asked for, and the export by the tag that prepared resources bear', async () => {
	const settings = { ownAddress: 'https://plan.example', ownName: 'Prairie Health Plan' };
	const fetchBatch = { outputAs: 'bundles', options: { prepare: { settings } } };
	const startExport = { resourceTypes: ['Patient', 'Coverage'] };
	const run = await runSteps({
		items: [row('small')] as unknown as INodeExecutionData[],
		steps: [...fourSteps({ startExport, fetchBatch }), OUTCOMES_STEP],
		links: [...ROAD, ...ENDS],
		credential: credentialFor(sandbox),
	});
	const [[only]] = runsOf(run);
	expect(only).toMatchObject({
		...{ outcome: 'complete', types: 'Patient, Coverage', since: null, matchOutcome: 'matched' },
		...{
			workflowId: expect.stringMatching(/./) as string,
			executionId: expect.stringMatching(/^\d+$/) as string,
		},
		statusUrlHost: new URL(sandbox.url).host,
		sourceExport: expect.stringMatching(/^[\da-f]{16}$/) as string,
	});
	expect(only.bytes).toBeGreaterThan(100);
	expect(JSON.stringify(run.json('fetchBatch')[0])).toContain(`"code":"${String(only.sourceExport)}"`);
});

test('a member who stands in two rows has two rows, and one exchange each', async () => {
	const [first] = await runAll([row('small'), row('no-match'), row('small')]);
	expect(first.map((each) => [each.row, each.outcome])).toEqual([
		[1, 'complete'],
		[2, 'no-match'],
		[3, 'complete'],
	]);
	expect(new Set(first.map(({ exchangeId }) => exchangeId)).size).toBe(3);
});

test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'an error of each node is the outcome of its row: %s',
	async (onError) => {
		for (const [node, parameters] of Object.entries(BREAKS)) {
			const steps = fourSteps({ [node]: parameters }).map((step) => ({ ...step, onError }));
			const [rows] = await runAll([row('no-match'), row('small'), row('empty')], { steps });
			const [noMatch, ...others] = rows.map(({ outcome }) => outcome);
			expect([node, noMatch]).toEqual([node, node === 'memberMatch' ? 'error' : 'no-match']);
			// An empty export has no file that could not be fetched.
			expect([node, others]).toEqual([node, ['error', node === 'fetchBatch' ? 'empty' : 'error']]);
			expect(rows[1]).toMatchObject({ memberId: row('small').memberId, row: 2 });
			expect(rows[1].reason).not.toBe('');
		}
	},
);

describe('a payer that matches many at once, and exports them together', () => {
	let payers: StandardPayers;
	beforeAll(async () => {
		payers = await startStandardPayers();
	});
	afterAll(async () => await payers.stop());

	test.each(['pdex-2.1', 'pdex-2.2'] as const)('%s', async (dialect) => {
		const { credential, credentialType } = standardCredential(payers, dialect, 'ES384 as JWK');
		const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
		const parameters = { memberMatch: { ...sets, matchMode: 'together' } };
		const run = await runSteps({
			items: ['small', 'no-match', 'accents'].map((key) => memberRow(key)),
			steps: [
				...fourSteps(parameters).map((step) => ({ ...step, parameters: { ...sets, ...step.parameters } })),
				OUTCOMES_STEP,
			],
			links: [...ROAD, ...ENDS],
			credential,
			credentialType,
		});
		const [first, ...later] = runsOf(run);
		expect(later.flat()).toEqual([]);
		expect(first.map((each) => [each.row, each.memberId, each.outcome, each.exportMembers])).toEqual([
			[1, row('small').memberId, 'complete', 2],
			[2, row('no-match').memberId, 'no-match', null],
			[3, row('accents').memberId, 'complete', 2],
		]);
		expect(run.json('startExport')).toHaveLength(1);
		expect(first[0]).toMatchObject({
			resources: null,
			resourcesByType: null,
			consentId: row('small').consentId,
		});
		expect(first[2]).toMatchObject({ consentId: row('accents').consentId });
		for (const report of run.json('fetchBatch', 1)) {
			expect(JSON.stringify(report)).not.toContain('personHashes');
			expect(report.members).toMatchObject([{ row: 1 }, { row: 3 }]);
		}
	});
});

test('as a tool of an AI agent it counts, and names nobody', async () => {
	const given = await runSteps({
		items: [row('small'), row('no-match'), row('no-match')],
		steps: fourSteps(),
		credential: credentialFor(sandbox),
	});
	const items = [...given.json('memberMatch', 1), ...given.json('fetchBatch', 1)];
	const run = await runSteps({
		items,
		steps: [OUTCOMES_STEP],
		credential: credentialFor(sandbox),
		asTool: true,
	});
	expect(run.error?.message).toBeUndefined();
	expect(run.json(OUTCOMES)).toEqual([{ members: 3, outcomes: { complete: 1, 'no-match': 2 } }]);
});

test('something on the upper input', async () => {
	const run = await runSteps({
		items: [row('no-match')],
		steps: [OUTCOMES_STEP],
		credential: credentialFor(sandbox),
	});
	expect(run.error?.message).toContain("'Leave Free'");
	expect(run.error?.description).toContain('Move the connection to the lower input');
});
