import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { registerClient } from '../../../nodes/shared/signIn/udap/registration';
import { ExchangeError } from '../../../nodes/shared/n8n/exchangeError';
import { axiosHelper } from '../../support/axiosHelper';
import { everythingOf } from '../../support/helpers';
import { standardCredential, startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
import { hostileMetadata } from '../../support/udapMetadata';
import { startUdapPayer, type UdapAnswer, type UdapPayer } from '../../support/udapPayer';

let payer: UdapPayer;
let payers: StandardPayers;
beforeAll(async () => {
	[payer, payers] = await Promise.all([startUdapPayer(), startStandardPayers('--udap')]);
});
afterAll(async () => await Promise.all([payer.close(), payers.stop()]));

const METADATA = '/fhir/.well-known/udap';

/** A registration at the payer of the tests: what came of it, or what the error says. */
async function registered(
	answer: UdapAnswer = [201, { client_id: 'new-client' }],
	changes: ICredentialDataDecryptedObject = {},
	options: Parameters<typeof registerClient>[2] = {},
	metadata: object = payer.signer.metadata(),
) {
	payer.answers = { ...payer.usual, [METADATA]: [200, metadata], '/register': answer };
	payer.got.length = 0;
	const credential = { ...payer.credential, clientId: '', ...changes };
	const result = await registerClient(axiosHelper, credential, options).catch((error: unknown) => error);
	const paths = payer.got.map(({ path }) => path);
	if (!(result instanceof Error))
		return { result: result as Awaited<ReturnType<typeof registerClient>>, paths, told: '' };
	if (!(result instanceof ExchangeError)) throw result;
	expect(everythingOf(result)).not.toMatch(/eyJ|MII|PRIVATE KEY/);
	return { told: `${result.message} ${result.details.whatToDo}`, paths };
}

/** Header and claims of the software statement that was sent, and the rest of the body. */
function statement() {
	const body = JSON.parse(payer.got.find(({ path }) => path === '/register')?.body ?? '{}') as {
		software_statement: string;
	};
	const [header, claims] = body.software_statement
		.split('.', 2)
		.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
	return { header, claims, body };
}

test('U6 a software statement is as the test kit wants it, and nothing else is sent', async () => {
	const { paths, result } = await registered();
	expect(result).toMatchObject({ state: 'new', clientId: 'new-client' });
	expect(paths).toEqual([METADATA, '/register']);
	const { header, claims, body } = statement();
	expect(body).toEqual({ software_statement: body.software_statement, udap: '1' });
	expect(Object.keys(header).sort()).toEqual(['alg', 'x5c']);
	expect(header.alg).toBe('RS256');
	expect(claims).toEqual({
		iss: 'https://prairie.example/p2p',
		sub: 'https://prairie.example/p2p',
		aud: payer.signer.endpoints.registration_endpoint,
		iat: expect.any(Number) as number,
		exp: expect.any(Number) as number,
		jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
		client_name: 'Prairie Health Plan',
		contacts: ['mailto:p2p@prairie.example'],
		grant_types: ['client_credentials'],
		token_endpoint_auth_method: 'private_key_jwt',
		scope: 'system/*.rs',
	});
	expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(300);
	const { headers } = payer.got[1];
	expect([headers.authorization, headers['content-type']]).toEqual([undefined, 'application/json']);
});

const GRANTS = { grant_types: ['client_credentials'], token_endpoint_auth_method: 'private_key_jwt' };

test.each<[sentence: string, answer: UdapAnswer, clientId: string, expected: object, hints: RegExp[]]>([
	[
		'201',
		[201, { client_id: 'a', ...GRANTS, scope: 'system/*.rs' }],
		'',
		{ state: 'new', clientId: 'a', isOtherClientId: true, grantedScope: 'system/*.rs' },
		[/Enter the Client ID/],
	],
	[
		'200 with the ID that we have',
		[200, { client_id: 'a', ...GRANTS }],
		'a',
		{ state: 'changed', isOtherClientId: false },
		[],
	],
	[
		'200 with another ID',
		[200, { client_id: 'b', ...GRANTS }],
		'a',
		{ state: 'changed', clientId: 'b', isOtherClientId: true },
		[/another Client ID.*Enter the new one/],
	],
	[
		'201 with another ID',
		[201, { client_id: 'b' }],
		'a',
		{ state: 'new', clientId: 'b', isOtherClientId: true },
		[/another Client ID/],
	],
	[
		'another scope',
		[201, { client_id: 'a', scope: 'system/Patient.rs' }],
		'a',
		{ grantedScope: 'system/Patient.rs' },
		[/another scope/],
	],
	[
		'other grants',
		[201, { client_id: 'a', grant_types: ['authorization_code'] }],
		'a',
		{},
		[/without the grant client_credentials/],
	],
	[
		'another way to sign in',
		[201, { client_id: 'a', token_endpoint_auth_method: 'none' }],
		'a',
		{},
		[/another way to sign in/],
	],
])('U3 a registration answered by %s', async (_, answer, clientId, expected, hints) => {
	const { result } = await registered(answer, { clientId });
	expect(result).toMatchObject({ requestedScope: 'system/*.rs', ...expected });
	expect(result?.hints).toEqual(hints.map((hint) => expect.stringMatching(hint) as string));
});

test.each<[sentence: string, answer: UdapAnswer, says: RegExp]>([
	[
		'invalid_software_statement',
		[400, { error: 'invalid_software_statement' }],
		/Certificate Chain.*Subject URI.*clock.*trust community/,
	],
	[
		'unapproved_software_statement',
		[400, { error: 'unapproved_software_statement' }],
		/does not know or approve/,
	],
	[
		'invalid_client_metadata',
		[400, { error: 'invalid_client_metadata' }],
		/Check the Scope.*Client Name.*Contacts/,
	],
	['invalid_redirect_uri', [400, { error: 'invalid_redirect_uri' }], /redirect URI.*client_credentials/],
	['a code that is not known', [400, { error: 'constructor' }], /answered HTTP 400.*Check the FHIR Base URL/],
	[
		'words',
		[400, { error: 'invalid_client_metadata', error_description: 'No wildcard <b>please</b>' }],
		/The registration endpoint says: No wildcard please/,
	],
	['401', [401, {}], /HTTP 401/],
	['403', [403, {}], /does not let this client in/],
	['404', [404, {}], /HTTP 404/],
	['302', [302, {}, { location: 'https://evil.example' }], /points to another address/],
	['503', [503, {}], /HTTP 503\. Try again later/],
	['202 without an ID', [202, {}], /HTTP 202/],
	['201 without an ID', [201, {}], /without a client ID/],
	['an ID that is no text', [201, { client_id: { id: 1 } }], /without a client ID/],
	['an ID with a line end', [201, { client_id: 'a\nb' }], /without a client ID/],
	['an ID of a megabyte', [201, { client_id: 'a'.repeat(900_000) }], /without a client ID/],
	['no grants', [200, { client_id: 'a', grant_types: [] }], /has cancelled the registration/],
])('U3 a registration refused by %s', async (_, answer, says) => {
	const { told, result } = await registered(answer);
	expect(result).toBeUndefined();
	expect(told).toMatch(/^This client could not register at the payer /);
	expect(told).toMatch(says);
});

test('U3 a payer that repeats the statement and the key in its words is not quoted with them', async () => {
	const answer: UdapAnswer = [400, { error: 'invalid_software_statement', error_description: '' }];
	await registered(answer);
	const sent = statement().body.software_statement;
	for (const words of [sent, `Not good: ${sent}`, String(payer.credential.privateKey), sent.split('.')[2]]) {
		Object.assign(answer[1], { error_description: words });
		expect((await registered(answer)).told).not.toContain(sent.split('.')[2].slice(0, 20));
	}
});

test('U3 a cancelled registration is confirmed by empty grants, or said not to be', async () => {
	const cancel = { cancel: true };
	const { result } = await registered([200, { client_id: 'a', grant_types: [] }], { clientId: 'a' }, cancel);
	expect(result).toMatchObject({ state: 'cancelled', clientId: 'a', hints: [] });
	expect(statement().claims.grant_types).toEqual([]);
	const { told } = await registered([200, { client_id: 'a', ...GRANTS }], { clientId: 'a' }, cancel);
	expect(told).toMatch(/could not cancel the registration.*does not confirm/);
});

test('U1 nothing is registered where the metadata cannot be trusted', async () => {
	for (const [sentence, value, says] of await hostileMetadata(payer.signer)) {
		const metadata = payer.signer.metadata({ signed_metadata: value });
		const { told, paths } = await registered(undefined, {}, {}, metadata);
		expect([sentence, told, paths]).toEqual([sentence, expect.stringMatching(says), [METADATA]]);
	}
});

test('U2 the client registers where the signed metadata say', async () => {
	const metadata = payer.signer.metadata({ registration_endpoint: 'https://evil.example/register' });
	expect((await registered(undefined, {}, {}, metadata)).paths).toEqual([METADATA, '/register']);
});

test.each<[sentence: string, changes: ICredentialDataDecryptedObject, says: RegExp]>([
	['without Contacts', { contacts: '' }, /Fill in the Contacts with an e-mail address/],
	['with Contacts that are none', { contacts: 'https://prairie.example' }, /Fill in the Contacts/],
	['without any name', { requestingName: '' }, /Fill in the Client Name/],
	['without certificate', { certificateChain: '' }, /Fill in the Certificate Chain/],
])('a client %s is told before anything is sent', async (_, changes, says) => {
	const { told, paths } = await registered(undefined, changes);
	expect(told).toMatch(says);
	expect(paths).toEqual([]);
});

test('certifications are passed on, and told where the payer wants them', async () => {
	const wants = payer.signer.metadata({ udap_certifications_required: ['urn:cert:1'] });
	const { told, paths } = await registered(undefined, {}, {}, wants);
	expect(told).toMatch(/without a certification/);
	expect(paths).toEqual([METADATA]);
	await registered(undefined, {}, { certifications: ['a.b.c'] }, wants);
	expect(statement().body).toMatchObject({ certifications: ['a.b.c'], udap: '1' });
});

test('U3 at the sandbox: new, the same again, changed ID, cancelled, and each refusal', async () => {
	const { credential } = standardCredential(payers, 'hrex-1.2', 'udap', { clientId: '' });
	const register = async (clientId = '', cancel = false) =>
		await registerClient(axiosHelper, { ...credential, clientId }, { cancel });
	await payers.resetUdap(false);
	const first = await register();
	expect(first).toMatchObject({ state: 'new', isOtherClientId: true, grantedScope: 'system/*.rs' });
	expect(await register(first.clientId)).toMatchObject({
		state: 'changed',
		isOtherClientId: false,
		hints: [],
	});
	await payers.set({ udapRegistration: 'new-id' });
	const other = await register(first.clientId);
	expect(other).toMatchObject({ state: 'new', isOtherClientId: true });
	expect(other.clientId).not.toBe(first.clientId);
	for (const udapRegistration of [
		'invalid_software_statement',
		'unapproved_software_statement',
		'invalid_client_metadata',
		'invalid_redirect_uri',
	] as const) {
		await payers.set({ udapRegistration });
		await expect(register()).rejects.toMatchObject({
			details: { whatToDo: expect.stringContaining(`(${udapRegistration})`) as string },
		});
	}
	await payers.set({ udapRegistration: 'same-id' });
	expect(await register(other.clientId, true)).toMatchObject({
		state: 'cancelled',
		clientId: other.clientId,
	});
	await expect(register(other.clientId, true)).rejects.toThrow(/could not cancel/);
});
