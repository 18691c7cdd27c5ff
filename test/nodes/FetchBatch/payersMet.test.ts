import type { IDataObject, INodeType } from 'n8n-workflow';
import { credentialFor, runSteps, type Link, type Step } from '../../support/engine';
import { loopNode, twoOutputsNode } from '../../support/loopNode';
import { startScriptedGateway } from '../../support/scriptedGateway';

/** P1: where data of several payers meets under the payers' own ids, though each run of a node has that of one. */

const SETTINGS = { ownAddress: 'https://plan.example', ownName: 'Prairie Health Plan', ownNpi: '1234567893' };
const PREPARED = { prepare: { settings: SETTINGS } };

/** Divides the items by their tenant: bison by the first output, others by the second. */
const divide = (): INodeType =>
	twoOutputsNode('divide', (items) => [
		items.filter(({ json }) => json.tenant === 'bison'),
		items.filter(({ json }) => json.tenant !== 'bison'),
	]);
const plain = (name: string): INodeType => twoOutputsNode(name, (items) => [items, []]);

/** Runs a workflow with two members at two payers, and gives the hints of all runs of its Fetch Batch nodes. */
async function hints(
	links: Link[],
	{ options = {}, outputAs = 'bundles', tenants = ['bison', 'lynx'], names = ['One', 'Two'] } = {},
): Promise<string> {
	const gateway = await startScriptedGateway([{ body: '{"resourceType":"Patient","id":"1001"}\n' }]);
	const steps = names.map(
		(name): Step => ({
			name,
			node: 'fetchBatch',
			parameters: { outputAs, options: options as IDataObject },
		}),
	);
	const run = await runSteps({
		items: tenants.map((tenant) => ({
			memberId: `m-${tenant}`,
			tenant,
			jobId: 'job-1',
			transactionTime: '2027-01-04T14:00:00Z',
			batch: 1,
			batchCount: 1,
			type: 'Patient',
			url: `/v1/${tenant}/bulk-data/r4/$export/file/1.ndjson`,
		})),
		steps: [...steps, { node: 'memberOutcomes', withoutCredential: true }],
		links,
		others: { divide: divide(), loop: loopNode(), store: plain('store'), store2: plain('store2') },
		credential: credentialFor(gateway),
	});
	await gateway.close();
	expect(run.error).toBeUndefined();
	const { runData } = run.raw.data.resultData;
	return names
		.flatMap((name) => runData[name] ?? [])
		.flatMap((each) => each.hints ?? [])
		.map(({ message }) => message)
		.join('\n');
}

const TWO: Link[] = [
	{ from: 'Input', to: 'divide' },
	{ from: 'divide', to: 'One' },
	{ from: 'divide', output: 1, to: 'Two' },
];
const toStores = (one: string, two: string): Link[] => [
	...TWO,
	{ from: 'One', to: one },
	{ from: 'Two', to: two },
];
const SAID = "'One' has fetched from another payer, and 'store' comes after both";

test('two nodes with the same one after them: the one that runs later says so', async () => {
	expect(await hints(toStores('store', 'store'))).toContain(SAID);
});

test('one node in a loop, with a payer in each round', async () => {
	const links: Link[] = [
		{ from: 'Input', to: 'loop' },
		{ from: 'loop', output: 1, to: 'One' },
		{ from: 'One', to: 'loop' },
	];
	expect(await hints(links, { names: ['One'] })).toContain('Data of 2 payers meets here');
});

test.each<[what: string, links: Link[], more?: Parameters<typeof hints>[1]]>([
	['have stores of their own', toStores('store', 'store2')],
	['have fetched from the same payer', toStores('store', 'store'), { tenants: ['bison', 'bison'] }],
	['give items', toStores('store', 'store'), { outputAs: 'items' }],
	['are prepared', toStores('store', 'store'), { options: PREPARED }],
	[
		'meet in Member Outcomes and behind it only',
		[
			...TWO,
			{ from: 'One', output: 1, to: 'memberOutcomes', input: 1 },
			{ from: 'Two', output: 1, to: 'memberOutcomes', input: 1 },
			{ from: 'memberOutcomes', to: 'store' },
		],
	],
])('no hint of two nodes that %s', async (_, links, more = {}) => {
	expect(await hints(links, more)).not.toContain('Prepare For My Server');
});

test('what another execution has fetched is forgotten', async () => {
	const links: Link[] = [{ from: 'Input', to: 'One' }];
	for (const tenant of ['bison', 'lynx']) {
		expect(await hints(links, { tenants: [tenant], names: ['One'] })).not.toContain('Prepare For My Server');
	}
});
