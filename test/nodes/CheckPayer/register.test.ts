import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { StandardSettings } from '../../../sandbox/standard/settings';
import { directoryCredential } from '../../support/directories';
import { runSteps } from '../../support/engine';
import { Payers } from '../../support/standardRuns';
import { standardCredential, type SignInWay } from '../../support/standardSandbox';
import { startUdapPayer } from '../../support/udapPayer';

const payers = new Payers('--udap');

interface Asked {
	operation?: string;
	way?: SignInWay;
	credential?: ICredentialDataDecryptedObject;
	options?: IDataObject;
}

async function run({ operation = 'register', way = 'udap', credential: changes, options = {} }: Asked = {}) {
	const { credential, credentialType } = standardCredential(payers.running, 'pdex-2.2', way, changes);
	const ran = await runSteps({
		items: [{ memberId: 'M-17', familyName: 'Zzyzx' }],
		steps: [
			{
				node: 'checkPayer',
				parameters: { payerApi: 'pdex', pdexAuthentication: credentialType, operation, options },
			},
		],
		credential,
		credentialType,
	});
	expect(ran.error).toBeUndefined();
	const rows = ran.json('checkPayer');
	expect(rows).toHaveLength(1);
	return rows[0];
}

const settings = async (changes: Partial<StandardSettings> = {}) => await payers.running.reset(changes);
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

test('U3 a client that is not registered is, and with the ID that it gets the payer is ready', async () => {
	await settings();
	const first = await run({ credential: { clientId: '' } });
	expect(first).toMatchObject({
		payer: matching(/^pdex:/),
		payerName: 'Bison Health Plan',
		clientId: matching(/./),
		isOtherClientId: true,
		doesNotWork: '',
		whatToDo: 'Enter the Client ID in the credential.',
	});
	const requests = await payers.running.requests();
	expect(JSON.stringify(requests)).not.toMatch(/M-17|Zzyzx|Patient|Group/);
	const clientId = String(first.clientId);
	expect(await run({ credential: { clientId } })).toMatchObject({
		status: 'registration changed',
		clientId,
		isOtherClientId: false,
		whatToDo: '',
	});
	expect(
		await run({ operation: 'check', credential: { clientId, respondingNpi: '1558444216' } }),
	).toMatchObject({
		status: 'ready',
		signIn: 'yes',
		udap: 'yes',
	});
});

test('U3 a payer that gives another ID says that only the new one counts', async () => {
	await settings();
	const { clientId } = await run({ credential: { clientId: '' } });
	await payers.running.set({ udapRegistration: 'new-id' });
	expect(await run({ credential: { clientId: String(clientId) } })).toMatchObject({
		isOtherClientId: true,
		clientId: expect.not.stringContaining(String(clientId)) as string,
		whatToDo: matching(/Enter the new one/),
	});
});

test('U3 a registration is cancelled', async () => {
	await settings();
	const { clientId } = await run({ credential: { clientId: '' } });
	expect(await run({ credential: { clientId: String(clientId) }, options: { cancel: true } })).toMatchObject({
		status: 'registration cancelled',
		clientId: '',
		whatToDo: 'Empty the Client ID of the credential.',
	});
});

test.each([
	'invalid_software_statement',
	'unapproved_software_statement',
	'invalid_client_metadata',
	'invalid_redirect_uri',
] as const)('U3 a payer that refuses by %s gives a row', async (udapRegistration) => {
	await settings({ udapRegistration });
	expect(await run({ credential: { clientId: '' } })).toMatchObject({
		status: 'not registered',
		clientId: '',
		doesNotWork: matching(/could not register/),
		whatToDo: matching(new RegExp(`\\(${udapRegistration}\\)`)),
	});
});

test('a field that is empty is named, and nothing is registered', async () => {
	await settings();
	const row = await run({ credential: { clientId: '', contacts: '' } });
	expect(row).toMatchObject({ status: 'not registered', whatToDo: matching(/Fill in the Contacts/) });
	expect(await payers.running.requests()).toEqual([]);
});

test('another sign-in has no registration: the row says so, and what to do', async () => {
	await settings();
	expect(await run({ way: 'basic' })).toMatchObject({
		status: 'not registered',
		doesNotWork: matching(/clients are not registered by a request/),
		whatToDo: matching(/Ask the payer for a client ID/),
	});
});

describe('a registration endpoint that a payer of the directory signs', () => {
	/** Registers at the one of two payers on a host, each with a path of its own. */
	async function registeredAt(endpoint: string) {
		const payer = await startUdapPayer();
		const { fhirBaseUrl, certificateChain, privateKey, ...identity } = payer.credential;
		const { origin } = new URL(String(fhirBaseUrl));
		const claims = { registration_endpoint: origin + endpoint };
		payer.answers = {
			...payer.usual,
			'/fhir/.well-known/udap': [200, payer.signer.metadata({}, { claims })],
			[new URL(origin + endpoint).pathname]: [201, { client_id: 'new-client' }],
		};
		const row = { fhirBaseUrl: String(fhirBaseUrl), signIn: 'udap', scope: 'system/*.rs' };
		const other = { fhirBaseUrl: `${origin}/other/fhir`, signIn: 'secret', clientId: 'x' };
		const credential = directoryCredential(
			{ hostile: { row }, other: { row: other, secret: 'y' } },
			{ ...identity, certificateChain, useUdap: true, udapPrivateKey: privateKey, privateKey: '' },
		);
		const ran = await runSteps({
			items: [{}],
			steps: [
				{
					node: 'checkPayer',
					parameters: { payerApi: 'directory', operation: 'register', onlyPayers: 'hostile' },
				},
			],
			credential,
			credentialType: 'payerDirectoryApi',
		});
		await payer.close();
		return { row: ran.json('checkPayer')[0], asked: payer.got.map(({ path }) => path) };
	}

	test.each(['/other/fhir/register', '/OTHER/fhir/register', '/%6fther/fhir//register', '/other/fhir'])(
		'R2 %s, at the address of another row, gets nothing',
		async (endpoint) => {
			const { row, asked } = await registeredAt(endpoint);
			expect(row).toMatchObject({
				status: 'not registered',
				clientId: '',
				whatToDo: matching(/address of another payer of the directory/),
			});
			expect(asked).toEqual(['/fhir/.well-known/udap']);
		},
	);

	test.each(['/register', '/fhir/register'])('%s is asked', async (endpoint) => {
		const { row, asked } = await registeredAt(endpoint);
		expect(row).toMatchObject({ status: 'registered', clientId: 'new-client' });
		expect(asked).toEqual(['/fhir/.well-known/udap', endpoint]);
	});
});
