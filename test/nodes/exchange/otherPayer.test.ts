import type { IDataObject } from 'n8n-workflow';
import { credentialFor, runSteps, type NodeName } from '../../support/engine';
import { row } from '../../support/expectations';
import { startScriptedGateway } from '../../support/scriptedGateway';
import { runOneNode } from '../../support/oneNode';

/** A9: a node that is set to another payer than the item's sends nothing, and says so. */

const JOB = { memberId: 'm1', tenant: 'bison', groupId: 'g1', jobId: 'job-1' };
const FILE = '/v1/bison/bulk-data/r4/$export/file/a.ndjson';
const NODES: Array<[NodeName, IDataObject]> = [
	['startExport', JOB],
	['waitForExport', JOB],
	['fetchBatch', { ...JOB, batch: 1, batchCount: 1, type: 'Practitioner', url: FILE }],
];
const run = async (node: NodeName, item: IDataObject) =>
	await runOneNode({ node, parameters: node === 'waitForExport' ? { giveUpAfter: 0 } : {} }, [item], {
		answers: [{ status: 202, body: '' }],
	});

const OTHERS: Array<[string, string, RegExp]> = [
	['another kind', 'pdex:fhir.payer.example/r4', /Set 'Payer API' of this node to 'Da Vinci PDex/],
	[
		'another gateway',
		'oneUpHealth:gateway.1up.health/bison',
		/Choose the credential .*'Gateway URL' is another/,
	],
];

test.each(NODES.flatMap(([node, item]) => OTHERS.map((other) => [node, item, ...other] as const)))(
	'A9 %s: an item of %p is not sent to this payer',
	async (node, item, _, payer, whatToDo) => {
		// As an item of the other payer has it: nothing that this one could take.
		for (const sent of [
			{ ...item, payer },
			{ memberId: 'm1', patientId: 'p1', payer },
		]) {
			const { run: ended, gateway } = await run(node, sent);
			expect(ended.status).toBe('error');
			expect(ended.error?.message).toContain(
				`The member was matched at ${payer}, but this node is set to oneUp`,
			);
			expect(ended.error?.description).toMatch(whatToDo);
			expect(gateway.got).toEqual([]);
		}
	},
);

test.each(NODES)('A9 %s: an item of another tenant is not sent', async (node, item) => {
	const gateway = await startScriptedGateway([{ status: 202, body: '' }]);
	const payer = `oneUpHealth:${new URL(gateway.url).host}/otter`;
	const ended = await runSteps({
		items: [{ ...item, payer }],
		steps: [{ node, parameters: node === 'waitForExport' ? { giveUpAfter: 0 } : {} }],
		credential: credentialFor(gateway),
	});
	await gateway.close();
	expect(ended.error?.message).toMatch(/was matched at \S+\/otter, but this node is set to \S+\/bison/);
	expect(ended.error?.description).toMatch(/^Let 'Tenant' of this node take the tenant of the item/);
	expect(gateway.got).toEqual([]);
});

test.each(
	NODES.flatMap(([node, item]) =>
		['Aetna', 'Aetna:PPO', '', null].map((payer) => [node, item, payer] as const),
	),
)('A9 %s: an item %p with a column payer of %p is not held up', async (node, item, payer) => {
	const { gateway } = await run(node, { ...item, payer });
	expect(gateway.got.length).toBeGreaterThan(0);
});

test('A9 a node without the credential of its Payer API names the true cause', async () => {
	const ended = await runSteps({
		items: [{ ...JOB, payer: 'pdex:fhir.payer.example/r4' }] as never,
		steps: [{ node: 'startExport', withoutCredential: true }],
		credential: credentialFor({ url: 'http://127.0.0.1:1', clientId: 'a', clientSecret: 'b' }),
	});
	expect(ended.error?.message).toContain('No credential is chosen');
	expect(ended.error?.description).toContain(
		`The member was matched at pdex:fhir.payer.example/r4: set 'Payer API' of this node to 'Da Vinci PDex`,
	);
});

test('A9 Member Match ignores a column payer of the roster, and writes its own', async () => {
	const { run: ended, gateway } = await runOneNode(
		{ node: 'memberMatch' },
		[row('small', { payer: 'pdex:fhir.payer.example/r4', payerName: 'Aetna' })],
		{ answers: [{ body: { groupId: 'g1' } }] },
	);
	const [matched] = ended.json('memberMatch');
	expect(matched.payer).toBe(`oneUpHealth:${new URL(gateway.url).host}/bison`);
	expect(matched).not.toHaveProperty('payerName');
});
