import { credentialFor, theBench } from '../bench';
import { allJson, bringIn, runByHand } from './bringIn';
import { rowsOf } from './dataTables';
import { startMailbox, type Mailbox } from './mailbox';

const TRIGGER = 'Every Monday';

interface StoredRow {
	payer: string;
	status: string;
	whatToDo: string;
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
		credentialId = await credentialFor(theBench().sandbox);
		workflowId = await bringIn('payers-every-monday.json', {
			credentials: { 'n8n-nodes-base.emailSend': { smtp: { id, name: 'Mail' } } },
			credentialId,
		});
	});
	afterAll(async () => await mailbox.close());

	test('payers-every-monday: a payer that is new is told; one that is well and as before is not', async () => {
		const first = await runByHand(workflowId, TRIGGER);
		expect(allJson(first, 'Check Payer')).toMatchObject([{ status: 'ready', signIn: 'yes' }]);
		expect(mailbox.mails).toHaveLength(1);
		const second = await runByHand(workflowId, TRIGGER);
		expect(allJson(second, 'Check Payer')).toMatchObject([{ status: 'ready' }]);
		expect(mailbox.mails).toHaveLength(1);
		expect(await rowsOf<StoredRow>('Payer checks')).toMatchObject([{ status: 'ready', whatToDo: '' }]);
	});

	test('payers-every-monday: one that does not work is told each week, with what to do', async () => {
		await theBench().client.updateCredential(credentialId, { clientSecret: 'another' });
		for (const mails of [2, 3]) {
			await runByHand(workflowId, TRIGGER);
			expect(mailbox.mails).toHaveLength(mails);
		}
		expect(await rowsOf<StoredRow>('Payer checks')).toMatchObject([
			{ status: 'does not work', whatToDo: expect.stringMatching(/Client Secret/) as string },
		]);
		expect(mailbox.mails.every((mail) => mail.includes('payers.csv'))).toBe(true);
	});
}
