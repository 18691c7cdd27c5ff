import { rosterMembers } from '../../../sandbox/members';
import { DIALECTS, type Dialect } from '../../../sandbox/standard/dialects';
import { runSteps } from '../../support/engine';
import { expectRosterExchanged } from '../../support/expectations';
import {
	standardCredential,
	startStandardPayers,
	type SignInWay,
	type StandardPayers,
} from '../../support/standardSandbox';
import { fourSteps } from '../../support/steps';

let payers: StandardPayers;
beforeAll(async () => {
	payers = await startStandardPayers();
});
afterAll(async () => await payers.stop());

/** A roster of another payer has no column tenant. */
const roster = rosterMembers.map(({ row: { tenant, ...row } }) => (void tenant, { ...row }));

async function exchange(dialect: Dialect, way: SignInWay, items: object[] = roster) {
	const { credential, credentialType } = standardCredential(payers, dialect, way);
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	const steps = fourSteps().map((step) => ({ ...step, parameters: { ...step.parameters, ...sets } }));
	return await runSteps({ items: items.map((item) => ({ ...item })), steps, credential, credentialType });
}

test.each(
	DIALECTS.map(
		(dialect, index) => [dialect, (['RS384 as JWK', 'ES384 as JWK', 'basic'] as const)[index]] as const,
	),
)(
	'the roster goes through four nodes at the payer %s, signed in by %s, and no rule is broken',
	async (dialect, way) => {
		const run = await exchange(dialect, way);
		expect(run.error).toBeUndefined();
		expect(await payers.violations()).toEqual([]);

		expectRosterExchanged(run);
		// By MemberId, by a search where the answer has an identifier alone, or by the group.
		for (const item of run.json('memberMatch')) {
			expect(item).not.toHaveProperty('tenant');
			expect(item.memberIdentifier).toEqual({
				system: 'https://payer.example/members',
				value: expect.stringMatching(/^U-/) as string,
			});
			if (dialect === 'group') expect(item.groupId).toMatch(/^c/);
			else expect(item.patientId).toBe(item.memberId);
		}
	},
);

test.each(['RS384 as PEM', 'ES384 as PEM', 'body'] as const)('signs in by %s', async (way) => {
	const run = await exchange('hrex-1.2', way, [roster[0]]);
	expect(run.error).toBeUndefined();
	expect(run.json('memberMatch')).toHaveLength(1);
	expect(await payers.violations()).toEqual([]);
});

test.each<
	[sentence: string, member: string, batches: (all: object[]) => object[], twice: boolean, expected: object]
>([
	['every batch', 'small', (all) => all, false, { jobDeleted: true }],
	[
		'not every batch',
		'small',
		(all) => all.slice(1),
		false,
		{ jobDeleted: false, jobKept: expect.stringMatching(/^Not every/) as string },
	],
	[
		'a job that is gone',
		'small',
		(all) => all,
		true,
		{ outcome: 'complete', jobDeleted: false, jobKept: 'The payer does not delete jobs (HTTP 404).' },
	],
])('a job is deleted after %s only, and the reports say so', async (_, key, batches, twice, expected) => {
	const member = rosterMembers.findIndex((each) => each.key === key);
	const completed = (await exchange('hrex-1.2', 'basic', [roster[member]])).json('waitForExport');
	const { credential, credentialType } = standardCredential(payers, 'hrex-1.2', 'basic');
	const fetch = async (items: object[], options: object) =>
		await runSteps({
			items: items.map((item) => ({ ...item })),
			steps: [
				{ node: 'fetchBatch', parameters: { payerApi: 'pdex', pdexAuthentication: credentialType, options } },
			],
			credential,
			credentialType,
		});
	if (twice) {
		// The files are fetched while the job is still there; only its status address is another by then.
		const moved = completed.map((item) => ({ ...item, statusUrl: `${String(item.statusUrl)}-gone` }));
		const run = await fetch(moved, { deleteJob: true });
		return expect(run.json('fetchBatch', 1)[0]).toMatchObject(expected);
	}
	const run = await fetch(batches(completed), { deleteJob: true });
	expect(run.json('fetchBatch', 1)).not.toHaveLength(0);
	for (const report of run.json('fetchBatch', 1)) expect(report).toMatchObject(expected);
	// What is deleted is gone, and what is kept is not.
	const again = await fetch(completed.slice(0, 1), {});
	expect(again.status).toBe('jobDeleted' in expected && expected.jobDeleted ? 'error' : 'success');
});
