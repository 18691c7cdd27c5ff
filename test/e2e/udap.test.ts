/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { row, truth, typesOf } from '../support/expectations';
import { standardCredential, startStandardPayers, type StandardPayers } from '../support/standardSandbox';
import { fourSteps } from '../support/steps';
import { closeBench, openBench, theBench } from './bench';
import { jsonOf, run } from './workflows';

/** Payers of a trust community, in a real n8n. */

const OPEN_WITHIN_MS = 40 * 60_000;
let payers: StandardPayers;

beforeAll(async () => {
	payers = await startStandardPayers('--udap');
	await openBench();
}, OPEN_WITHIN_MS);
afterAll(async () => {
	await closeBench();
	await payers?.stop();
});
afterEach(async () => await payers.reset());

function own() {
	const { udap } = payers;
	if (!udap) throw new Error('The payers have no community');
	return udap;
}

test('U4 match, export and files by UDAP, with an encrypted key and a chain without line ends', async () => {
	const { credential: data, credentialType } = standardCredential(payers, 'pdex-2.2', 'udap', {
		certificateChain: own().chain.replace(/\n/g, ' '),
		privateKey: own().encryptedKey,
		privateKeyPassphrase: own().passphrase,
		community: own().community,
	});
	const { client } = theBench();
	const credentialId = await client.createCredential({ name: 'UDAP', type: credentialType, data });
	expect(await client.testCredential(credentialId)).toMatchObject({ status: 'OK' });
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	const steps = fourSteps().map((step) => ({ ...step, parameters: sets }));
	const execution = await run({ rows: [row('small')], steps, credentialId, credentialType });
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	expect(typesOf(jsonOf(execution, 'fetchBatch'))).toEqual(truth('small').types);
	const tokens = (await payers.requests()).filter(({ path }) => path === '/udap/token');
	expect(tokens.length).toBeGreaterThan(0);
	for (const { status, authorization } of tokens) expect([status, authorization]).toEqual([200, undefined]);
});

test.each<[sentence: string, changes: Record<string, string>, says: RegExp]>([
	['U5 no Organization ID', { organizationId: '' }, /Fill in the Organization ID/],
	[
		'a wrong passphrase',
		{ privateKeyPassphrase: 'Zzyzx' },
		/cannot be decrypted with this Private Key Passphrase/,
	],
	['another community', { community: 'urn:other' }, /offers no UDAP for the trust community/],
	['a client that has not registered', { clientId: 'unknown' }, /refused this client.*Register/],
])('%s turns the Test red, in words of its own', async (_, changes, says) => {
	const { credential: data, credentialType } = standardCredential(payers, 'pdex-2.2', 'udap', {
		privateKey: own().encryptedKey,
		privateKeyPassphrase: own().passphrase,
	});
	const { client } = theBench();
	const id = await client.createCredential({ name: 'wrong', type: credentialType, data });
	expect(await client.testCredential(id, changes)).toMatchObject({
		status: 'Error',
		message: expect.stringMatching(says) as string,
	});
});

test('no key, passphrase or assertion stands in a log of n8n', () => {
	const log = readFileSync(theBench().n8n.logFile, 'utf8');
	const key = own().key.split('\n')[1].slice(0, 40);
	for (const secret of [key, own().passphrase, 'Zzyzx', 'eyJhbGciOiJSUzI1NiIsIng1Yy']) {
		expect([secret, log.includes(secret)]).toEqual([secret, false]);
	}
});
