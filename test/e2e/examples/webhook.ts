import { randomBytes } from 'node:crypto';
import axios from 'axios';
import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { until } from '../workflows';
import { bringIn, endOf } from './bringIn';
import { startListener, type Listener } from './listener';
import { expectedRow, type OutcomeRow } from './outcomeRow';

type CallBack = OutcomeRow & { receipt: string };

const SECRET_HEADER = 'X-Exchange-Key';

/** The example "A member from another system": a receipt at once, and one call-back at the end. */
export function webhookExample(): void {
	const key = randomBytes(16).toString('hex');
	let other: Listener;
	let refusals = 0;
	beforeAll(async () => {
		// The first call-back is refused once, as by a system that is just being restarted.
		other = await startListener(() => (refusals++ === 0 ? { status: 503 } : undefined));
		const { client } = theBench();
		const id = await client.createCredential({
			name: 'Exchange key',
			type: 'httpHeaderAuth',
			data: { name: SECRET_HEADER, value: key },
		});
		const workflowId = await bringIn('webhook.json', {
			credentials: { 'n8n-nodes-base.webhook': { httpHeaderAuth: { id, name: 'Exchange key' } } },
			parameters: {
				'Call Back': { url: `${other.url}/outcome` },
				'Wait For Export': { giveUpAfter: 0 },
				'Pause Before Asking Again': { amount: 1 },
			},
		});
		await client.activate(workflowId);
		await until('the webhook is there', async () => (await post({}, 'wrong')).status === 403);
	});
	afterAll(async () => await other.close());

	async function post(body: object, secret = key): Promise<{ status: number; data: { receipt: string } }> {
		return await axios.post(`${theBench().n8n.url}/webhook/payer-exchange`, body, {
			headers: { [SECRET_HEADER]: secret },
			proxy: false,
			validateStatus: () => true,
		});
	}

	test.each<[member: string, changes: object, expected: object]>([
		['small', {}, expectedRow('small')],
		['partial', {}, expectedRow('partial')],
		['failed', {}, expectedRow('failed')],
		['no-match', {}, expectedRow('no-match')],
		['empty', {}, expectedRow('empty')],
		['accents', { birthDate: undefined }, { outcome: 'error', memberId: 'SYN-1003' }],
	])('webhook: %s %j gets a receipt at once and one call-back', async (member, changes, expected) => {
		const { status, data } = await post({ ...row(member), requestedBy: 'Enrollment system', ...changes });
		expect([status, Object.keys(data).sort()]).toEqual([202, ['receipt', 'receivedAt']]);
		await endOf(data.receipt);
		const calls = other.heard
			.map(({ body }) => JSON.parse(body) as CallBack)
			.filter(({ receipt }) => receipt === data.receipt);
		// A refused call-back is repeated as it is.
		expect(new Set(calls.map((each) => JSON.stringify(each))).size).toBe(1);
		expect(calls[0]).toMatchObject({ ...expected, askedBy: 'Enrollment system' });
		expect(calls).toHaveLength(member === 'small' ? 2 : 1);
	});

	test('webhook: without the secret nobody is asked for', async () => {
		const { sandbox } = theBench();
		await sandbox.forget();
		expect((await post(row('small'), 'another')).status).toBe(403);
		expect(await sandbox.requests()).toEqual([]);
	});
}
