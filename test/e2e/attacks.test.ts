/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import axios from 'axios';
import { row } from '../support/expectations';
import type { Answer, ScriptedGateway } from '../support/scriptedGateway';
import { closeBench, credentialFor, openBench, theBench, withGateway } from './bench';
import { start, type Step } from './workflows';

/** What a payer can do to n8n: each attack against a real n8n with 1 GB of heap, which stays up and answers meanwhile. */

const OPEN_WITHIN_MS = 40 * 60_000;
const LOOK_EVERY_MS = 100;
/** How long /healthz may take while a node of ours runs, on a machine that does other work too. What the protections keep off takes minutes. */
const HEALTHY_MS = 4000;

beforeAll(async () => {
	await openBench(undefined, { NODE_OPTIONS: '--max-old-space-size=1024', N8N_LOG_LEVEL: 'info' });
}, OPEN_WITHIN_MS);
afterAll(closeBench);

const packed = (text: string, status = 200, headers: Record<string, string> = {}): Answer => ({
	status,
	headers: { 'content-encoding': 'gzip', 'content-type': 'application/json', ...headers },
	body: gzipSync(text, { level: 1 }),
});
/** Without holding the whole text: the same piece again and again, packed. */
const packedTimes = (piece: string, times: number): Answer => ({
	headers: { 'content-encoding': 'gzip' },
	body: Buffer.concat(Array<Buffer>(times).fill(gzipSync(piece))),
});
const JOB = '/v1/bison/bulk-data/r4/$export/job/j1';
const FILE = (name: number | string) => `/v1/bison/bulk-data/r4/$export/file/${name}.ndjson`;
const files = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ type: 'Patient', url: FILE(index) }));
const job = { tenant: 'bison', groupId: 'g1', jobId: 'j1' };
const batch = { ...job, batch: 1, batchCount: 1, type: 'Basic', url: FILE(1) };
const basic = '{"resourceType":"Basic","id":"b"}\n'.repeat(30_000);
const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
const complaint = JSON.stringify({
	resourceType: 'OperationOutcome',
	issue: [{ severity: 'error', code: 'x' }],
});
const wordy = (length: number) => ({
	resourceType: 'OperationOutcome',
	issue: Array.from({ length: 200 }, () => ({ code: 'x', details: { text: 'a'.repeat(length) } })),
});

const MATCH: Step = { node: 'memberMatch', onError: 'continueRegularOutput' };
const START: Step = { node: 'startExport', onError: 'continueRegularOutput' };
const WAIT: Step = {
	node: 'waitForExport',
	parameters: { giveUpAfter: 0.05 },
	onError: 'continueRegularOutput',
};
const fetchAs = (outputAs: string): Step => ({
	node: 'fetchBatch',
	parameters: { outputAs },
	onError: 'continueRegularOutput',
});

interface Attack {
	/** n8n stores so many items that this takes it longer than our node, whoever gave them. */
	storesMuch?: boolean;
	step: Step;
	rows: object[];
	answers: Answer[];
	token?: Answer;
}

const ATTACKS: Array<[what: string, attack: Attack]> = [
	['small lines as items', { step: fetchAs('items'), rows: [batch], answers: [packedTimes(basic, 50)] }],
	[
		'empty objects as items',
		{
			step: fetchAs('items'),
			rows: [batch],
			answers: [packedTimes(`{"resourceType":"Basic","a":[${'{},'.repeat(60_000)}{}]}\n`, 400)],
		},
	],
	[
		'lines that are no JSON',
		{ step: fetchAs('items'), rows: [batch], answers: [packedTimes('{x}\n'.repeat(20_000), 10)] },
	],
	[
		'a file larger than promised',
		{ step: fetchAs('file'), rows: [{ ...batch, count: 10 }], answers: [packedTimes(basic, 1_000)] },
	],
	[
		'a line nested a million deep',
		{ step: fetchAs('items'), rows: [batch], answers: [packed(`{"resourceType":"Basic","a":${deep}}\n`)] },
	],
	[
		'a token endpoint of 1.5 GB',
		{ step: START, rows: [job], answers: [{}], token: packedTimes('x'.repeat(1_000_000), 1_500) },
	],
	[
		'a token of many values',
		{ step: START, rows: [job], answers: [{}], token: packedTimes('{},'.repeat(300_000), 2) },
	],
	[
		'a match answer of 500 MB',
		{ step: MATCH, rows: [row('small')], answers: [packedTimes('x'.repeat(1_000_000), 500)] },
	],
	[
		'a match answer nested a million deep',
		{ step: MATCH, rows: [row('small')], answers: [packed(`{"groupId":"g","a":${deep}}`)] },
	],
	[
		'a match answer of long words',
		{ step: MATCH, rows: [row('small')], answers: [packed(JSON.stringify(wordy(15_000)), 422)] },
	],
	[
		'a kick-off with dots',
		{
			step: START,
			rows: [job],
			answers: [
				packed(
					JSON.stringify({
						resourceType: 'OperationOutcome',
						issue: [{ details: { text: `https://x.example${JOB}${'.'.repeat(150_000)} x` } }],
					}),
					202,
				),
			],
		},
	],
	[
		'a manifest of 40,000 files',
		{
			storesMuch: true,
			step: WAIT,
			rows: [job],
			answers: [packed(JSON.stringify({ output: files(40_000) }))],
		},
	],
	[
		'a manifest of 32 MB of {}',
		{ step: WAIT, rows: [job], answers: [packed(`{"output":[${'{},'.repeat(11_000_000)}{}]}`)] },
	],
	[
		'a transactionTime of 1 MB',
		{
			step: WAIT,
			rows: [job],
			answers: [packed(JSON.stringify({ transactionTime: 'x'.repeat(1_000_000), output: files(5_000) }))],
		},
	],
	[
		'1,000 slow files of complaints',
		{
			step: WAIT,
			rows: [job],
			answers: [
				{ body: { output: files(1), error: files(1_000) } },
				(response) => void sleep(300).then(() => response.end(complaint)),
			],
		},
	],
	[
		'a file of 300,000 complaints',
		{
			step: WAIT,
			rows: [job],
			answers: [
				{ body: { output: files(1), error: [{ url: FILE('e') }] } },
				packed(`${complaint}\n`.repeat(300_000)),
			],
		},
	],
];

/** Runs the attack, and asks n8n meanwhile how it is. @returns the longest answer in ms */
async function attacked({ step, rows }: Attack, gateway: ScriptedGateway): Promise<number> {
	const { client, n8n } = theBench();
	let longest = 0;
	let isOver = false;
	const look = async () => {
		while (!isOver) {
			const askedAt = Date.now();
			const { status } = await axios.get(`${n8n.url}/healthz`, { timeout: 30_000 });
			expect(status).toBe(200);
			longest = Math.max(longest, Date.now() - askedAt);
			await sleep(LOOK_EVERY_MS);
		}
	};
	const credentialId = await credentialFor(gateway);
	const looking = look();
	const { executionId } = await start({ rows, steps: [step], credentialId });
	const { status } = await client.waitForExecution(executionId, { timeoutMs: 60_000 });
	isOver = true;
	await looking;
	expect(status).toBe('success');
	return longest;
}

test.each(ATTACKS)('C %s: n8n stays up and answers', async (_, attack) => {
	await withGateway(attack.answers, attack.token, async (gateway) => {
		const longest = await attacked(attack, gateway);
		if (!attack.storesMuch) expect(longest).toBeLessThan(HEALTHY_MS);
	});
});
