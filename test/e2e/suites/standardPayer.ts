import type { Dialect } from '../../../sandbox/standard/dialects';
import { row, truth, typesOf } from '../../support/expectations';
import {
	standardCredential,
	startStandardPayers,
	type SignInWay,
	type StandardPayers,
} from '../../support/standardSandbox';
import { fourSteps } from '../../support/steps';
import { theBench } from '../bench';
import { jsonOf, run } from '../workflows';

/** Each payer with a way to sign in, and how members are matched there. */
const PAYERS: ReadonlyArray<[dialect: Dialect, way: SignInWay, matchMode: 'each' | 'together']> = [
	['hrex-1.0', 'ES384 as PEM', 'each'],
	['hrex-1.2', 'RS384 as JWK', 'each'],
	['group', 'basic', 'each'],
	['bulk-v2', 'body', 'each'],
	['pdex-2.1', 'RS384 as PEM', 'together'],
	['pdex-2.2', 'ES384 as JWK', 'together'],
];
const MEMBERS = ['small', 'accents'] as const;

/** The same workflow at payers that follow the standards: another credential, Payer API, and where the payer matches many at once, Match Mode. */
export function standardPayerSuite(): void {
	describe('a payer that follows the standards', () => {
		let payers: StandardPayers;
		beforeAll(async () => {
			payers = await startStandardPayers();
		});
		afterAll(async () => await payers.stop());
		afterEach(async () => await payers.reset());

		test.each(PAYERS)(
			'%s, signed in by %s, members matched %s, gives the same resources, and the Test of the credential is green',
			async (dialect, way, matchMode) => {
				const { client } = theBench();
				const { credential: data, credentialType } = standardCredential(payers, dialect, way);
				const credentialId = await client.createCredential({ name: dialect, type: credentialType, data });
				expect(await client.testCredential(credentialId)).toMatchObject({ status: 'OK' });

				const parameters = { payerApi: 'pdex', pdexAuthentication: credentialType };
				const origin = { options: { addOrigin: true } };
				const steps = fourSteps({ memberMatch: { matchMode }, fetchBatch: origin }).map((step) => ({
					...step,
					parameters: { ...step.parameters, ...parameters },
				}));
				const rows = MEMBERS.map((key) => row(key));
				const execution = await run({ rows, steps, credentialId, credentialType });
				expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
				expect(jsonOf(execution, 'startExport')).toHaveLength(matchMode === 'together' ? 1 : MEMBERS.length);
				const given = jsonOf(execution, 'fetchBatch') as Array<{ memberId?: string; resource: object }>;
				for (const key of MEMBERS) {
					// Of several members, what is nobody's own (an Organization) has no memberId.
					const own = given.filter(({ memberId }) => memberId === row(key).memberId);
					const ofType = typesOf(own.map(({ resource }) => resource));
					expect(ofType).toMatchObject({ Patient: truth(key).types.Patient });
					if (matchMode === 'each') expect(ofType).toEqual(truth(key).types);
				}
				expect(given).toHaveLength(MEMBERS.reduce((sum, key) => sum + truth(key).resources, 0));
				expect(await payers.violations()).toEqual([]);
			},
		);

		test('a match that takes long goes through a Wait node back into the node, and is sent once', async () => {
			await payers.set({ runningPolls: 3 });
			const { credential: data, credentialType } = standardCredential(payers, 'pdex-2.2', 'basic');
			const credentialId = await theBench().client.createCredential({
				name: 'long',
				type: credentialType,
				data,
			});
			const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
			const stillMatching = {
				id: '1',
				leftValue: '={{ $json.outcome }}',
				rightValue: 'still-matching',
				operator: { type: 'string', operation: 'equals' },
			};
			const filter = {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
					conditions: [stillMatching],
					combinator: 'and',
				},
			};
			const execution = await run({
				rows: [row('small'), row('no-match')],
				steps: [
					{
						node: 'memberMatch',
						parameters: { ...sets, matchMode: 'together', options: { giveUpAfter: 0 } },
					},
				],
				extra: [
					{ name: 'Filter', type: 'n8n-nodes-base.filter', typeVersion: 2.2, parameters: filter },
					{
						name: 'Wait',
						type: 'n8n-nodes-base.wait',
						typeVersion: 1.1,
						parameters: { resume: 'timeInterval', amount: 2, unit: 'seconds' },
					},
				],
				links: [
					{ from: 'memberMatch', output: 1, to: 'Filter' },
					{ from: 'Filter', output: 0, to: 'Wait' },
					{ from: 'Wait', output: 0, to: 'memberMatch' },
				],
				credentialId,
				credentialType,
			});
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
			const runs = execution.runData.memberMatch;
			expect(runs.length).toBeGreaterThan(2);
			const ends = [0, 1].map((output) => runs.at(-1)?.data?.main[output]?.map(({ json }) => json.outcome));
			expect(ends).toEqual([['matched'], ['no-match']]);
			const asked = (await payers.requests()).filter(({ path }) => path.endsWith('$bulk-member-match'));
			expect(asked).toHaveLength(1);
		});

		/** An export of one member with what was deleted since, fetched with the option Deletions as Items. */
		async function withDeletions(fetch: { url?: string; onError?: 'continueErrorOutput' } = {}) {
			const { credential: data, credentialType } = standardCredential(payers, 'bulk-v2', 'basic');
			const { client } = theBench();
			const credentialId = await client.createCredential({ name: 'bulk-v2', type: credentialType, data });
			const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
			const { onError, ...more } = fetch;
			const execution = await run({
				rows: [{ memberId: 'm-1', groupId: 'group-small' }],
				steps: [
					{ node: 'startExport', parameters: { ...sets, options: { since: '2026-01-01T00:00:00Z' } } },
					{ node: 'waitForExport', parameters: { ...sets, pollEvery: 1 } },
					{
						node: 'fetchBatch',
						parameters: { ...sets, ...more, options: { deletionItems: true } },
						onError,
					},
				],
				credentialId,
				credentialType,
			});
			expect(execution.status).toBe('success');
			const outputs = [0, 1, 2, 3].map((output) => jsonOf(execution, 'fetchBatch', output));
			expect(outputs[2]).toMatchObject([
				{ memberId: 'm-1', deleted: true, method: 'DELETE', resourceType: 'Observation' },
			]);
			return { execution, outputs };
		}

		test('deletions leave by an output of their own', async () => {
			const { outputs } = await withDeletions();
			expect(typesOf(outputs[0])).toEqual(truth('small').types);
		});

		test('the error output stands behind that of the deletions', async () => {
			const { execution, outputs } = await withDeletions({
				// Of the file of deletions; the others have no address.
				url: '={{ $json.deleted ? $json.url : "" }}',
				onError: 'continueErrorOutput',
			});
			const [resources, reports, , errors] = outputs;
			expect(resources).toEqual([]);
			expect(reports).toMatchObject([{ outcome: 'complete', deletions: 1 }]);
			expect(errors).toHaveLength(jsonOf(execution, 'waitForExport').length - 1);
			expect(errors[0].error).toMatch(/'URL' is empty/);
		});

		test('a scope that is less than asked is told of by a hint', async () => {
			await payers.set({ grantedScope: 'system/Group.rs' });
			const { credential: data, credentialType } = standardCredential(payers, 'pdex-2.2', 'RS384 as JWK');
			const credentialId = await theBench().client.createCredential({
				name: 'less',
				type: credentialType,
				data,
			});
			const parameters = { payerApi: 'pdex', pdexAuthentication: credentialType };
			const execution = await run({
				rows: [{ groupId: 'group-small' }],
				steps: [{ node: 'startExport', parameters }],
				credentialId,
				credentialType,
			});
			expect(execution.runData.startExport[0].hints).toMatchObject([
				{ message: expect.stringMatching(/asked system\/\*\.rs, granted system\/Group\.rs/) as string },
			]);
		});

		test.each<[sentence: string, way: SignInWay, changes: Record<string, string>, says: RegExp]>([
			['a key that the payer does not know', 'ES384 as JWK', { keyId: 'other' }, /refused this client/],
			['a key that is none', 'ES384 as PEM', { privateKey: 'key' }, /Private Key is neither PEM nor JWK/],
			['a wrong secret', 'basic', { clientSecret: 'wrong' }, /refused this client/],
			['no scope', 'RS384 as JWK', { scope: ' ' }, /Fill in the Scope/],
		])('%s turns the Test red, in plain words', async (_, way, changes, says) => {
			const { client } = theBench();
			const { credential: data, credentialType } = standardCredential(payers, 'hrex-1.2', way);
			const id = await client.createCredential({ name: 'wrong', type: credentialType, data });
			expect(await client.testCredential(id, changes)).toMatchObject({
				status: 'Error',
				message: expect.stringMatching(says) as string,
			});
		});
	});
}
