import { directoryCredential, gatewayRow } from '../../support/directories';
import { theBench } from '../bench';
import { allJson, bringIn, runByHand } from './bringIn';
import { rowsOf } from './dataTables';
import { startMailbox, type Mailbox } from './mailbox';

const TRIGGER = 'Every Monday';

interface StoredRow {
	payerKey: string;
	status: string;
	whatToDo: string;
}

/** Two plans behind the gateway. @param secret of the second one */
function directory(secret?: string): Record<string, unknown> {
	const { sandbox } = theBench();
	const brook = gatewayRow(sandbox, 'brook');
	return directoryCredential({
		bison: gatewayRow(sandbox, sandbox.tenant),
		brook: { ...brook, secret: secret ?? brook.secret },
	});
}

/** The example "Payers, every Monday". */
export function payersEveryMondayExample(): void {
	let mailbox: Mailbox;
	let workflowId: string;
	let credentialId: string;
	beforeAll(async () => {
		mailbox = await startMailbox();
		const id = await theBench().client.createCredential({
			name: 'Mail',
			type: 'smtp',
			data: { host: '127.0.0.1', port: mailbox.port, secure: false, disableStartTls: true },
		});
		credentialId = await theBench().client.createCredential({
			name: 'Payers',
			type: 'payerDirectoryApi',
			data: directory(),
		});
		workflowId = await bringIn('payers-every-monday.json', {
			credentials: { 'n8n-nodes-base.emailSend': { smtp: { id, name: 'Mail' } } },
			credentialId,
		});
	});
	afterAll(async () => await mailbox.close());

	test('payers-every-monday: a payer that is new is told; one that is well and as before is not', async () => {
		const first = await runByHand(workflowId, TRIGGER);
		expect(allJson(first, 'Check Payer')).toMatchObject([
			{ payerKey: 'bison', status: 'ready', signIn: 'yes' },
			{ payerKey: 'brook', status: 'ready', signIn: 'yes' },
		]);
		expect(mailbox.mails).toHaveLength(1);
		const second = await runByHand(workflowId, TRIGGER);
		expect(allJson(second, 'Check Payer')).toHaveLength(2);
		expect(mailbox.mails).toHaveLength(1);
		const stored = await rowsOf<StoredRow>('Payer checks');
		expect(stored).toHaveLength(2);
		expect(stored.every(({ status, whatToDo }) => status === 'ready' && whatToDo === '')).toBe(true);
	});

	test('payers-every-monday: one that does not work is told each week, with what to do', async () => {
		await theBench().client.updateCredential(credentialId, directory('another'));
		for (const mails of [2, 3]) {
			await runByHand(workflowId, TRIGGER);
			expect(mailbox.mails).toHaveLength(mails);
		}
		const stored = await rowsOf<StoredRow>('Payer checks');
		expect(stored.map(({ payerKey, status }) => [payerKey, status]).sort()).toEqual([
			['bison', 'ready'],
			['brook', 'does not work'],
		]);
		expect(stored.find(({ payerKey }) => payerKey === 'brook')?.whatToDo).toMatch(/Client Secret/);
		expect(mailbox.mails.every((mail) => mail.includes('payers.csv'))).toBe(true);
	});
}
