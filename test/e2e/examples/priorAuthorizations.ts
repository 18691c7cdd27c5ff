import { claims } from '../../unit/FhirToTable/claimFixtures';
import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { allJson, runByHand, type ExampleNode } from './bringIn';
import { rowsOf } from './dataTables';
import { startMailbox, type Mailbox } from './mailbox';
import { expectRows, type OutcomeRow } from './outcomeRow';
import { ASKS, bringInForm, type RosterForm } from './rosterForm';

const DAY_MS = 86_400_000;
const LONG_AGO = '2019-05-01T08:00:00Z';
const dayFromNow = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const MEMBERS = ['small', 'no-match'];

/** A prior authorization of which nothing keeps it in the list. */
const closed = {
	...claims.priorAuthorization,
	outcome: 'complete',
	meta: { lastUpdated: LONG_AGO },
	created: LONG_AGO.slice(0, 10),
	preAuthRefPeriod: [{ start: '2019-01-01', end: '2019-06-30' }],
	adjudication: decided('A1', LONG_AGO),
	item: undefined,
};

/** A decision on the whole request. */
function decided(code: string, at: string): unknown {
	const text = JSON.stringify(claims.priorAuthorization.adjudication);
	return JSON.parse(text.replace('A4', code).replace('2026-01-30T09:00:00Z', at));
}

/** By id: what differs from the one that is closed. The payer of the tests has no prior authorizations. */
const AUTHORIZATIONS: Record<string, object> = {
	closed: {},
	pended: { adjudication: decided('A4', LONG_AGO) },
	queued: { outcome: 'queued' },
	'in-effect': { preAuthRefPeriod: [{ start: '2019-01-01', end: dayFromNow(30) }] },
	'denied-lately': { adjudication: decided('A3', `${dayFromNow(-300)}T09:00:00Z`) },
	'denied-long-ago': { adjudication: decided('A3', `${dayFromNow(-400)}T09:00:00Z`) },
	'changed-lately': { meta: { lastUpdated: `${dayFromNow(-10)}T09:00:00Z` } },
};
const OPEN = ['changed-lately', 'denied-lately', 'in-effect', 'pended', 'queued'];

/** Gives the authorizations to the table, beside what the payer sends. */
function given(): Array<{ after: string; before?: string; node: ExampleNode }> {
	const list = Object.entries(AUTHORIZATIONS).map(([id, changes], index) => ({
		memberId: 'SYN-1001',
		payer: 'other',
		jobId: 'j1',
		batch: 1,
		line: index + 1,
		resource: { ...closed, ...changes, id },
	}));
	const node = (name: string, type: string, typeVersion: number, parameters: Record<string, unknown>) => ({
		...{ id: name, name, type: `n8n-nodes-base.${type}`, typeVersion, position: [0, 0], parameters },
	});
	const raw = { mode: 'raw', jsonOutput: JSON.stringify({ list }), options: {} };
	return [
		{ after: 'Who Asks', node: node('Given', 'set', 3.4, raw) },
		{
			after: 'Given',
			before: 'Prior Authorizations',
			node: node('Each Given', 'splitOut', 1, { fieldToSplitOut: 'list', options: {} }),
		},
	];
}

/** The example "Open prior authorizations". */
export function priorAuthorizationsExample(): void {
	let mailbox: Mailbox;
	let example: RosterForm;
	beforeAll(async () => {
		mailbox = await startMailbox();
		const id = await theBench().client.createCredential({
			name: 'Mail',
			type: 'smtp',
			data: { host: '127.0.0.1', port: mailbox.port, secure: false, disableStartTls: true },
		});
		example = await bringInForm('prior-authorizations.json', {
			credentials: { 'n8n-nodes-base.emailSend': { smtp: { id, name: 'Mail' } } },
			added: given(),
		});
		await runByHand(example.workflowId, 'Make Tables by Hand');
	});
	afterAll(async () => await mailbox.close());

	test.each([1, 2])('prior-authorizations: run %d gives those that are open, each once', async () => {
		const execution = await example.run(MEMBERS.map((key) => row(key)));
		const stored = await rowsOf<{ prior_authorization_key: string; member_id: string }>(
			'Open prior authorizations',
		);
		expect(stored.map((each) => each.prior_authorization_key.split('/').at(-1)).sort()).toEqual(OPEN);
		expect(new Set(stored.map((each) => each.member_id))).toEqual(new Set(['SYN-1001']));
		expectRows(allJson<OutcomeRow>(execution, 'Member Outcomes'), MEMBERS, ASKS);
	});

	test('prior-authorizations: the mail says how many, and nothing of a member', () => {
		const [mail] = mailbox.mails;
		expect(mail.replaceAll('=\r\n', '')).toContain(
			`open prior authorizations: ${OPEN.length}, of members: 1.`,
		);
		const { memberId, familyName, coverageId, birthDate } = row('small');
		for (const value of [memberId, familyName, coverageId, birthDate, 'PA-1', 'M17.11']) {
			expect(mail).not.toContain(value);
		}
	});
}
