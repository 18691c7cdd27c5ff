import { DIALECTS } from '../../../sandbox/standard/dialects';
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

/** Each payer with another way to sign in. */
const WAYS: SignInWay[] = ['ES384 as PEM', 'RS384 as JWK', 'basic'];

/** The same workflow at payers that follow the standards: another credential, and Payer API. */
export function standardPayerSuite(): void {
	describe('a payer that follows the standards', () => {
		let payers: StandardPayers;
		beforeAll(async () => {
			payers = await startStandardPayers();
		});
		afterAll(async () => await payers.stop());

		test.each(DIALECTS.map((dialect, index) => [dialect, WAYS[index]] as const))(
			'%s, signed in by %s, gives the same resources, and the Test of the credential is green',
			async (dialect, way) => {
				const { client } = theBench();
				const { credential: data, credentialType } = standardCredential(payers, dialect, way);
				const credentialId = await client.createCredential({ name: dialect, type: credentialType, data });
				expect(await client.testCredential(credentialId)).toMatchObject({ status: 'OK' });

				const parameters = { payerApi: 'pdex', pdexAuthentication: credentialType };
				const steps = fourSteps().map((step) => ({
					...step,
					parameters: { ...step.parameters, ...parameters },
				}));
				const execution = await run({ rows: [row('small')], steps, credentialId, credentialType });
				expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
				expect(typesOf(jsonOf(execution, 'fetchBatch'))).toEqual(truth('small').types);
				expect(await payers.violations()).toEqual([]);
			},
		);

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
