import { rosterMembers } from '../../sandbox/members';
import { truthOf } from '../../sandbox/truth';
import { runSteps } from '../support/engine';
import { pairs, typesOf } from '../support/expectations';
import { standardCredential, startStandardPayers, type StandardPayers } from '../support/standardSandbox';
import { fourSteps } from '../support/steps';

let payers: StandardPayers;
beforeAll(async () => {
	payers = await startStandardPayers();
});
afterAll(async () => await payers.stop());

const TOGETHER = { matchMode: 'together' };
const BULK_DIALECTS = ['pdex-2.1', 'pdex-2.2'] as const;
type Sets = NonNullable<Parameters<typeof fourSteps>[0]>;

async function exchange(dialect: (typeof BULK_DIALECTS)[number], items: object[], sets: Sets = {}) {
	const { credential, credentialType } = standardCredential(payers, dialect, 'ES384 as JWK');
	const payer = { payerApi: 'pdex', pdexAuthentication: credentialType };
	const steps = fourSteps({ memberMatch: TOGETHER, ...sets }).map((step) => ({
		...step,
		parameters: { ...step.parameters, ...payer },
	}));
	return await runSteps({ items: items.map((item) => ({ ...item })), steps, credential, credentialType });
}

const roster = rosterMembers.map(({ row: { tenant, ...row } }) => (void tenant, { ...row }));

test.each(BULK_DIALECTS)(
	'the roster goes through four nodes at the payer %s by one request and one export, and no rule is broken',
	async (dialect) => {
		const run = await exchange(dialect, roster, { fetchBatch: { options: { addOrigin: true } } });
		expect(run.error).toBeUndefined();
		expect(await payers.violations()).toEqual([]);
		console.log(JSON.stringify(run.json('memberMatch')[0], null, 1), run.json('memberMatch', 1).map(({response, ...x})=>x), run.json('startExport'), run.json('waitForExport').length, run.json('waitForExport', 2), run.json('fetchBatch', 1)[0]);
	},
);
