import type { INodeExecutionData } from 'n8n-workflow';
import { credentialFor, runSteps, type Link, type Step } from '../../support/engine';
import { row } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { fourSteps } from '../../support/steps';

/** What FHIR to Table reports of stored files, of which Fetch Batch has read the ends of the lines only. */

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox('--retry-after', '1');
});
afterAll(async () => await sandbox.stop());

const OUTCOMES = 'memberOutcomes';
const NOT_CHECKED = 'not checked';
const ROAD: Link[] = [
	{ from: 'Input', to: 'memberMatch' },
	{ from: 'memberMatch', to: 'startExport' },
	{ from: 'startExport', to: 'waitForExport' },
	{ from: 'waitForExport', to: 'fetchBatch' },
	{ from: 'Input', to: OUTCOMES, input: 1 },
	{ from: 'fetchBatch', output: 1, to: OUTCOMES, input: 1 },
];
const TO_TABLE: Link = { from: 'fetchBatch', to: 'Claims' };
const TABLE: Step = { node: 'fhirToTable', name: 'Claims', parameters: { table: 'medical_claim' } };

/** The rows of a roster of one, with such tables. */
async function rowOf(checkLines: string, tables: Step[], links: Link[], pinned = false) {
	const steps = fourSteps({ fetchBatch: { outputAs: 'file', options: { checkLines } } });
	const run = await runSteps({
		items: [row('small')] as unknown as INodeExecutionData[],
		steps: [...steps, ...tables, { node: OUTCOMES, parameters: { simplify: false } }],
		links: [...ROAD, ...links],
		credential: credentialFor(sandbox),
		...(pinned && {
			mode: 'manual',
			pinData: { Claims: [{ json: { claim_key: 'x', outcome: 'complete' } }] },
		}),
	});
	expect(run.error?.message).toBeUndefined();
	const [first, ...later] = (run.raw.data.resultData.runData[OUTCOMES] ?? []).map(({ data }) =>
		(data?.main[0] ?? []).map(({ json }) => json),
	);
	expect([first.length, later.flat()]).toEqual([1, []]);
	return first[0];
}

test.each<[name: string, tables: Step[], links: Link[]]>([
	['whose Report leads nowhere', [TABLE], [TO_TABLE]],
	['whose Report is connected', [TABLE], [TO_TABLE, { from: 'Claims', output: 2, to: OUTCOMES, input: 1 }]],
	[
		'of two tables of the same files',
		[TABLE, { ...TABLE, name: 'Conditions', parameters: { table: 'condition' } }],
		[TO_TABLE, { from: 'fetchBatch', to: 'Conditions' }],
	],
])('the findings and the other patients are those of a check of every line: %s', async (_, tables, links) => {
	const every = await rowOf('every', [], []);
	const ends = await rowOf('ends', tables, links);
	const { outcome, resources, otherPatients, findings, filesSha256, documentsNamed } = every;
	expect([otherPatients, findings]).not.toContain(NOT_CHECKED);
	expect(ends).toMatchObject({ outcome, resources, otherPatients, findings, filesSha256, documentsNamed });
});

test.each<[name: string, tables: Step[], links: Link[], pinned?: boolean]>([
	['without FHIR to Table', [], []],
	['with one that is not behind Fetch Batch', [TABLE], [{ from: 'memberMatch', output: 1, to: 'Claims' }]],
	['with one that is pinned, so that it has no Report', [TABLE], [TO_TABLE], true],
])('nothing is said to be checked %s', async (_, tables, links, ...[pinned]) => {
	const ends = await rowOf('ends', tables, links, pinned);
	expect(ends).toMatchObject({ outcome: 'complete', otherPatients: NOT_CHECKED, findings: NOT_CHECKED });
});
